"""What `recordroom audit-sample show` prints: for people as tables, for programs as a document."""

from collections.abc import Iterator
from dataclasses import asdict
from math import ceil
from typing import Any

from pipeline.audit import Standing
from pipeline.core.audit import Edition, Found, Population, Shown
from pipeline.core.bound import CONFIDENCE

TITLES = {
    Population.HANDWRITING: "filled handwriting",
    Population.ALL: "all accepted entries",
}
_HEAD = ("audited", "errors", "observed", "at most", "more needed")
_FIRST = 28  # letters of the first column


def as_lines(stands: Standing) -> Iterator[str]:
    """The tables, one for each edition and population, the newest edition's first."""
    yield (
        f"Silent errors: the share of accepted entries that is wrong. The aim is at most "
        f"{_percent(stands.aim)}."
    )
    yield (
        f"'At most' is the one-sided {100 * CONFIDENCE:.0f} % bound; 'more needed' is how many "
        "further entries without an error show the aim."
    )
    yield f"Drawn and not keyed yet: {stands.open}. Keyed again: {stands.rekeyed}."
    if stands.newest and stands.newest not in {one.edition for one in stands.shown}:
        yield f"Nothing that {_edition(stands.newest)} read has been keyed yet."
    if not stands.shown:
        yield "Nothing has been audited yet: draw a sample with `recordroom audit-sample draw`."
    for shown in stands.shown:
        yield ""
        yield from _table(shown, is_newest=shown.edition == stands.newest)


def _table(shown: Shown, *, is_newest: bool) -> Iterator[str]:
    age = "" if is_newest else ", an older reader"
    yield f"{TITLES[shown.population].capitalize()}, read by {_edition(shown.edition)}{age}"
    yield " " * _FIRST + "".join(f"{word:>13}" for word in _HEAD)
    yield _row("in all", shown.whole)
    for name, found in shown.types.items():
        yield _row(f"  {name}", found)
    for name, found in shown.models.items():
        yield _row(f"  by {name or 'no reader'}", found)


def _row(name: str, found: Found) -> str:
    rate = "-" if found.rate is None else _percent(found.rate)
    cells = (
        str(found.audited),
        str(found.errors),
        rate,
        _percent(ceil(found.upper * 1e4 - 1e-9) / 1e4),  # a bound is never rounded down
        str(found.needed),
    )
    return f"{name:<{_FIRST}}" + "".join(f"{cell:>13}" for cell in cells)


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %"


def _edition(edition: Edition) -> str:
    models = ", ".join(f"{name} {model}" for name, model in edition.models)
    return f"recordroom {edition.recordroom} ({models})"


def as_document(stands: Standing) -> dict[str, Any]:
    """The same for programs; shares are 0 to 1."""
    return {
        "aim": stands.aim,
        "confidence": CONFIDENCE,
        "open": stands.open,
        "keyed_again": stands.rekeyed,
        "newest": _edition_document(stands.newest) if stands.newest else None,
        "shown": [_shown_document(one, stands.newest) for one in stands.shown],
    }


def _shown_document(shown: Shown, newest: Edition | None) -> dict[str, Any]:
    return {
        **_edition_document(shown.edition),
        "is_newest": shown.edition == newest,
        "population": shown.population.value,
        **asdict(shown.whole),
        "types": {name: asdict(found) for name, found in shown.types.items()},
        "models_of_entries": {name: asdict(found) for name, found in shown.models.items()},
    }


def _edition_document(edition: Edition) -> dict[str, Any]:
    return {"recordroom": edition.recordroom, "models": dict(edition.models)}
