"""All figures of a validation report as JSON: those of `recordroom score`, and what is beyond."""

import json
from dataclasses import asdict
from typing import Any

from pipeline.core.evaluate import Automation, Evaluation, Step, WrongEntry
from pipeline.core.score_document import figure_document, score_document
from pipeline.report_content import Material


def as_json(material: Material) -> str:
    """The figures; shares lie within 0 and 1."""
    return json.dumps(_document(material), indent=2) + "\n"


def _document(material: Material) -> dict[str, Any]:
    evaluation = material.evaluation
    return {
        "evaluated": {
            "records": evaluation.records,
            "entries": evaluation.entries,
            "command": material.command,
            **asdict(material.sources),
            "readers": dict(material.sources.readers),
        },
        **score_document(evaluation.whole, evaluation.splits),
        "automation": _automation(evaluation),
        "confusions": [asdict(one) for one in evaluation.confusions],
        "worst": [_wrong(one, material) for one in evaluation.worst],
    }


def _automation(evaluation: Evaluation) -> dict[str, Any]:
    return {
        "aim": evaluation.aim,
        "all": _curve(evaluation.automation),
        "by_type": {name: _curve(one) for name, one in evaluation.by_type.items()},
    }


def _curve(automation: Automation) -> dict[str, Any]:
    reach = automation.reach
    within = reach and {
        "threshold": reach.threshold,
        "accepted": figure_document(reach.accepted),
        "silent_errors": figure_document(reach.silent_errors),
    }
    return {"within_aim": within, "steps": [_step(step) for step in automation.steps]}


def _step(step: Step) -> dict[str, Any]:
    interval = {} if step.figure is None else {"low": step.figure.low, "high": step.figure.high}
    return {
        "threshold": step.threshold,
        "accepted": step.accepted,
        "silent_errors": step.silent_errors,
        **interval,
    }


def _wrong(one: WrongEntry, material: Material) -> dict[str, Any]:
    return {
        "record": one.record,
        "form": one.form,
        "quality": one.quality,
        "field": one.true.field,
        "type": one.true.type,
        "fault": one.true.fault,
        "written": {"value": one.true.value, "state": one.true.state},
        "read": {"value": one.read.value, "state": one.read.state},
        "confidence": one.read.confidence,
        "accepted": one.read.accepted,
        "has_picture": (one.record, one.true.field) in material.pictures,
    }
