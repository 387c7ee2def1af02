"""Which fields are critical: a correction of one is keyed a second time, blind.

The form's definition (spec/master-form.md) has no mark for it and refuses keys that it does not
know, so the site says it in the words that the definition has: a field's type, what it means,
that it has `limits` (`low` or `high`), or that it is calculated (`equals`).
"""

from pipeline.core.decisions import Correct, Decision, Key
from pipeline.core.forms import Field, MasterForm
from pipeline.critical_words import ALL, EQUALS, LIMITS


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
