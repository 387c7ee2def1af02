"""The trail: whatever is changed in it is found; and it tells all that people made of a record."""

from dataclasses import asdict, replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from record_builders import FORM, NOON, record

from pipeline.core.check import CheckContext, check
from pipeline.core.review import Comment, Confirm, Correct, Dispose, Reviewer, decide, replay
from pipeline.core.values import Outcome, Record
from pipeline.errors import NotAllowed
from pipeline.store.chain import FIRST, Happening, TrailEvent, link
from pipeline.store.columns import moment_text
from pipeline.verify.trail import check_trail

words = st.text(max_size=20)
maybe = st.none() | words
moments = st.integers(0, 10**9).map(lambda micros: NOON + timedelta(microseconds=micros))
happenings = st.builds(
    Happening,
    kind=words,
    by=words,
    at=moments,
    where=words,
    scan=st.none() | st.integers(0, 99),
    record=maybe,
    field=maybe,
    old=maybe,
    new=maybe,
    reason=maybe,
)
trails = st.lists(happenings, min_size=1, max_size=12)


def chained(said: list[Happening]) -> list[TrailEvent]:
    lines: list[TrailEvent] = []
    for number, one in enumerate(said, start=1):
        previous = lines[-1].digest if lines else FIRST
        lines.append(link(one, sequence=number, previous=previous))
    return lines


def wrong(lines: list[TrailEvent]) -> list[str]:
    """What verifying says of these lines, as they lie in their table."""
    rows = [asdict(line) | {"place": line.where, "at": moment_text(line.at)} for line in lines]
    return [finding.sentence for finding in check_trail(rows)]


@given(trails)
def test_a_trail_as_it_was_written_is_whole(said: list[Happening]) -> None:
    assert wrong(chained(said)) == []


@given(trails, st.data())
def test_a_changed_line_is_found(said: list[Happening], data: st.DataObject) -> None:
    lines = chained(said)
    place = data.draw(st.integers(0, len(lines) - 1))
    field = data.draw(st.sampled_from(sorted(Happening.__dataclass_fields__)))
    other = data.draw(happenings)
    if getattr(other, field) == getattr(lines[place], field):
        return
    lines[place] = replace(lines[place], **{field: getattr(other, field)})
    found = wrong(lines)
    assert any(f"Line {place + 1} of the trail was changed" in one for one in found)


@given(trails, happenings, st.data())
def test_a_line_that_was_written_anew_breaks_with_the_next(
    said: list[Happening], other: Happening, data: st.DataObject
) -> None:
    lines = chained([*said, other])
    place = data.draw(st.integers(0, len(said) - 1))
    forged = link(other, sequence=place + 1, previous=lines[place].previous)
    if forged == lines[place]:
        return
    lines[place] = forged
    assert f"Line {place + 2} of the trail does not follow" in " ".join(wrong(lines))


@given(trails, st.data())
def test_a_line_taken_out_of_the_middle_or_the_front_is_found(
    said: list[Happening], data: st.DataObject
) -> None:
    lines = chained([*said, said[0]])
    del lines[data.draw(st.integers(0, len(said) - 1))]
    assert wrong(lines) != []


@given(trails, st.data())
def test_two_lines_in_the_other_order_are_found(said: list[Happening], data: st.DataObject) -> None:
    lines = chained([*said, said[0]])
    place = data.draw(st.integers(0, len(said) - 1))
    lines[place], lines[place + 1] = lines[place + 1], lines[place]
    assert wrong(lines) != []


READ = replace(record(), id="abc-1")
PEOPLE = {user: Reviewer(user, user.upper()) for user in ("ruth", "omar")}
FIELDS = [field.name for field in FORM.fields]
reasons = st.sampled_from(["", "as on paper", "seen on the scan"])
decisions = st.one_of(
    st.builds(
        Correct,
        field=st.sampled_from(FIELDS),
        value=st.sampled_from(["", "N/A", "13.2", "25.0", "L08481V", "(blank)"]),
        reason=reasons,
    ),
    st.builds(Confirm, field=st.sampled_from(FIELDS), reason=reasons),
    st.builds(
        Dispose,
        field=st.sampled_from([*FIELDS, None]),
        flag=st.sampled_from(["missing_signature", "low_confidence", "out_of_limit"]),
        outcome=st.sampled_from(Outcome),
        reason=reasons,
    ),
    st.builds(Comment, field=st.sampled_from([*FIELDS, None]), text=reasons),
)


def checked(one: Record) -> Record:
    return check(one, CheckContext(FORM))


@given(st.lists(st.tuples(decisions, st.sampled_from(sorted(PEOPLE))), max_size=12))
def test_replaying_the_trail_on_the_reading_gives_the_record(steps) -> None:
    now, events = READ, []
    for minutes, (decision, user) in enumerate(steps):
        try:
            at = NOON + timedelta(minutes=minutes)
            now, event = decide(now, decision, by=PEOPLE[user], at=at)
        except NotAllowed:
            continue
        now = checked(now) if isinstance(decision, Correct) else now
        events.append(event)
    assert replay(READ, events, people=PEOPLE, check_again=checked) == now
