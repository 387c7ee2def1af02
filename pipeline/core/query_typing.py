"""What somebody is typing at the end of a query: a word, or the value of a field."""

from dataclasses import dataclass

from pipeline.core.query import FIELDS, FLAGS, About
from pipeline.core.values import RecordState

HINTS = {
    About.BATCH: "a batch number, or a part of one",
    About.PRODUCT: "what was made",
    About.MATERIAL: "what went into it",
    About.LOT: "the lot of a material, or a part of it",
    About.EQUIPMENT: "the number of a machine",
    About.SIGNED: "initials on paper, or who signed electronically",
    About.MADE: "2013, 2013-05, 2013-05-12, or 2013-05..2013-07",
    About.FORM: "the number of a form",
    About.VERSION: "the version of a form",
    About.FLAG: "a kind of flag",
    About.DEVIATION: "the number of a deviation",
    About.STATE: "approved, in_review and so on",
    About.STEP: "the number of a step",
    About.FIELD: "the name or label of a field",
}
"""What can be written after each field."""

FIXED = {About.FLAG: tuple(FLAGS), About.STATE: tuple(one.value for one in RecordState)}
"""Fields whose values are known whatever the archive holds."""


@dataclass(frozen=True)
class Typing:
    """The end of a query: what stands before it, its field if it has one, and how it begins."""

    before: str
    about: About | None
    begins: str

    def completed(self, about: About, value: str) -> str:
        """The whole query with that value of that field in place of what is typed."""
        shown = f'"{value}"' if any(sign in value for sign in " ,") else value
        values = self.before if self.before.endswith((":", ",")) else f"{self.before}{about.value}:"
        return f"{values}{shown} "

    def with_field(self, name: str) -> str:
        """The whole query with that field in place of what is typed."""
        minus = "-" if self.begins.startswith("-") else ""
        return f"{self.before}{minus}{name}:"


def typing(text: str) -> Typing | None:
    """What is being typed; None where a phrase in quotation marks is, or nothing."""
    if not text or text[-1].isspace() or text.count('"') % 2:
        return None
    start = max(text.rfind(" "), text.rfind('"')) + 1
    word = text[start:]
    name, colon, values = word.lstrip("-").partition(":")
    about = FIELDS.get(name.lower()) if colon else None
    if about is None:
        return Typing(text[:start], None, word)
    begins = values.rpartition(",")[2]
    return Typing(text[: len(text) - len(begins)], about, begins)


def fields_beginning(word: str) -> tuple[str, ...]:
    """The fields that begin with what is typed."""
    begins = word.lstrip("-").lower()
    return tuple(name for name in FIELDS if begins and name.startswith(begins))
