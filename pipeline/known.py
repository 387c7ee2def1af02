"""The master forms of a plant, made ready for reading: words and features found, once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from extractors.images import darkest_channel
from extractors.load import pdf_words, render_pdf_page
from extractors.recall import FINE, KnownPages, know
from extractors.values import BlankPage, EntryKind, FieldHint, GreyImage, PrintedWord
from pipeline.core.forms import Field, FormPage, MasterForm
from pipeline.core.grammar import grammar, likely_grammar
from pipeline.core.people import Signatory


@dataclass(frozen=True)
class KnownForms:
    """What a reading may know of the plant: its forms, and its signature log where there is one."""

    forms: tuple[MasterForm, ...]
    signatories: tuple[Signatory, ...] | None = None

    def form_of(self, form: str | None, version: str | None) -> MasterForm | None:
        """The master form of that number and version, None where there is none such."""
        wanted = (form, version)
        return next((one for one in self.forms if (one.form, one.version) == wanted), None)


@dataclass(frozen=True)
class KnownPage:
    """One page of one master form, with what a reader may know of its fields."""

    form: MasterForm
    page: FormPage
    hints: tuple[FieldHint, ...]


@dataclass(frozen=True, eq=False)
class Prepared:
    """All known pages by key, and what registration made of their blanks."""

    pages: Mapping[str, KnownPage]
    registration: KnownPages = field(repr=False)


def page_key(form: str, version: str, page: int) -> str:
    """The name under which registration knows a page of a form."""
    return f"{form} {version} {page}"


@lru_cache(maxsize=2)
def prepare(known: KnownForms) -> Prepared:
    """Make every blank page ready to be recognised; kept for the process's life."""
    initials = tuple(sorted({one.initials for one in known.signatories or ()}))
    pages = {
        page_key(form.form, form.version, page.page): KnownPage(
            form=form, page=page, hints=tuple(_hint(place, initials) for place in page.fields)
        )
        for form in known.forms
        for page in form.pages
    }
    words = {form.blank: pdf_words(form.blank) for form in known.forms}
    blanks = [_blank(key, page, _words_on(page, words)) for key, page in pages.items()]
    return Prepared(pages=pages, registration=know(blanks))


def _words_on(
    known: KnownPage, words: Mapping[Path, tuple[tuple[PrintedWord, ...], ...]]
) -> tuple[PrintedWord, ...]:
    found = words[known.form.blank]
    return found[known.page.page - 1] if known.page.page <= len(found) else ()


def _hint(place: Field, initials: tuple[str, ...] = ()) -> FieldHint:
    return FieldHint(
        key=place.name,
        kind=place.type,
        box=place.box,
        grammar=grammar(place),
        likely=likely_grammar(place),
        known=initials if place.type is EntryKind.INITIALS else (),
        signers=initials,
    )


def _blank(key: str, known: KnownPage, words: tuple[PrintedWord, ...]) -> BlankPage:
    def draw() -> GreyImage:
        place, page = known.form.blank, known.page.page
        return darkest_channel(render_pdf_page(place, page, FINE * 25.4, colour=True))

    return BlankPage(
        key=key, draw=draw, size_mm=known.page.size_mm, pixels_per_mm=FINE, words=words
    )
