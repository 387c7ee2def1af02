"""The master forms of a plant, made ready for reading: blanks drawn, features found, once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from extractors.images import darkest_channel
from extractors.load import render_pdf_page
from extractors.recall import FINE, KnownPages, know
from extractors.values import BlankPage, EntryKind, FieldHint
from pipeline.core.forms import Field, FormPage, MasterForm
from pipeline.core.grammar import grammar
from pipeline.core.people import Signatory


@dataclass(frozen=True)
class KnownForms:
    """What a reading may know of the plant: its forms, and its signature log where there is one."""

    forms: tuple[MasterForm, ...]
    signatories: tuple[Signatory, ...] | None = None


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


@lru_cache(maxsize=2)
def prepare(known: KnownForms) -> Prepared:
    """Draw every blank page and make it ready to be recognised; kept for the process's life."""
    initials = tuple(sorted({one.initials for one in known.signatories or ()}))
    pages = {
        f"{form.form} {form.version} {page.page}": KnownPage(
            form=form, page=page, hints=tuple(_hint(place, initials) for place in page.fields)
        )
        for form in known.forms
        for page in form.pages
    }
    return Prepared(
        pages=pages,
        registration=know([_blank(key, page) for key, page in pages.items()]),
    )


def _hint(place: Field, initials: tuple[str, ...] = ()) -> FieldHint:
    return FieldHint(
        key=place.name,
        kind=place.type,
        box=place.box,
        grammar=grammar(place),
        known=initials if place.type is EntryKind.INITIALS else (),
    )


def _blank(key: str, known: KnownPage) -> BlankPage:
    image = darkest_channel(
        render_pdf_page(known.form.blank, known.page.page, FINE * 25.4, colour=True)
    )
    return BlankPage(key=key, image=image, size_mm=known.page.size_mm, pixels_per_mm=FINE)
