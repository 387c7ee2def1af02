"""References between the fields of one form: each names a field that is there and fits."""

from collections.abc import Mapping, Sequence

from extractors.values import EntryKind
from pipeline.core.expressions import fields_of, parse
from pipeline.core.forms import Field
from pipeline.form_fields import FieldOfFile


def check_references(found: Sequence[FieldOfFile]) -> None:
    """Refuses the form at the first reference to a field that is not there or does not fit."""
    by_name = {one.field.name: one.field for one in found}
    for one in found:
        _check_named(one, by_name)
        _check_operands(one, by_name)


def _check_named(one: FieldOfFile, by_name: Mapping[str, Field]) -> None:
    field = one.field
    wanted = {
        "required_if": (field.required_if, {EntryKind.CHECKBOX}),
        "same_as": (field.same_as, set(EntryKind)),
        "not_before": (field.not_before, {field.type}),
    }
    for key, (name, types) in wanted.items():
        if name is not None:
            _check(one, key, name, by_name=by_name, types=types)
            if name == field.name:
                reason = f"`{key}` of `{name}` names the field itself"
                raise one.cell(key).refuse(reason, "name another field")


def _check_operands(one: FieldOfFile, by_name: Mapping[str, Field]) -> None:
    if one.field.equals is not None:
        for name in fields_of(parse(one.field.equals)):
            _check(one, "equals", name, by_name=by_name, types={EntryKind.NUMBER})


def _check(
    one: FieldOfFile,
    key: str,
    name: str,
    *,
    by_name: Mapping[str, Field],
    types: set[EntryKind],
) -> None:
    cell = one.cell(key)
    if name not in by_name:
        reason = f"`{key}` of `{one.field.name}` names a field that is not there: `{name[:60]}`"
        raise cell.refuse(reason, "correct the name, or add the field")
    if by_name[name].type not in types:
        wanted = " or ".join(sorted(types))
        found = by_name[name].type
        reason = f"`{key}` of `{one.field.name}` needs a {wanted}, and `{name}` is a {found}"
        raise cell.refuse(reason, "name a field of that type")
