"""How often one sign is read as another: counted on tune writers, with what hands make alike.

`CONFUSED` gives for each sign how often it was written there and what it was then read as. A pair
that was never seen still has some chance: more where the signs look alike, else very little.
"""

from functools import lru_cache

SIGNS = "0123456789abcdefghijklmnopqrstuvwxyz"
CONFUSED: dict[str, tuple[int, str]] = {
    "0": (9691, "o10 q7 63 82"),
    "1": (10650, "7164 423 95 04 l2 i2 52"),
    "2": (15018, "z5 a4 14 32"),
    "3": (5652, "52"),
    "4": (7780, "527 114 68 76 94"),
    "5": (7560, "392 610 s7 03 92"),
    "6": (4243, "42"),
    "7": (4631, "917 44 13 32 02"),
    "8": (5779, "36 65 13"),
    "9": (5283, "48"),
    "a": (1535, "u8 o2"),
    "c": (1145, "e7"),
    "f": (1621, "t18 b4 j2"),
    "g": (525, "a4 d2"),
    "i": (2184, "l7 n4 a3 e2"),
    "j": (348, "s2"),
    "k": (1317, "w2"),
    "o": (1270, "a5"),
    "p": (1226, "15 92"),
    "r": (1937, "n13 t9 c4 l3 23 s2"),
    "s": (707, "n2 d2"),
    "t": (1598, "13 l2"),
    "u": (499, "j3 n2"),
    "x": (135, "s5"),
}
"""Of 27,673 entries of tune writers: the sign on the paper, how often, and as what it was read."""

ALIKE = [
    "0odqc",
    "1il7tj",
    "17",
    "2z7",
    "38",
    "35",
    "4a9",
    "49",
    "45",
    "41",
    "46",
    "5s",
    "6gb",
    "69",
    "8b",
    "83",
    "86",
    "9gqy",
    "14",
    "05",
    "06",
    "08",
    "b8",
    "d0",
    "e6",
    "f7",
    "g9",
    "h4",
    "hn",
    "k4",
    "mn",
    "mh",
    "nr",
    "pr",
    "qg",
    "s5",
    "uv",
    "vy",
    "wm",
    "xy",
    "xk",
    "yx",
    "ck",
    "cg",
    "oa",
    "ij",
    "tj",
    "tf",
    "uj",
    "vw",
    "kx",
    "kr",
    "rn",
    "bd",
    "hk",
    "ef",
    "zg",
]
"""Groups of signs that hands make alike."""

MERGED = (
    ("1v", "n"),
    ("13", "b"),
    ("lv", "n"),
    ("11", "n"),
    ("11", "h"),
    ("vv", "w"),
    ("rn", "m"),
    ("1o", "b"),
)
"""Two signs that are read as one, and the other way about."""

SELDOM, SELDOM_LETTER, LIKELY = 2e-5, 5e-4, 1e-3
"""Pairs that were never seen: with a digit, of two letters (of which fewer were seen), alike."""
LOST, LOST_LINE, LOST_TWIN, ADDED, SWAPPED, MELTED = 2e-4, 2e-3, 1e-3, 5e-5, 2e-5, 1e-3
LINES = frozenset("1il")


@lru_cache(maxsize=1)
def confusions() -> dict[str, dict[str, float]]:
    """For each sign on the paper the chance that it is read as each other one."""
    found = {
        sign: {other: _seldom(sign + other) for other in SIGNS if other != sign} for sign in SIGNS
    }
    for group in ALIKE:
        for sign in group:
            for other in group:
                if sign != other:
                    found[sign][other] = LIKELY
    for sign, (written, counts) in CONFUSED.items():
        for count in counts.split():
            seen = int(count[1:]) / written
            found[sign][count[0]] = max(found[sign][count[0]], seen)
    return found


@lru_cache(maxsize=128)
def meant_by(seen: str) -> float:
    """The chances of all signs that are misread as that one, together."""
    return sum(chances.get(seen, 0.0) for chances in confusions().values()) or 1.0


def lost(sign: str, beside: str) -> float:
    """The chance that a sign is not read at all, where that one stands before it."""
    if sign in LINES:
        return LOST_LINE
    return LOST_TWIN if sign == beside else LOST


def _seldom(pair: str) -> float:
    return SELDOM_LETTER if pair.isalpha() else SELDOM
