"""An entry's value and state in one line of text, for the trail, and what a person types."""

from extractors.values import EntryKind, State

NOT_APPLICABLE = ("N/A", "NA")

_LINES = {state: f"({state.value.replace('_', ' ')})" for state in State}
_VALUES = {State.CHECKED: "true", State.UNCHECKED: "false"}
_STATES = {line: state for state, line in _LINES.items()}


def to_line(value: str, state: State) -> str:
    """`13.2`, or `(blank)` for a state without a value. A value in brackets gets one more."""
    if state is not State.FILLED or value == "":
        return _LINES[state]
    return f"({value}" if value.startswith("(") else value


def from_line(line: str) -> tuple[str, State]:
    """The value and state that a line stands for."""
    if line in _STATES:
        state = _STATES[line]
        return _VALUES.get(state, ""), state
    return line.removeprefix("("), State.FILLED


def fits(type: EntryKind, state: State) -> bool:
    """Whether a field of that type can be in that state: only boxes are marked or not."""
    if type is EntryKind.CHECKBOX:
        return state not in {State.FILLED, State.BLANK}
    return state not in {State.CHECKED, State.UNCHECKED}


def state_of(type: EntryKind, value: str) -> State:
    """What a typed value says of the field: nothing is blank, `N/A` is not applicable."""
    typed = value.strip()
    if typed.upper() in NOT_APPLICABLE:
        return State.NOT_APPLICABLE
    if type is EntryKind.CHECKBOX:
        return State.CHECKED if typed.lower() == "true" else State.UNCHECKED
    return State.FILLED if typed else State.BLANK


def entry_as_given(type: EntryKind, value: str, state: State) -> str:
    """The value that goes with the state: of a signature and all that holds no value, none."""
    if state is State.FILLED:
        return "" if type is EntryKind.SIGNATURE else " ".join(value.split())
    return _VALUES.get(state, "")
