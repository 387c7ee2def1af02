"""Where the pictures of a record are, and what a person calls its fields."""

from urllib.parse import quote

from pipeline.core.forms import MasterForm
from pipeline.core.values import Entry


def label_of(form: MasterForm | None, entry: Entry) -> str:
    """What a person calls the field; its name where the form is not known here."""
    try:
        return form.field(entry.field).label if form else entry.field
    except KeyError:
        return entry.field


def page_url(record: str, page: int) -> str:
    """Where the picture of a page is."""
    return f"/pictures/{quote(record, safe='')}/pages/{page}"


def sharp_url(record: str, page: int) -> str:
    """Where the page is at the full sharpness of its scan."""
    return f"{page_url(record, page)}/sharp"


def entry_url(record: str, field: str) -> str:
    """Where the crop of an entry is."""
    return f"/pictures/{quote(record, safe='')}/entries/{quote(field, safe='')}"
