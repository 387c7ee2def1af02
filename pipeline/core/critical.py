"""Which fields are critical: a correction of one is keyed a second time, blind.

The form's definition (spec/master-form.md) has no mark for it and refuses keys that it does not
know, so the site says it in the words that the definition has: a field's type, what it means,
that it has `limits` (`low` or `high`), or that it is calculated (`equals`).
"""

from extractors.values import EntryKind
from pipeline.core.decisions import Correct, Decision, Key
from pipeline.core.forms import Field, MasterForm, Meaning

DEFAULT = "limits, equals, batch_number, lot, quantity, yield, manufacturing_date, expiry_date"
"""What decides over release: identity, amounts, dates of the batch, and what has limits."""

LIMITS, EQUALS, NONE, ALL = "limits", "equals", "none", "all"
WORDS = frozenset({LIMITS, EQUALS, NONE, ALL, *map(str, EntryKind), *map(str, Meaning)})


def critical_words(text: str) -> frozenset[str]:
    """The words of the setting, taken apart; ValueError names one that it does not know."""
    words = frozenset(word.strip().lower() for word in text.split(",") if word.strip())
    unknown = sorted(words - WORDS)
    if unknown:
        raise ValueError(f"{unknown[0]} is none of {', '.join(sorted(WORDS))}")
    if not words or (NONE in words and len(words) > 1):
        raise ValueError("name what is critical, or none alone")
    return words


def is_critical(field: Field, words: frozenset[str]) -> bool:
    """Whether a correction of this field needs a second person who keys it blind."""
    said = {ALL, field.type.value}
    if field.means is not None:
        said.add(field.means.value)
    if field.low is not None or field.high is not None:
        said.add(LIMITS)
    if field.equals is not None:
        said.add(EQUALS)
    return not said.isdisjoint(words)


def as_keyed(decision: Decision, form: MasterForm | None, words: frozenset[str]) -> Decision:
    """The decision as it is taken: a correction of a critical field is a first keying."""
    if not isinstance(decision, Correct) or form is None:
        return decision
    fields = (field for field in form.fields if field.name == decision.field)
    if not any(is_critical(field, words) for field in fields):
        return decision
    return Key(decision.field, decision.value, decision.reason, decision.state)
