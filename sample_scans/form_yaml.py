"""A drawn form written as spec/master-form.md has it: `form.yaml` beside `blank.pdf`."""

from pathlib import Path
from typing import Any

import yaml

from pipeline.core.forms import Field
from sample_scans.paper import PaperForm

_PLAIN = ("pattern", "decimals", "unit", "format", "group", "required_if", "step")
_REFERENCES = ("same_as", "not_before", "equals")


def write_form(form: PaperForm, folder: Path) -> Path:
    """The form's own folder under `folder`, with form.yaml and blank.pdf."""
    place = folder / form.folder
    place.mkdir(parents=True, exist_ok=True)
    (place / "blank.pdf").write_bytes(form.blank)
    (place / "form.yaml").write_text(form_yaml(form), encoding="utf-8")
    return place


def form_yaml(form: PaperForm) -> str:
    """The text of form.yaml: the head, then page by page one field after the other."""
    head = form.head
    lines = [f"form: {head.number}", f'version: "{head.version}"', f"title: {_flow(head.title)}"]
    lines.append(f"effective: {head.effective.isoformat()}")
    if head.superseded:
        lines.append(f"superseded: {head.superseded.isoformat()}")
    lines += ["blank: blank.pdf", f"page_size: {_flow(list(head.size_mm))}", "pages:"]
    for page in range(1, head.page_count + 1):
        lines += [f"  - page: {page}", "    fields:"]
        for paper in form.on_page(page):
            text = [f"{key}: {_flow(value)}" for key, value in _keys(paper.field).items()]
            lines += [f"      - {text[0]}", *(f"        {line}" for line in text[1:])]
    return "\n".join(lines) + "\n"


def _flow(value: Any) -> str:
    """A value on one line."""
    text = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=100_000)
    return text.removesuffix("\n").removesuffix("\n...")


def _keys(field: Field) -> dict[str, Any]:
    box = field.box
    keys: dict[str, Any] = {"name": field.name, "label": field.label, "type": field.type.value}
    keys["box"] = [box.x, box.y, box.width, box.height]
    keys |= {key: getattr(field, key) for key in _PLAIN if getattr(field, key) is not None}
    if field.choices:
        keys["choices"] = list(field.choices)
    for key in ("low", "high"):
        if (limit := getattr(field, key)) is not None:
            keys[key] = float(limit) if limit % 1 else int(limit)
    if field.role:
        keys["role"] = field.role.value
    keys |= {key: getattr(field, key) for key in _REFERENCES if getattr(field, key) is not None}
    if field.tolerance:
        keys["tolerance"] = float(field.tolerance)
    if field.means:
        keys["means"] = field.means.value
    if field.required:
        keys["required"] = True
    return keys
