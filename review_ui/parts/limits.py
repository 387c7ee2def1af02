"""What the form asks of a field, in one short line: its limits, its format, what it must equal."""

from pipeline.core.forms import Field


def limits_of(field: Field | None) -> str:
    """The numeric limits with their unit; empty where the form gives none."""
    if field is None or (field.low is None and field.high is None):
        return ""
    unit = f" {field.unit}" if field.unit else ""
    if field.low is None:
        return f"up to {field.high}{unit}"
    if field.high is None:
        return f"{field.low}{unit} or more"
    return f"{field.low} to {field.high}{unit}"


def asked_of(field: Field | None) -> str:
    """All that the form asks of an entry here, parted by semicolons."""
    if field is None:
        return ""
    parts = [
        limits_of(field),
        f"written as {field.format}" if field.format else "",
        decimals(field),
        f"one of {', '.join(field.choices)}" if field.choices else "",
        f"must equal {field.equals}" if field.equals else "",
        f"same as {field.same_as}" if field.same_as else "",
        f"not before {field.not_before}" if field.not_before else "",
        "required" if field.required else "",
    ]
    return "; ".join(part for part in parts if part)


def decimals(field: Field) -> str:
    """How many decimals a number has."""
    if field.decimals is None:
        return ""
    if field.decimals == 0:
        return "no decimals"
    return "1 decimal" if field.decimals == 1 else f"{field.decimals} decimals"
