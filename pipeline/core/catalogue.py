"""The catalogue of checks: what each flag is called, how much it weighs, and the rule behind it.

Severities follow the catalogue of checks; a single flag may weigh otherwise where its rule says
so (a corrected tick is major, a corrected number minor). Only rules that were read against their
text are cited.
"""

from dataclasses import dataclass

from pipeline.core.values import Severity

_COPY = "MHRA GxP data integrity 6.11.2; 21 CFR 211.180(d)"
_ENTRIES = "PIC/S PI 041 8.6, 8.7; EU GMP chapter 4.7"
_CORRECTIONS = "EU GMP chapter 4.9; PIC/S PI 041 8.7"
_IDENTITY = "21 CFR 211.188(a); PIC/S PI 041"
_PEOPLE = "21 CFR 211.188(b)(11), 211.101, 211.192"
_DATES = "PIC/S PI 041 8.6"
_QUANTITIES = "21 CFR 211.188(b)(7), 211.192"


@dataclass(frozen=True)
class FlagKind:
    """A kind of flag: its title for people, how much it weighs, the rule, the catalogue's ids."""

    name: str
    title: str
    severity: Severity
    rule: str
    checks: tuple[str, ...]


def _kind(name: str, title: str, severity: Severity, *, rule: str, checks: str) -> FlagKind:
    return FlagKind(name, title, severity, rule, tuple(checks.split()))


_CRITICAL, _MAJOR, _MINOR = Severity.CRITICAL, Severity.MAJOR, Severity.MINOR

CATALOGUE: tuple[FlagKind, ...] = (
    _kind("poor_scan", "Poor scan", _MAJOR, rule=_COPY, checks="A1 A3"),
    _kind("page_cut", "Part of the page is cut off", _MAJOR, rule=_COPY, checks="A2"),
    _kind("outside_writing", "Writing outside every field", _MINOR, rule=_COPY, checks="A4 C6"),
    _kind("duplicate_page", "The same page twice", _CRITICAL, rule=_IDENTITY, checks="A5 B2"),
    _kind("rewritten_page", "A page filled in twice", _CRITICAL, rule=_IDENTITY, checks="A5"),
    _kind("duplicate_record", "Record received before", _MAJOR, rule=_IDENTITY, checks="A6 B5"),
    _kind(
        "batch_number_mismatch",
        "Differs from the entry on another page",
        _CRITICAL,
        rule=_IDENTITY,
        checks="B1",
    ),
    _kind("missing_page", "Page missing", _CRITICAL, rule=_IDENTITY, checks="B2"),
    _kind("page_order", "Pages out of order", _MINOR, rule=_IDENTITY, checks="B2"),
    _kind("unknown_form", "Unknown form", _CRITICAL, rule=_IDENTITY, checks="B3"),
    _kind("wrong_version", "Wrong version of the form", _CRITICAL, rule=_IDENTITY, checks="B3"),
    _kind("missing_entry", "Entry missing", _CRITICAL, rule=_ENTRIES, checks="C1 E4"),
    _kind("void_unsigned", "Void without initials", _MAJOR, rule=_ENTRIES, checks="C2"),
    _kind("na_not_allowed", "N/A where none is allowed", _MAJOR, rule=_ENTRIES, checks="C3"),
    _kind("unreadable", "Unreadable", _MAJOR, rule=_ENTRIES, checks="C4"),
    _kind("low_confidence", "Not read with certainty", _MAJOR, rule=_ENTRIES, checks="C4"),
    _kind("overwritten", "Overwritten", _CRITICAL, rule=_ENTRIES, checks="C8"),
    _kind("obliterated", "Made illegible", _CRITICAL, rule=_CORRECTIONS, checks="C7 D2"),
    _kind("bad_format", "Not in the form's format", _MINOR, rule=_ENTRIES, checks="C9"),
    _kind("choice_conflict", "None or several boxes marked", _MAJOR, rule=_ENTRIES, checks="C10"),
    _kind("correction", "Corrected on paper", _MINOR, rule=_CORRECTIONS, checks="C10 D1"),
    _kind(
        "uninitialled_correction",
        "Correction without initials",
        _MAJOR,
        rule=_CORRECTIONS,
        checks="D3",
    ),
    _kind("missing_signature", "Signature missing", _CRITICAL, rule=_PEOPLE, checks="E1 E2 E4"),
    _kind("same_person", "Verified by the performer", _CRITICAL, rule=_PEOPLE, checks="E3"),
    _kind("unknown_signatory", "Not in the signature log", _MAJOR, rule=_PEOPLE, checks="E5"),
    _kind("impossible_date", "Impossible date", _MAJOR, rule=_DATES, checks="F1"),
    _kind("date_order", "Dates out of order", _MAJOR, rule=_DATES, checks="F2"),
    _kind("time_order", "Times out of order", _MAJOR, rule=_DATES, checks="F2"),
    _kind("calculation_mismatch", "Calculation is wrong", _CRITICAL, rule=_QUANTITIES, checks="G1"),
    _kind("out_of_limit", "Outside its limits", _CRITICAL, rule=_QUANTITIES, checks="G2"),
    _kind("no_deviation", "No deviation number", _CRITICAL, rule=_QUANTITIES, checks="G2"),
)

_BY_NAME = {kind.name: kind for kind in CATALOGUE}


def flag_kind(name: str) -> FlagKind:
    """The kind of flag of that name; one that this version does not know weighs as major."""
    known = _BY_NAME.get(name)
    return known or FlagKind(name, name.replace("_", " ").capitalize(), _MAJOR, "", ())


def severity_of(name: str) -> Severity:
    """How much a flag of that name weighs."""
    return flag_kind(name).severity


def title_of(name: str) -> str:
    """What a flag of that name is called on a screen."""
    return flag_kind(name).title
