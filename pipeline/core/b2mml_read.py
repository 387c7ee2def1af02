"""A batch production record that Recordroom wrote, back as the record that it says."""

import xml.etree.ElementTree as tree
from collections.abc import Iterator
from typing import Any

from pipeline.core.b2mml_names import (
    BY,
    CORRECTED,
    DIGEST,
    FLAG,
    KEYING,
    NAMESPACE,
    PAGE,
    RECORD,
    SIGNED,
)
from pipeline.core.document import from_document
from pipeline.core.values import Record
from pipeline.core.xml_text import from_xml_text

Element = tree.Element
Found = dict[str, Any]
_IN = f"{{{NAMESPACE}}}"
_NUMBERS_OF_A_PAGE = ("form_score", "effective_dpi", "residual_mm")
_COUNTS_OF_A_PAGE = ("page", "scan_page", "turned")


def from_b2mml(content: bytes) -> Record:
    """The record of a document of ours; ValueError or KeyError where it is none."""
    root = tree.fromstring(content)
    if root.tag != f"{_IN}BatchProductionRecord":
        raise ValueError("the document is no batch production record in B2MML")
    return from_document(_document(root))


def _document(root: Element) -> Found:
    events = list(root.iterfind(f"{_IN}Events/{_IN}Event"))
    (about,) = (_attributes(one) for one in events if _kind(one) == RECORD)
    flags = list(_flags(events))
    answers = list(_answers(root))
    models = about["reader.models"]
    return {
        "record": _text(root, "ID"),
        "record_state": _text(root, "RecordStatus"),
        "revision": int(about["revision"][0]),
        "form": _maybe(root, "BatchProductionRecordSpec"),
        "version": _maybe(root, "Version"),
        "batch_number": _maybe(root, "BatchID") or "",
        "source": _source(root, about),
        "reader": {
            "recordroom": about["reader.recordroom"][0],
            "models": dict(zip(models[::2], models[1::2], strict=True)),
        },
        "pages": [_page(one) for one in events if _kind(one) == PAGE],
        "entries": [
            _entry(root, one, flags, answers)
            for one in events
            if _text(one, "EventType") == "Operator"
        ],
        "flags": [flag["flag"] for on, flag in flags if on is None],
        "flag_details": [flag for on, flag in flags if on is None],
        "dispositions": [answer for on, answer in answers if not on],
        "signatures": list(_signatures(root)),
    }


def _source(of: Element, said: dict[str, list[str]]) -> Found:
    return {
        "file": said["source.file"][0],
        "sha256": _text(of, "ExternalReference").removeprefix(DIGEST),
        "pages": int(said["source.pages"][0]),
    }


def _page(event: Element) -> Found:
    said = _attributes(event)
    numbers = [float(number) for number in said["homography"]]
    return {
        "source": _source(event, said) if "source.file" in said else None,
        **{name: int(said[name][0]) for name in _COUNTS_OF_A_PAGE},
        **{name: float(said[name][0]) for name in _NUMBERS_OF_A_PAGE},
        "homography": [numbers[:3], numbers[3:6], numbers[6:]],
    }


def _entry(
    root: Element,
    event: Element,
    flags: list[tuple[str | None, Found]],
    answers: list[tuple[str, Found]],
) -> Found:
    said, name = _attributes(event), _text(event, "EntryID")
    value = event.find(f"{_IN}Value")
    assert value is not None
    now = {"value": _text(value, "ValueString"), "state": _text(value, "Key")}
    own = [flag for on, flag in flags if on == name]
    return {
        "field": name,
        "page": int(said["page"][0]),
        "type": said["type"][0],
        "step": _maybe(event, "ProceduralElementReference"),
        "box": [float(number) for number in said["box"]],
        "accepted": said["accepted"][0] == "true",
        **now,
        "reading": _reading(said),
        "flags": [flag["flag"] for flag in own],
        "flag_details": own,
        "corrections": _corrections(root, name, now),
        "keyings": list(_keyings(root, name)),
        "dispositions": [answer for on, answer in answers if on == name],
    }


def _reading(said: dict[str, list[str]]) -> Found:
    alternatives, previous = said["reading.alternatives"], said["reading.previous"]
    return {
        **{name: said[f"reading.{name}"][0] for name in ("value", "state", "reader", "model")},
        "confidence": float(said["reading.confidence"][0]),
        "free_text": said["reading.free_text"][0],
        "evidence": said["reading.evidence"],
        "alternatives": [
            {"value": value, "probability": float(share)}
            for value, share in zip(alternatives[::2], alternatives[1::2], strict=True)
        ],
        "previous": [
            {"value": value, "initials": initials}
            for value, initials in zip(previous[::2], previous[1::2], strict=True)
        ],
    }


