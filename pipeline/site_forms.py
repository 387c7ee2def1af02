"""The site's own copies of the master forms, with their versions; and the signature log to read by.

A form is copied when it is taken in, so that nothing outside the site can change what a record
was read against. The folder of a form is named after its number and version.
"""

import hashlib
import re
import shutil
from functools import lru_cache
from pathlib import Path

from sqlmodel import Session, col, select

from extractors.errors import RecordroomError
from pipeline.core.forms import MasterForm
from pipeline.core.people import Signatory
from pipeline.errors import FormRefused
from pipeline.forms import FORM_FILE, load_form, load_forms
from pipeline.signature_log import signature_log
from pipeline.site import Site
from pipeline.store.chain import Happening, append
from pipeline.store.database import reading
from pipeline.store.site_tables import FormRow

Refused = tuple[tuple[Path, RecordroomError], ...]


def store_forms(site: Site, session: Session, folder: Path) -> Refused:
    """Take in every master form below the folder; what can't be used is given back."""
    loaded = load_forms(folder)
    refused: list[tuple[Path, RecordroomError]] = list(loaded.refused)
    for form in loaded.forms:
        try:
            _store_form(site, session, form)
        except FormRefused as error:
            refused.append((form.blank.parent / FORM_FILE, error))
    return tuple(refused)


def forms_of(site: Site) -> tuple[MasterForm, ...]:
    """All master forms that the site has taken in."""
    with reading(site.engine) as session:
        rows = session.exec(select(FormRow).order_by(col(FormRow.form), col(FormRow.version))).all()
    return tuple(_form(site.settings.forms_folder / row.folder, row.digest) for row in rows)


def form_of(site: Site, form: str | None, version: str | None) -> MasterForm | None:
    """The master form of that number and version, None where the site has none such."""
    if form is None or version is None:
        return None
    with reading(site.engine) as session:
        row = session.get(FormRow, (form, version))
    return None if row is None else _form(site.settings.forms_folder / row.folder, row.digest)


def signatories_of(site: Site) -> tuple[Signatory, ...] | None:
    """The newest signature log, None where the site has none."""
    log = signature_log(site)
    return tuple(line.signatory for line in log.lines) if log.version else None


def _store_form(site: Site, session: Session, form: MasterForm) -> None:
    digest = _digest(form.blank.parent / FORM_FILE, form.blank)
    known = session.get(FormRow, (form.form, form.version))
    if known is not None:
        if known.digest == digest:
            return
        raise FormRefused(
            f"the site has another form {form.form} version {form.version}",
            "give the changed form a version of its own",
        )
    name = _folder_name(form)
    folder = site.settings.forms_folder / name
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(form.blank.parent / FORM_FILE, folder / FORM_FILE)
    shutil.copyfile(form.blank, folder / form.blank.name)
    row = FormRow(
        form=form.form,
        version=form.version,
        title=form.title,
        folder=name,
        digest=digest,
        added_at=site.now(),
    )
    session.add(row)
    session.flush()
    _tell(site, session, "form_added", f"{form.form} version {form.version}, {digest}")


def _folder_name(form: MasterForm) -> str:
    """Number and version, and where they hold signs that a folder can't, what tells them apart."""
    wished = f"{form.form}_{form.version}"
    safe = re.sub(r"[^A-Za-z0-9._-]", "-", wished).lstrip(".-")[:80]
    return safe if safe == wished else f"{safe}_{hashlib.sha256(wished.encode()).hexdigest()[:8]}"


def _digest(*files: Path) -> str:
    parts = (hashlib.sha256(file.read_bytes()).hexdigest() for file in files)
    return hashlib.sha256("".join(parts).encode()).hexdigest()


@lru_cache(maxsize=1024)
def _form(folder: Path, digest: str) -> MasterForm:
    """A form as it was taken in; refused where its files are others now."""
    form = load_form(folder)
    if _digest(folder / FORM_FILE, form.blank) != digest:
        raise FormRefused(
            f"the files of form {form.form} version {form.version} have changed in the site",
            "restore them from a backup",
        )
    return form


def _tell(site: Site, session: Session, kind: str, new: str) -> None:
    append(session, Happening(kind=kind, by="recordroom", at=site.now(), where="site", new=new))
