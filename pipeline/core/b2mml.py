"""A record as the batch production record of ISA-88 part 4, in B2MML (BatchML, MESA, version 7.1).

How a paper record's nouns are said there:

=====================  ======================================================================
the record             BatchProductionRecord: ID, BatchID, BatchProductionRecordSpec (the form),
                       Version, RecordStatus
an entry               Event: its value with type and unit, the time of its step where the form
                       asks for one, the crop as ExternalReference, the rest as UserAttribute
a number               also a Sample with a SampleTest: result with unit, limits as expected
a correction           Change: the value before, the reason, the time; and who, as personnel
a second keying        Event of type Other, on the entry's event: who, when, what and why
a flag                 Event of type Alarm, on the entry's event
an answer to a flag    Comment
a signature            PersonnelIdentificationManifest: names, time, meaning, digest
a page of the scan     Event of type Other, its scan as ExternalReference
=====================  ======================================================================

`pipeline.core.b2mml_read` reads such a document back; nothing of the record's own document
(`pipeline.core.document`) is lost. The schemas are MESA's and not part of Recordroom.
"""

import xml.etree.ElementTree as tree
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import quote

from extractors.values import EntryKind
from pipeline.core.b2mml_names import (
    BY,
    CORRECTED,
    CROP,
    DATA_TYPES,
    DIGEST,
    FLAG,
    KEYING,
    NAMESPACE,
    PAGE,
    RECORD,
    SIGNED,
)
from pipeline.core.document import Document, archive_document
from pipeline.core.export_lines import typed
from pipeline.core.forms import Field, MasterForm, Meaning
from pipeline.core.step_times import step_times
from pipeline.core.values import Entry, Record
from pipeline.core.xml_text import to_xml_text

Element = tree.Element


def to_b2mml(record: Record, form: MasterForm | None) -> bytes:
    """The record as an XML document in UTF-8; the same record gives the same bytes."""
    document = archive_document(record)
    root = tree.Element("BatchProductionRecord", {"xmlns": NAMESPACE})
    _head(root, record, document, form)
    fields = {field.name: field for field in form.fields} if form else {}
    times = step_times(record, fields)
    entries = list(zip(record.entries, document["entries"], strict=True))
    _changes(root, document)
    _comments(root, document)
    events = tree.SubElement(root, "Events")
    _reading(events, document)
    for page in document["pages"]:
        _page(events, page, page.get("source", document["source"]))
    for entry, said in entries:
        at = times.get(entry.step or "")
        _entry(events, record, entry, said, field=fields.get(entry.field), at=at)
    _keyings(events, document)
    _alarms(events, document)
    _people(root, document)
    _samples(root, [entry for entry, _ in entries], fields, times)
    tree.indent(root)
    written: bytes = tree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _head(root: Element, record: Record, document: Document, form: MasterForm | None) -> None:
    _add(root, "ID", record.id)
    _about(root, record.id, "Batch Production Record", reference=_scan(document["source"]))
    _add(root, "Description", form.title if form else "")
    if record.signatures:
        _add(root, "PublishedDate", document["signatures"][-1]["at"])
    _add_if(root, "BatchID", record.batch_number)
    if record.form is not None:
        _add(root, "BatchProductionRecordSpec", record.form)
    _add(root, "RecordStatus", record.state.value)
    if record.version is not None:
        _add(root, "Version", record.version)


def _scan(source: Document) -> str:
    return f"{DIGEST}{source['sha256']}"


def _reading(events: Element, document: Document) -> None:
    """What was read, and by what; the record's own revision."""
    event = _event(events, "reading", RECORD)
    _attribute(event, "revision", [document["revision"]])
    _of_scan(event, document["source"])
    reader = document["reader"]
    _attribute(event, "reader.recordroom", [reader["recordroom"]])
    models = [part for pair in reader["models"].items() for part in pair]
    _attribute(event, "reader.models", models)


def _of_scan(event: Element, source: Document) -> None:
    _attribute(event, "source.file", [source["file"]])
    _attribute(event, "source.pages", [source["pages"]])


def _event(events: Element, entry_id: str, kind: str, *, reference: str = "") -> Element:
    """An event of a kind that the standard does not name."""
    event = _add(events, "Event")
    _about(event, entry_id, "Event", reference=reference)
    _add(event, "EventType", "Other", OtherValue=kind)
    _add(event, "EventSubType", "Other", OtherValue=kind)
    return event


