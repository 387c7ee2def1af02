"""Makes the list of words in use, `extractors/models/words.txt.gz`.

python -m training.words --list FILE [--list FILE …] --out FILE

The lists are word lists of SCOWL, a word a line, as Debian's packages `wbritish-large` and
`wamerican-large` have them. How common a word is comes from `wordfreq` (Speer 2022).
"""

import argparse
import gzip
import re
import sys
from pathlib import Path

from wordfreq import zipf_frequency

SHORT = re.compile("a[mnst]|b[ey]|[dgnst]o|he|i[fnst]|m[ey]|o[fhnr]|u[ps]|we")
"""Words of two letters that are words on a form; the lists have many more that are not."""
LEAST = 1.0
"""Rarer words (Zipf, the logarithm of how often in a thousand million) are left out."""


def words_of(lists: list[str]) -> dict[str, float]:
    """The words of these lists in small letters, with how common each is (Zipf)."""
    found = {
        word
        for text in lists
        for word in text.split()
        if re.fullmatch("[a-z]{3,15}", word) or SHORT.fullmatch(word)
    }
    common = {word: zipf_frequency(word, "en", "large") for word in sorted(found)}
    return {word: frequency for word, frequency in common.items() if frequency >= LEAST}


def written(words: dict[str, float]) -> bytes:
    """The list as a file: a word a line, and ten times its Zipf frequency."""
    lines = (f"{word} {round(10 * frequency)}\n" for word, frequency in sorted(words.items()))
    return gzip.compress("".join(lines).encode("ascii"), mtime=0)


def main(given: list[str]) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m training.words", description=__doc__)
    parser.add_argument("--list", type=Path, action="append", required=True, dest="lists")
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args(given)
    words = words_of([path.read_text(encoding="utf-8") for path in chosen.lists])
    chosen.out.write_bytes(written(words))
    sys.stderr.write(f"{len(words):,} words; written to {chosen.out}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
