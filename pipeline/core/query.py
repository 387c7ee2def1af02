"""The language of the search: words, "phrases", and fields with what they should hold.

`lot:L08481V made:2013-05..2013-07 signed:MJ -flag:correction "net weight"` is five terms, and a
record has to fit all of them. Several values after a field, `flag:a,b`, are alternatives; a minus
before a term leaves out what fits it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from pipeline.core.catalogue import CATALOGUE
from pipeline.core.query_days import Days, days_of, days_text
from pipeline.core.spelling import spell
from pipeline.core.values import RecordState
from pipeline.plain import plain


class About(StrEnum):
    """What a term asks for; all but `text` are the fields that can be typed before a colon."""

    TEXT = "text"
    BATCH = "batch"
    PRODUCT = "product"
    MATERIAL = "material"
    LOT = "lot"
    EQUIPMENT = "equipment"
    SIGNED = "signed"
    MADE = "made"
    FORM = "form"
    VERSION = "version"
    FLAG = "flag"
    DEVIATION = "deviation"
    STATE = "state"
    STEP = "step"
    FIELD = "field"


FIELDS: dict[str, About] = {
    **{one.value: one for one in About if one is not About.TEXT},
    "person": About.SIGNED,
}
"""Everything that can stand before a colon."""

ENTRIES = (About.BATCH, About.PRODUCT, About.MATERIAL, About.LOT, About.EQUIPMENT, About.DEVIATION)
"""Fields whose values are entries, found with alternatives and forgiven errors."""

PLACES = (About.STEP, About.FIELD)
"""Fields that say where on the form something stands."""

FLAGS = {kind.name: kind.title for kind in CATALOGUE}
LEADS = (About.TEXT, *ENTRIES, About.SIGNED, About.MADE)
"""What can be looked for in an entry."""

NARROWING = (About.FORM, About.VERSION, About.STATE)
"""Fields of which a record has one value: a second one can only be another possibility."""

MOST_TERMS = 40
MOST_VALUES = 40
LONGEST = 2000
_FIELD = re.compile(r"(-?)([A-Za-z_]+):")
_VALUE = re.compile(r'"([^"]*)"?|([^\s,"]+)')


@dataclass(frozen=True)
class Term:
    """One thing that a record has to fit, or with `is_out` must not fit.

    One of `values` is enough; of a term about dates, one of `days`.
    """

    about: About
    values: tuple[str, ...] = ()
    days: tuple[Days, ...] = ()
    is_out: bool = False


@dataclass(frozen=True)
class Query:
    """What is looked for. A query without terms finds nothing."""

    terms: tuple[Term, ...] = ()

    def about(self, about: About, *, is_out: bool = False) -> tuple[Term, ...]:
        """The terms about that."""
        return tuple(one for one in self.terms if (one.about, one.is_out) == (about, is_out))


@dataclass(frozen=True)
class Problem:
    """Why a query can't be looked for, and what to do, in one or two sentences."""

    message: str

    @property
    def parts(self) -> tuple[str, str]:
        """The reason and the remedy, as errors have them: without their full stops."""
        reason, _, remedy = self.message.partition(". ")
        remedy = (remedy or "write it in another way").rstrip(".")
        return reason.rstrip("."), remedy[:1].lower() + remedy[1:]


class _Wrong(Exception):
    """A word of the query that can't be used."""


def parse(text: str) -> Query | Problem:
    """What a person typed as a query, or what is wrong with it. Never raises."""
    if len(text) > LONGEST:
        return Problem(f"A search takes at most {LONGEST} signs. Leave some words out.")
    try:
        terms = tuple(dict.fromkeys(_terms(plain(text))))
    except _Wrong as error:
        return Problem(str(error))
    if len(terms) > MOST_TERMS:
        return Problem(f"A search takes at most {MOST_TERMS} words and fields. Leave some out.")
    kept = [one for one in terms if not one.is_out and one.about not in PLACES]
    if terms and not kept:
        return Problem(
            "The search says only what to leave out or where to look. Add what should be found, "
            "for example a word, lot:L08481V, or state:approved."
        )
    is_place = any(one.about in PLACES for one in terms)
    if is_place and not any(one.about in (*LEADS, About.FLAG) for one in kept):
        return Problem(_NOTHING_THERE)
    return Query(terms)


def as_text(query: Query) -> str:
    """The query as it is typed; parsed again it is the same."""
    return " ".join(_term_text(term) for term in query.terms)


def with_value(query: Query, about: About, value: str) -> Query:
    """The query narrowed to that value, beside what it asks for already.

    A record has to fit both; but of its form, version or state, where it has only one, either.
    """
    value = " ".join(value.replace('"', " ").split())
    days = days_of(value) if about is About.MADE else None
    new = Term(about, () if days else (value,), (days,) if days else ())
    return _joined(query, new) if about in NARROWING else Query((*query.terms, new))


def without_value(query: Query, about: About, value: str) -> Query:
    """The query without that value of that field."""
    days = days_of(value) if about is About.MADE else None
    kept = []
    for term in query.terms:
        if term.about is about and not term.is_out:
            values = tuple(one for one in term.values if one != value)
            left = tuple(one for one in term.days if one != days)
            if not values and not left:
                continue
            term = replace(term, values=values, days=left)
        kept.append(term)
    return Query(tuple(kept))


def _joined(query: Query, new: Term) -> Query:
    terms = list(query.terms)
    for place, term in enumerate(terms):
        if term.about is new.about and not term.is_out:
            values = tuple(dict.fromkeys((*term.values, *new.values)))
            terms[place] = replace(term, values=values)
            return Query(tuple(terms))
    return Query((*terms, new))