def _page(events: Element, page: Document, source: Document) -> None:
    """Where a page of the form lies; one that was scanned again tells of its scan besides."""
    of_newer = f"/{source['sha256'][:12]}" if "source" in page else ""
    event = _event(events, f"page{of_newer}/{page['scan_page']}", PAGE, reference=_scan(source))
    if "source" in page:
        _of_scan(event, source)
    for name in ("page", "scan_page", "turned", "form_score", "effective_dpi", "residual_mm"):
        _attribute(event, name, [page[name]])
    _attribute(event, "homography", [number for row in page["homography"] for number in row])


def _entry(
    events: Element,
    record: Record,
    entry: Entry,
    said: Document,
    *,
    field: Field | None,
    at: datetime | None,
) -> None:
    event = _add(events, "Event")
    crop = CROP.format(record=quote(record.id), field=quote(entry.field, safe=""))
    _about(event, entry.field, "Event", at=at, reference=crop)
    _add(event, "Description", field.label if field else entry.field)
    _add(event, "EventType", "Operator")
    _add(event, "EventSubType", "Process Data")
    if field is not None and field.means is Meaning.EQUIPMENT:
        _add_if(event, "EquipmentID", said["value"])
    kind = DATA_TYPES[entry.type]
    _value(event, "Value", said["value"], kind=kind, unit=field.unit if field else None,
           key=said["state"])  # fmt: skip
    if entry.type is EntryKind.INITIALS:
        _add_if(event, "PersonID", said["value"])
    if said["step"] is not None:
        _add(event, "ProceduralElementReference", said["step"])
    read = said["reading"]
    for name in ("type", "page", "accepted"):
        _attribute(event, name, [said[name]])
    _attribute(event, "box", said["box"])
    for name in ("value", "state", "confidence", "reader", "model", "free_text"):
        _attribute(event, f"reading.{name}", [read[name]])
    _attribute(event, "reading.evidence", read["evidence"])
    _attribute(
        event,
        "reading.alternatives",
        [part for one in read["alternatives"] for part in (one["value"], one["probability"])],
    )
    _attribute(
        event,
        "reading.previous",
        [part for one in read["previous"] for part in (one["value"], one["initials"])],
    )


def _keyings(events: Element, document: Document) -> None:
    """What people keyed again; of one that is sealed only the step, who and when."""
    for entry in document["entries"]:
        for number, one in enumerate(entry["keyings"], start=1):
            event = _add(events, "Event")
            _about(event, f"{entry['field']}/keying/{number}", "Event", at=one["at"])
            _add(event, "EventType", "Other", OtherValue=KEYING)
            _add(event, "EventSubType", "Other", OtherValue=one["step"])
            if "value" in one:
                _value(event, "Value", one["value"], key=one["state"])
                _add(event, "MessageText", one["reason"])
            _add(event, "PersonID", one["by"])
            _add(event, "AssociatedEventID", entry["field"])


def _alarms(events: Element, document: Document) -> None:
    """The flags, of the record first."""
    found = [(None, one) for one in document["flag_details"]]
    found += [
        (entry["field"], one) for entry in document["entries"] for one in entry["flag_details"]
    ]
    for number, (on, flag) in enumerate(found, start=1):
        event = _add(events, "Event")
        _about(event, f"flag/{number}", "Event")
        _add(event, "EventType", "Alarm")
        _add(event, "EventSubType", "Other", OtherValue=FLAG)
        _add(event, "MessageText", flag["detail"])
        alarm = _add(event, "AlarmData")
        _add(alarm, "AlarmEvent", "Raised")
        _add(alarm, "AlarmType", flag["flag"])
        _add(alarm, "Priority", flag["severity"])
        if on is not None:
            _add(event, "AssociatedEventID", on)
        _attribute(event, "field", [] if flag["field"] is None else [flag["field"]])
        _attribute(event, "page", [] if flag["page"] is None else [flag["page"]])


def _changes(root: Element, document: Document) -> None:
    """Corrections: a Change says what stood before; what stands now is in the entry's event."""
    history = _add(root, "ChangeHistory")
    for entry in document["entries"]:
        before = entry["reading"]
        for number, one in enumerate(entry["corrections"], start=1):
            change = _add(history, "Change")
            _about(change, f"{entry['field']}/{CORRECTED}/{number}", "Change", at=one["at"])
            _add(change, "RecordReference", entry["field"])
            _value(change, "PrechangeData", before["value"], key=before["state"])
            _add(change, "Reason", one["reason"])
            before = one


