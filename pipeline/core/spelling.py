"""How a text is spelt where it is looked for: small letters and digits without accents."""

import re
import unicodedata


def spell(text: str) -> str:
    """A text as the search holds it: `Müller XB15-2288` gives `muller xb15 2288`."""
    plain = "".join(
        sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign)
    )
    return " ".join(re.findall(r"[^\W_]+", plain.casefold()))


LONGEST_KEY = 200
"""So many signs of a key are kept and compared: no number has more, and no index holds any."""


def as_key(text: str) -> str:
    """The same without gaps, as lots and batch numbers are compared: `xb152288`."""
    return spell(text).replace(" ", "")[:LONGEST_KEY]