def _corrections(root: Element, name: str, now: Found) -> list[Found]:
    """An entry's corrections: each gave what the next one found, the last what stands now."""
    changes = [
        one
        for one in root.iterfind(f"{_IN}ChangeHistory/{_IN}Change")
        if _text(one, "RecordReference") == name
    ]
    gave = [*(_before(change) for change in changes[1:]), now]
    return [
        {
            **given,
            "reason": _text(change, "Reason"),
            "by": _who(root, _text(change, "EntryID")),
            "at": _text(change, "TimeStamp"),
        }
        for change, given in zip(changes, gave, strict=False)
    ]


def _keyings(root: Element, name: str) -> Iterator[Found]:
    for event in root.iterfind(f"{_IN}Events/{_IN}Event"):
        if _kind(event) != KEYING or _text(event, "AssociatedEventID") != name:
            continue
        said = {
            "step": _kind(event, "EventSubType"),
            "by": _text(event, "PersonID"),
            "at": _text(event, "TimeStamp"),
        }
        value = event.find(f"{_IN}Value")
        if value is None:
            yield said
            continue
        now = {"value": _text(value, "ValueString"), "state": _text(value, "Key")}
        yield said | now | {"reason": _text(event, "MessageText")}


def _before(change: Element) -> Found:
    data = change.find(f"{_IN}PrechangeData")
    assert data is not None
    return {"value": _text(data, "ValueString"), "state": _text(data, "Key")}


def _who(root: Element, change: str) -> str:
    for person in _people(root, CORRECTED):
        if _text(person, "EntryID") == f"{change}/{BY}":
            return _text(person, "Name")
    raise KeyError(f"nobody is named for the change {change}")


def _people(root: Element, indication: str) -> Iterator[Element]:
    place = f"{_IN}PersonnelIdentification/{_IN}PersonnelIdentificationManifest"
    for person in root.iterfind(place):
        if _text(person, "ChangeIndication") == indication:
            yield person


def _signatures(root: Element) -> Iterator[Found]:
    for person in _people(root, SIGNED):
        name, user = (_own(one) for one in person.iterfind(f"{_IN}Name"))
        yield {
            "name": name,
            "user": user,
            "meaning": _text(person, "Reason"),
            "at": _text(person, "TimeStamp"),
            "digest": _text(person, "ExternalReference").removeprefix(DIGEST),
        }


def _flags(events: list[Element]) -> Iterator[tuple[str | None, Found]]:
    """On which entry each flag stands (None: the record), and what it says."""
    for event in events:
        if _text(event, "EventType") != "Alarm" or _kind(event, "EventSubType") != FLAG:
            continue
        said, alarm = _attributes(event), event.find(f"{_IN}AlarmData")
        assert alarm is not None
        yield (
            _maybe(event, "AssociatedEventID"),
            {
                "flag": _text(alarm, "AlarmType"),
                "severity": _text(alarm, "Priority"),
                "detail": _text(event, "MessageText"),
                "field": said["field"][0] if said["field"] else None,
                "page": int(said["page"][0]) if said["page"] else None,
            },
        )


def _answers(root: Element) -> Iterator[tuple[str, Found]]:
    for comment in root.iterfind(f"{_IN}Comments/{_IN}Comment"):
        flag, outcome, reason = (_own(one) for one in comment.iterfind(f"{_IN}CommentText"))
        yield (
            _text(comment, "RecordReference"),
            {
                "flag": flag,
                "detail": _text(comment, "Description"),
                "outcome": outcome,
                "reason": reason,
                "by": _text(comment, "PersonID"),
                "at": _text(comment, "TimeStamp"),
            },
        )


def _attributes(event: Element) -> dict[str, list[str]]:
    return {
        _text(one, "AttributeID"): [
            _text(value, "ValueString") for value in one.iterfind(f"{_IN}Value")
        ]
        for one in event.iterfind(f"{_IN}UserAttribute")
    }


def _kind(event: Element, name: str = "EventType") -> str:
    found = event.find(f"{_IN}{name}")
    return "" if found is None else found.get("OtherValue", "")


def _text(parent: Element, name: str) -> str:
    found = _maybe(parent, name)
    if found is None:
        raise KeyError(f"the document lacks {name} in {parent.tag.removeprefix(_IN)}")
    return found


def _maybe(parent: Element, name: str) -> str | None:
    found = parent.find(f"{_IN}{name}")
    return None if found is None else _own(found)


def _own(element: Element) -> str:
    return from_xml_text(element.text or "")