def _terms(text: str) -> Iterator[Term]:
    """The terms, from left to right."""
    place = 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        field = _FIELD.match(text, place)
        if field:
            values, place = _values(text, field.end())
            yield _field_term(field[2], values, is_out=bool(field[1]))
            continue
        phrase, is_out, place = _free(text, place)
        if spell(phrase):
            yield Term(About.TEXT, (phrase,), is_out=is_out)


def _free(text: str, place: int) -> tuple[str, bool, int]:
    """A free word or phrase, whether it is to be left out, and where it ends."""
    is_out = text[place] == "-" and text[place + 1 : place + 2].strip() not in ("", "-")
    begin = place + is_out
    if text[begin] == '"':
        end = text.find('"', begin + 1)
        end = len(text) if end < 0 else end
        return text[begin + 1 : end], is_out, end + 1
    end = begin
    while end < len(text) and not text[end].isspace() and text[end] != '"':
        end += 1
    return text[begin:end], is_out, max(end, begin + 1)


def _values(text: str, place: int) -> tuple[tuple[str, ...], int]:
    """The values after a colon: separated by commas, each quoted where it has gaps."""
    place = _after_space(text, place)
    found: list[str] = []
    while place < len(text):
        value = _VALUE.match(text, place)
        if value is None:
            break
        found.append((value[1] if value[1] is not None else value[2]).strip())
        place = value.end()
        if text[place : place + 1] != ",":
            break
        place += 1
        further = _after_space(text, place)
        place = place if _FIELD.match(text, further) else further
    return tuple(one for one in found if one), place


def _after_space(text: str, place: int) -> int:
    while place < len(text) and text[place].isspace():
        place += 1
    return place


def _field_term(name: str, values: tuple[str, ...], *, is_out: bool) -> Term:
    about = FIELDS.get(name.lower())
    if about is None:
        raise _Wrong(
            f"There is no field “{name}”. The fields are {', '.join(sorted(FIELDS))}. To look for "
            f"the signs as they stand, put them in quotation marks."
        )
    if not values:
        raise _Wrong(f"Nothing stands after “{name}:”. {_EXAMPLES[about]}")
    if len(values) > MOST_VALUES:
        raise _Wrong(f"“{name}:” takes at most {MOST_VALUES} values. Leave some out.")
    if about is About.MADE:
        return Term(about, days=tuple(map(_days, values)), is_out=is_out)
    return Term(about, tuple(_CHECKED.get(about, _words)(one) for one in values), is_out=is_out)


def _days(value: str) -> Days:
    days = days_of(value)
    if days is None and days_of("..".join(reversed(value.split("..")))) is not None:
        raise _Wrong(f"“{value}” ends before it begins. Write the earlier date first.")
    if days is None:
        raise _Wrong(
            f"“{value}” is no date. Write a year, a month or a day, as made:2013, made:2013-05 or "
            "made:2013-05-12, or a range from one to another, as made:2013-05..2013-07."
        )
    return days


def _words(value: str) -> str:
    if not spell(value):
        raise _Wrong(f"“{value}” holds no letter and no digit. Write what should be found.")
    return value


def _flag(value: str) -> str:
    name = "_".join(spell(value).split())
    titles = {"_".join(spell(title).split()): one for one, title in FLAGS.items()}
    found = name if name in FLAGS else titles.get(name)
    if found is None:
        raise _Wrong(
            f"There is no flag “{value}”. Choose one of the list beside the hits, or write its "
            "name, as flag:missing_signature or flag:correction."
        )
    return found


def _state(value: str) -> str:
    name = "_".join(spell(value).split())
    if name not in [one.value for one in RecordState]:
        raise _Wrong(
            f"There is no state “{value}”. The states are "
            f"{', '.join(one.value for one in RecordState)}."
        )
    return name


_NOTHING_THERE = (
    "“step:” and “field:” say where an entry stands, and no entry is asked for. Add what should "
    "stand there, for example a word, lot:L08481V or flag:correction."
)
_CHECKED = {About.FLAG: _flag, About.STATE: _state}
_EXAMPLES = {
    About.BATCH: "Write a batch number or a part of one, as batch:XB15-2288.",
    About.PRODUCT: "Write a product, as product:Helmacin.",
    About.MATERIAL: "Write a material, as material:lactose.",
    About.LOT: "Write a lot or a part of one, as lot:L08481V.",
    About.EQUIPMENT: "Write the number of a machine, as equipment:TP-017.",
    About.SIGNED: "Write initials or a name, as signed:MJ.",
    About.MADE: "Write a date or a range, as made:2013 or made:2013-05..2013-07.",
    About.FORM: "Write the number of a form, as form:BMR-077.",
    About.VERSION: "Write the version of a form, as version:3.",
    About.FLAG: "Write the name of a flag, as flag:correction.",
    About.DEVIATION: "Write the number of a deviation, as deviation:DEV-104.",
    About.STATE: "Write the state of a record, as state:approved.",
    About.STEP: "Write the number of a step, as step:4.2.",
    About.FIELD: "Write the name of a field, as field:weight.",
}


def _term_text(term: Term) -> str:
    minus = "-" if term.is_out else ""
    if term.about is About.TEXT:
        return minus + _quoted(term.values[0], is_free=True)
    values = [*map(_quoted, term.values), *map(days_text, term.days)]
    return f"{minus}{term.about.value}:{','.join(values)}"


def _quoted(value: str, *, is_free: bool = False) -> str:
    needs = re.search(r"[\s,]" if not is_free else r"\s|^-|^-?[A-Za-z_]+:", value)
    return f'"{value}"' if needs else value
