"""What a person types, as the search index is asked: words in a row, and parts of keys."""

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.core.spelling import LONGEST_KEY, spell

SHORTEST_PART = 3
"""Parts of a key are found from three signs on."""


@dataclass(frozen=True)
class Asked:
    """A query as it is looked for: each phrase is words in a row, all phrases have to be there."""

    phrases: tuple[tuple[str, ...], ...]

    @property
    def parts(self) -> tuple[str, ...]:
        """The phrases as parts of a key; none where one of them is too short for that.

        Nor of several words of letters alone: they are words, and no parts of one number.
        """
        joined = tuple("".join(phrase)[:LONGEST_KEY] for phrase in self.phrases)
        if len(joined) > 1 and all(part.isalpha() for part in joined):
            return ()
        return joined if all(len(part) >= SHORTEST_PART for part in joined) else ()


def ask(query: str) -> Asked | None:
    """What a person typed as a query; None where no letter or digit is in it."""
    return ask_phrases(query.split())


def ask_phrases(texts: Iterable[str]) -> Asked | None:
    """The same of words and phrases that are told apart already: all of them have to be there."""
    spelt = (tuple(spell(text).split()) for text in texts)
    phrases = tuple(dict.fromkeys(phrase for phrase in spelt if phrase))
    return Asked(phrases) if phrases else None


def is_open(words: tuple[str, ...]) -> bool:
    """Whether the last word may go on: `magn` finds magnesium, `13` does not find 130."""
    return words[-1].isalpha() and len(words[-1]) >= SHORTEST_PART