def _comments(root: Element, document: Document) -> None:
    """Answers to flags."""
    comments = _add(root, "Comments")
    found = [("", one) for one in document["dispositions"]]
    found += [
        (entry["field"], one) for entry in document["entries"] for one in entry["dispositions"]
    ]
    for number, (on, one) in enumerate(found, start=1):
        comment = _add(comments, "Comment")
        _about(comment, f"answer/{number}", "Comment", at=one["at"])
        _add(comment, "Description", one["detail"])
        _add(comment, "RecordReference", on)
        for text in (one["flag"], one["outcome"], one["reason"]):
            _add(comment, "CommentText", text)
        _add(comment, "PersonID", one["by"])


def _people(root: Element, document: Document) -> None:
    """Who signed the record, who corrected what; and what read it."""
    people = _add(root, "PersonnelIdentification")
    for number, one in enumerate(document["signatures"], start=1):
        manifest = _manifest(people, f"signature/{number}", document["record"], at=one["at"],
                             reference=f"{DIGEST}{one['digest']}")  # fmt: skip
        _add(manifest, "Name", one["name"])
        _add(manifest, "Name", one["user"])
        _add(manifest, "ChangeIndication", SIGNED)
        _add(manifest, "Reason", one["meaning"])
    for entry in document["entries"]:
        for number, one in enumerate(entry["corrections"], start=1):
            change = f"{entry['field']}/{CORRECTED}/{number}"
            manifest = _manifest(people, f"{change}/{BY}", change, at=one["at"])
            _add(manifest, "Name", one["by"])
            _add(manifest, "ChangeIndication", CORRECTED)


def _manifest(
    people: Element, entry_id: str, refers_to: str, *, at: str, reference: str = ""
) -> Element:
    manifest = _add(people, "PersonnelIdentificationManifest")
    _about(manifest, entry_id, "Personnel Identification Manifest", at=at, reference=reference)
    _add(manifest, "RecordReference", refers_to)
    return manifest


def _samples(
    root: Element,
    entries: Iterable[Entry],
    fields: dict[str, Field],
    times: dict[str, datetime],
) -> None:
    """Every number that somebody measured or counted, with its unit and its limits."""
    samples = _add(root, "Samples")
    for entry in entries:
        field = fields.get(entry.field)
        number = typed(entry, field)
        if field is None or not isinstance(number, float) or isinstance(number, bool):
            continue
        at = times.get(entry.step or "")
        sample = _add(samples, "Sample")
        _about(sample, f"{entry.field}/sample", "Sample", at=at, reference=entry.field)
        _add(sample, "Description", field.label)
        _add_if(sample, "ProceduralElementReference", entry.step)
        test = _add(sample, "SampleTest")
        _about(test, f"{entry.field}/test", "Sample Test", at=at)
        _add(test, "TestName", field.label)
        result = _add(test, "SampleTestResult")
        _about(result, f"{entry.field}/result", "Sample Test Result", at=at)
        kind, unit = DATA_TYPES[entry.type], field.unit
        _value(result, "Results", entry.value, kind=kind, unit=unit)
        for key, limit in (("low", field.low), ("high", field.high)):
            if limit is not None:
                _value(result, "ExpectedResults", str(limit), kind=kind, unit=unit, key=key)


def _about(
    parent: Element,
    entry_id: str,
    kind: str,
    *,
    at: datetime | str | None = None,
    reference: str = "",
) -> None:
    """What every part of a batch production record begins with."""
    _add(parent, "EntryID", entry_id)
    _add(parent, "ObjectType", kind)
    if at is not None:
        _add(parent, "TimeStamp", at if isinstance(at, str) else at.isoformat())
    _add_if(parent, "ExternalReference", reference)


def _attribute(event: Element, name: str, values: Iterable[object]) -> None:
    """Something of ours that the standard has no element for: a name, and values in order."""
    attribute = _add(event, "UserAttribute")
    _add(attribute, "AttributeID", name)
    for value in values:
        text = ("true" if value else "false") if isinstance(value, bool) else str(value)
        _value(attribute, "Value", text)


def _value(
    parent: Element,
    name: str,
    text: str,
    *,
    kind: str | None = None,
    unit: str | None = None,
    key: str = "",
) -> None:
    value = _add(parent, name)
    _add(value, "ValueString", text)
    if kind is not None:
        _add(value, "DataType", kind)
    if unit:
        _add(value, "UnitOfMeasure", unit)
    _add_if(value, "Key", key)


def _add_if(parent: Element, name: str, text: str | None) -> None:
    if text:
        _add(parent, name, text)


def _add(parent: Element, name: str, text: str = "", **keys: str) -> Element:
    element = tree.SubElement(parent, name, keys)
    element.text = to_xml_text(text) or None
    return element
