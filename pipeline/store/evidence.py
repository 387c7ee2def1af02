"""What reading found about the pages of a record, kept for checks that run again."""

from dataclasses import asdict

from sqlmodel import Session

from pipeline.core.check_context import FoundPage, PageEvidence
from pipeline.store.revision_tables import PageEvidenceRow


def put_evidence(session: Session, record: str, evidence: PageEvidence | None) -> None:
    """Keep it for that record, once."""
    if evidence is not None:
        pages = [asdict(page) | {"problems": list(page.problems)} for page in evidence.pages]
        session.add(PageEvidenceRow(record=record, pages=pages))
        session.flush()


def evidence_of(session: Session, record: str) -> PageEvidence | None:
    """What was found; None for a record that was read before it was kept."""
    row = session.get(PageEvidenceRow, record)
    if row is None:
        return None
    return PageEvidence(
        tuple(FoundPage(**page | {"problems": tuple(page["problems"])}) for page in row.pages)
    )
