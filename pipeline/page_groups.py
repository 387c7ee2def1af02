"""The pages of a scan as they were found, in groups that become records.

Without an arrangement all pages are one group, out of which the reader makes the records that it
finds. In an arrangement each part is a group of its own, in the order in which a person laid it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipeline.core.arrangement import Part
from pipeline.core.assemble import Assembly, ReadPage, assemble, assemble_part
from pipeline.core.check import FoundPage, PageEvidence


@dataclass(frozen=True, eq=False)
class Stranger:
    """A page of the scan that fits no known form; `text` is how its print begins."""

    scan_page: int
    jpeg: bytes = field(repr=False)
    text: str = ""
    is_empty: bool = False

    @property
    def is_back(self) -> bool:
        """Whether it is the back of a sheet: nothing is printed on it."""
        return not self.text


Found = Mapping[int, ReadPage | Stranger]
"""What was found on each page of the scan that was read, by its number there."""


@dataclass(frozen=True, eq=False)
class PageGroup:
    """The records of a group, its pages that fit no form, and its pages in their order."""

    assemblies: tuple[Assembly, ...]
    strangers: tuple[Stranger, ...]
    order: tuple[int, ...]

    def strangers_of(self, number: int) -> tuple[Stranger, ...]:
        """The strangers that are told of on that record: all of them on the first."""
        return self.strangers if number == 0 else ()

    def every_evidence(self) -> tuple[PageEvidence, ...]:
        """What was found about each record's pages; about strangers alone where no page fits."""
        if not self.assemblies:
            return (self._evidence(Assembly(pages=()), self.strangers),)
        return tuple(
            self._evidence(assembly, self.strangers_of(number))
            for number, assembly in enumerate(self.assemblies)
        )

    def _evidence(self, assembly: Assembly, strangers: Sequence[Stranger]) -> PageEvidence:
        """What the checks look at: the record's pages, repeats and strangers, in order."""
        found = [_found(page) for page in assembly.pages]
        found += [
            replace(_found(repeat.page), is_repeat=True, is_same_sheet=repeat.is_same_sheet)
            for repeat in assembly.repeats
        ]
        found += [_strange(stranger) for stranger in strangers]
        places = {page: place for place, page in enumerate(self.order)}
        return PageEvidence(pages=tuple(sorted(found, key=lambda page: places[page.scan_page])))


def groups_of(found: Found, parts: Iterable[Part] | None) -> tuple[PageGroup, ...]:
    """The groups: one of all pages, or one for each part."""
    if parts is None:
        pages, strangers = _sorted(found.values())
        return (PageGroup(assemble(pages), strangers, tuple(found)),)
    groups = []
    for part in parts:
        order = tuple(sheet.page for sheet in part)
        pages, strangers = _sorted(found[page] for page in order)
        groups.append(PageGroup(assemble_part(pages), strangers, order))
    return tuple(groups)


def _sorted(
    found: Iterable[ReadPage | Stranger],
) -> tuple[tuple[ReadPage, ...], tuple[Stranger, ...]]:
    every = tuple(found)
    pages = tuple(one for one in every if isinstance(one, ReadPage))
    return pages, tuple(one for one in every if isinstance(one, Stranger))


def _strange(stranger: Stranger) -> FoundPage:
    has_notes = stranger.is_back and not stranger.is_empty
    return FoundPage(
        scan_page=stranger.scan_page,
        page=None,
        outside_writing=int(has_notes),
        is_back=stranger.is_back,
        print_text=stranger.text,
    )


def _found(page: ReadPage) -> FoundPage:
    return FoundPage(
        scan_page=page.where.scan_page,
        page=page.where.page,
        form=page.form,
        version=page.version,
        effective_dpi=page.where.effective_dpi,
        residual_mm=page.where.residual_mm,
        problems=page.problems,
        is_cut=page.is_cut,
        outside_writing=page.outside_writing,
    )
