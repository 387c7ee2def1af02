"""What the contact sheet says."""

from extractors.values import EntryKind
from pipeline.contact import Sheet

TYPES = {
    EntryKind.TEXT: "texts",
    EntryKind.NUMBER: "numbers",
    EntryKind.DATE: "dates",
    EntryKind.TIME: "times",
    EntryKind.CHECKBOX: "check boxes",
    EntryKind.INITIALS: "initials",
    EntryKind.SIGNATURE: "signatures",
}
KINDS = {
    Sheet.COLUMN: "Like “{label}”",
    Sheet.TYPE: "All {type}",
    Sheet.VALUE: "All that read {value}",
}
SCOPES = {"record": "In this record", "queue": "In the whole queue"}
CONFIRMED = "{n} confirmed"
REFUSED = ", {refused} refused. {label}: {why}."
WORDS = {
    "grid": "Entries of one kind, the odd ones first",
    "hint": "Arrows go from crop to crop · Enter opens · Space marks · A marks all that may be · "
    "K confirms the marked ones · Esc back",
    "confirm": "Confirm the marked",
    "all": "Mark all",
    "none": "There is no other entry of this kind.",
    "count": "{n} entries, {waits} wait",
    "waits": "waits",
    "reason": "needs a reason: open it",
}
