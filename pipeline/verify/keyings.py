"""Keyings: what two or three people keyed for an entry, and what has to follow from it."""

from collections.abc import Iterable, Iterator, Mapping

from pipeline.verify.rows import Row

Done = tuple[object, ...]
"""Of which entry, what, why, by whom and when."""

STEPS: Mapping[str, str] = {
    "keyed": "first",
    "keying_agreed": "agreed",
    "keying_disagreed": "disagreed",
    "keying_settled": "settled",
}
"""The lines of the trail that tell a keying, and the step of its row."""

BEFORE = {"keying_agreed": 1, "keying_disagreed": 1, "keying_settled": 2}
"""How many people have keyed in the round before."""

WAITING = ("keyed", "keying_disagreed")


def keyed(lines: Iterable[Row]) -> list[Done]:
    """The keyings that the trail tells, in its order."""
    return [
        (line["field"], STEPS[line["kind"]], line["new"], line["reason"], line["by"], line["at"])
        for line in lines
        if line["kind"] in STEPS
    ]


def corrected(lines: Iterable[Row]) -> list[Done]:
    """The corrections that the trail tells, those that keyings end with too, in its order.

    Where two agree, the entry is what the first of them keyed, for that person's reason.
    """
    found: list[Done] = []
    first: dict[str, Row] = {}
    for line in lines:
        kind, field = line["kind"], line["field"]
        if kind == "keyed":
            first[field] = line
        if kind == "corrected" or (kind == "keying_settled" and line["new"] != line["old"]):
            found.append((field, line["new"], line["reason"], line["by"], line["at"]))
        if kind == "keying_agreed" and field in first:
            one = first[field]
            found.append((field, one["new"], one["reason"], one["by"], line["at"]))
    return found


def broken_rules(lines: Iterable[Row]) -> Iterator[str]:
    """What two people may not do: key twice, out of turn, or approve while a keying waits."""
    rounds: dict[str, list[Row]] = {}
    for line in lines:
        kind, field = line["kind"], line["field"]
        if kind == "approved" and any(_waits(keyings) for keyings in rounds.values()):
            yield "It was approved while an entry waited for another person's keying."
        if kind not in STEPS:
            continue
        going_on = [] if kind == "keyed" else rounds.get(field, [])
        if line["by"] in {one["by"] for one in going_on}:
            yield f"{line['by']} keyed {field} twice."
        is_late = kind == "keyed" and _waits(rounds.get(field, []))
        is_out_of_turn = len(going_on) != BEFORE.get(kind, 0) or (
            kind != "keyed" and not _waits(going_on)
        )
        if is_late or is_out_of_turn:
            yield f"The keying of {field} by {line['by']} was not the next step."
        rounds[field] = [*going_on, line]


def awaited(lines: Iterable[Row]) -> int:
    """How many entries wait for another person's keying, as the trail leaves them."""
    last = {line["field"]: line["kind"] for line in lines if line["kind"] in STEPS}
    return sum(kind in WAITING for kind in last.values())


def without_waiting(lines: Iterable[Row]) -> list[Row]:
    """The lines without those of rounds that still wait for another person."""
    all_of_them = list(lines)
    going_on: dict[str, list[int]] = {}
    for line in all_of_them:
        if line["kind"] in STEPS:
            before = [] if line["kind"] == "keyed" else going_on.get(line["field"], [])
            waits = line["kind"] in WAITING
            going_on[line["field"]] = [*before, line["sequence"]] if waits else []
    waiting = {sequence for round_ in going_on.values() for sequence in round_}
    return [line for line in all_of_them if line["sequence"] not in waiting]


def _waits(keyings: list[Row]) -> bool:
    return bool(keyings) and keyings[-1]["kind"] in WAITING
