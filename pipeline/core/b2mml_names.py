"""The words that writing and reading a batch production record in B2MML have in common."""

from extractors.values import EntryKind

NAMESPACE = "http://www.mesa.org/xml/B2MML"
CROP = "/pictures/{record}/entries/{field}"
"""Where the app shows what was written in a field, cut out of its page."""
RECORD, PAGE, FLAG, KEYING = "Record", "Page", "Flag", "Keying"
SIGNED, CORRECTED, BY = "Signed", "Corrected", "by"
DIGEST = "urn:sha256:"
DATA_TYPES = {
    EntryKind.TEXT: "string",
    EntryKind.NUMBER: "decimal",
    EntryKind.DATE: "date",
    EntryKind.TIME: "time",
    EntryKind.CHECKBOX: "boolean",
    EntryKind.INITIALS: "Identifier",
    EntryKind.SIGNATURE: "Indicator",
}
"""What kind of value a field asks for, in the schema's words; the value itself is as written."""
