"""The words in which a site says which fields are critical, as its setting writes them.

They are those of the form's definition (spec/master-form.md): a field's type, what it means,
`limits` for a field with `low` or `high`, and `equals` for a calculated one.
"""

DEFAULT = "limits, equals, batch_number, lot, quantity, yield, manufacturing_date, expiry_date"
"""What decides over release: identity, amounts, dates of the batch, and what has limits."""

LIMITS, EQUALS, NONE, ALL = "limits", "equals", "none", "all"
TYPES = ("text", "number", "date", "time", "checkbox", "initials", "signature")
MEANINGS = (
    "batch_number", "product", "material", "lot", "equipment", "quantity", "yield",
    "manufacturing_date", "expiry_date", "deviation",
)  # fmt: skip
WORDS = (ALL, NONE, LIMITS, EQUALS, *TYPES, *MEANINGS)


def critical_words(text: str) -> frozenset[str]:
    """The words of the setting, taken apart; ValueError names one that it does not know."""
    words = frozenset(word.strip().lower() for word in text.split(",") if word.strip())
    unknown = sorted(words.difference(WORDS))
    if unknown:
        raise ValueError(f"{unknown[0]} is none of {', '.join(WORDS)}")
    if not words or (NONE in words and len(words) > 1):
        raise ValueError("name what is critical, or none alone")
    return words
