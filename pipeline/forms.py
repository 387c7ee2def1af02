"""Master forms from their folders (spec: a folder with form.yaml and the blank PDF).

A mistake is refused with its line and the reason, one mistake at a time; the other forms of a
set are loaded all the same. The file that a refusal is about is the folder's form.yaml.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path, PurePath

from extractors.errors import RecordroomError
from pipeline import form_yaml as yaml_of
from pipeline.core.forms import FormPage, MasterForm
from pipeline.errors import FormRefused, InputRefused
from pipeline.form_fields import FieldOfFile, read_field
from pipeline.form_references import check_references
from pipeline.form_yaml import Cell, Table, refusal

FORM_FILE = "form.yaml"

_FORM_KEYS = frozenset(
    {"form", "version", "title", "effective", "superseded", "blank", "page_size", "pages"}
)
_PAGE_KEYS = frozenset({"page", "fields", "page_size"})
_LONGEST_SIDE = 2000  # millimetres
_MOST_FIELDS = 10_000


@dataclass(frozen=True)
class LoadedForms:
    """The forms of a set, in the order of their folders, and the files that were refused."""

    forms: tuple[MasterForm, ...]
    refused: tuple[tuple[Path, FormRefused], ...]


PageCounter = Callable[[Path], int]
"""How many pages a PDF has; raises a RecordroomError for a file that is no PDF."""


def load_forms(folder: Path, *, count_pages: PageCounter | None = None) -> LoadedForms:
    """Every master form in the folders below, each refused or loaded on its own.

    A folder that itself holds a form.yaml is a set of one. Form and version together are unique:
    the second folder that has the same is refused.
    """
    if not folder.is_dir():
        raise InputRefused("there is no such folder", "name the folder of master forms")
    loaded: dict[tuple[str, str], MasterForm] = {}
    refused: list[tuple[Path, FormRefused]] = []
    for one in _form_folders(folder):
        try:
            form = load_form(one, count_pages=count_pages)
            _refuse_twin(form, loaded.get((form.form, form.version)))
            loaded[form.form, form.version] = form
        except FormRefused as error:
            refused.append((one / FORM_FILE, error))
    return LoadedForms(tuple(loaded.values()), tuple(refused))


def load_form(folder: Path, *, count_pages: PageCounter | None = None) -> MasterForm:
    """The master form in that folder; FormRefused at the first mistake."""
    root = yaml_of.compose(_content(folder / FORM_FILE))
    table = yaml_of.table(root, _FORM_KEYS, what="in the form")
    form = replace(_head(table, folder), pages=_pages(table))
    _check_days(form, table)
    _check_blank(form, table, count_pages or _count_pages)
    return form


def _form_folders(folder: Path) -> list[Path]:
    if (folder / FORM_FILE).is_file():
        return [folder]
    below = (one for one in folder.iterdir() if one.is_dir())
    return sorted(one for one in below if not one.name.startswith((".", "__")))


def _refuse_twin(form: MasterForm, twin: MasterForm | None) -> None:
    if twin is not None:
        raise FormRefused(
            f"form {form.form} version {form.version} is already in {twin.blank.parent.name}",
            "give one of them its own version, or remove it",
        )


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > yaml_of.LARGEST:
            raise refusal(0, f"the file is larger than {yaml_of.LARGEST} bytes", "shorten it")
        return path.read_bytes()
    except FileNotFoundError as error:
        reason = f"the folder holds no {FORM_FILE}"
        raise FormRefused(reason, "describe the form in it, or move the folder away") from error
    except OSError as error:
        raise FormRefused(f"it can't be read ({error.strerror})", "check the file") from error


def _head(table: Table, folder: Path) -> MasterForm:
    return MasterForm(
        form=yaml_of.string(table.need("form")),
        version=yaml_of.string(table.need("version")),
        title=yaml_of.words(table.need("title")),
        pages=(),
        blank=folder / _blank_name(table.need("blank")),
        effective=yaml_of.day(table.cells["effective"]) if "effective" in table.cells else None,
        superseded=yaml_of.day(table.cells["superseded"]) if "superseded" in table.cells else None,
    )


def _blank_name(cell: Cell) -> str:
    name = yaml_of.words(cell)
    if "\0" in name or "\\" in name or PurePath(name).name != name:
        remedy = "put the blank beside form.yaml and give its name alone"
        raise cell.refuse("`blank` has to be a file of this folder", remedy)
    return name


def _pages(table: Table) -> tuple[FormPage, ...]:
    found: list[FieldOfFile] = []
    names: dict[str, int] = {}
    pages: list[FormPage] = []
    cell = table.need("pages")
    for number, item in enumerate(yaml_of.items(cell), start=1):
        page, fields = _page(item, number, table, names)
        pages.append(page)
        found.extend(fields)
    if not found:
        raise cell.refuse("the form has no fields", "describe at least one")
    check_references(found)
    return tuple(pages)


def _page(
    item: Cell, number: int, form: Table, names: dict[str, int]
) -> tuple[FormPage, list[FieldOfFile]]:
    table = yaml_of.table(item, _PAGE_KEYS, what="in a page")
    if yaml_of.whole(table.need("page")) != number:
        reason = f"`page` has to be {number} here"
        raise table.need("page").refuse(reason, "list the pages in order from 1")
    size_mm = _page_size(table, form)
    fields: list[FieldOfFile] = []
    for one in yaml_of.items(table.need("fields")):
        field = read_field(one, page=number, size_mm=size_mm)
        _refuse_second(field, names)
        fields.append(field)
    size = (float(size_mm[0]), float(size_mm[1]))
    return FormPage(number, size, tuple(one.field for one in fields)), fields


def _refuse_second(found: FieldOfFile, names: dict[str, int]) -> None:
    name, cell = found.field.name, found.cell("name")
    if name in names:
        reason = f"the name `{name}` is used twice, first in line {names[name]}"
        raise cell.refuse(reason, "give each field its own name")
    if len(names) >= _MOST_FIELDS:
        raise cell.refuse(f"the form has more than {_MOST_FIELDS} fields", "describe one form only")
    names[name] = cell.line


def _page_size(page: Table, form: Table) -> tuple[Decimal, Decimal]:
    cell = page.cells.get("page_size") or form.cells.get("page_size")
    if cell is None:
        reason = "the key `page_size` is missing on the form and on this page"
        raise refusal(page.line, reason, "add it, as [210, 297]")
    width, height = yaml_of.numbers(cell, 2)
    if not (0 < width <= _LONGEST_SIDE and 0 < height <= _LONGEST_SIDE):
        reason = f"a page of {width} × {height} mm can't be"
        raise cell.refuse(reason, "give width and height in millimetres, as [210, 297]")
    return width, height


def _check_days(form: MasterForm, table: Table) -> None:
    if form.effective and form.superseded and form.superseded < form.effective:
        reason = "`superseded` is before `effective`"
        raise table.need("superseded").refuse(reason, "exchange them")


def _check_blank(form: MasterForm, table: Table, count_pages: PageCounter) -> None:
    cell = table.need("blank")
    if not form.blank.is_file():
        reason = f"the blank {form.blank.name} is not in the folder"
        raise cell.refuse(reason, "put it beside form.yaml")
    try:
        count = count_pages(form.blank)
    except RecordroomError as error:
        raise cell.refuse(f"the blank can't be used: {error.reason}", error.remedy) from error
    if count != len(form.pages):
        reason = f"the blank has {count} page(s), and the form describes {len(form.pages)}"
        raise cell.refuse(reason, "describe every page of the blank, and no other")


def _count_pages(path: Path) -> int:
    from extractors.load import count_pdf_pages

    return count_pdf_pages(path)
