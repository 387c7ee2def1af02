"""The views that reporting tools read: stable names over tables that may change.

docs/reporting.md says what each column holds. A migration that has to build one of the tables anew
(SQLite can't alter them otherwise) calls `drop` before and `make` after it. A column may be added;
none is renamed or taken away.
"""

from alembic import op

_IS_SEALED = """
    e.kind IN ('keyed', 'keying_disagreed')
    AND r.keyings_awaited > 0
    AND r.state IN ('in_review', 'superseded')
    AND (
        SELECT k.step FROM keying k WHERE k.record = e.record AND k.entry = e.field
        ORDER BY k.position DESC LIMIT 1
    ) IN ('first', 'disagreed')
    AND e.sequence >= (
        SELECT MAX(b.sequence) FROM event b
        WHERE b.record = e.record AND b.field = e.field AND b.kind = 'keyed'
    )
"""
"""What was keyed in a round that goes on is shown to nobody (see `pipeline/sealed.py`)."""
_SEALED = "'(sealed until the keying is over)'"

_OF_RECORD = "r.form, r.version, r.batch_number, r.state AS record_state, r.revision"

_VIEWS = {
    "v_records": """
        SELECT
            r.id AS record, r.form, r.version, r.title, r.batch_number,
            r.state AS record_state, q.standing, r.revision, v.amends,
            r.received_at, approval.at AS approved_at, approval."by" AS approved_by,
            q.open_flags, q.critical AS open_critical_flags, q.major AS open_major_flags,
            s.name AS scan_file, s.sha256 AS scan_sha256, s.page_count AS scan_pages,
            s.scanned_on, r.recordroom AS read_by
        FROM record r
        JOIN scan s ON s.id = r.scan
        LEFT JOIN queue q ON q.record = r.id
        LEFT JOIN revision v ON v.record = r.id
        LEFT JOIN event approval ON approval.sequence = (
            SELECT MAX(a.sequence) FROM event a WHERE a.record = r.id AND a.kind = 'approved'
        )""",
    "v_entries": f"""
        SELECT
            record, form, version, batch_number, record_state, revision, position, page, step,
            field, type, value, state,
            CASE WHEN type = 'number' AND state = 'filled' AND {{is_number}}
                THEN CAST({{trimmed}} AS DOUBLE PRECISION) END AS number,
            read_value, read_state, confidence, accepted,
            corrected_by, corrected_at, alternatives, reader, model, x_mm, y_mm, width_mm,
            height_mm
        FROM (
            SELECT
                e.record, {_OF_RECORD}, e.position, e.page, e.step, e.field, e.type,
                COALESCE(c.value, e.value) AS value, COALESCE(c.state, e.state) AS state,
                e.value AS read_value, e.state AS read_state, e.confidence, e.accepted,
                c."by" AS corrected_by, c.at AS corrected_at, e.alternatives,
                e.reader, e.model, e.x AS x_mm, e.y AS y_mm, e.width AS width_mm,
                e.height AS height_mm
            FROM entry e
            JOIN record r ON r.id = e.record
            LEFT JOIN correction c ON c.record = e.record AND c.entry = e.field
                AND c.position = (
                    SELECT MAX(n.position) FROM correction n
                    WHERE n.record = e.record AND n.entry = e.field
                )
        ) AS standing""",
    "v_pages": f"""
        SELECT
            p.record, {_OF_RECORD}, p.page, s.name AS scan_file, s.sha256 AS scan_sha256,
            p.scan_page, p.turned, p.form_score, p.effective_dpi, n.since AS replaced_in
        FROM page p
        JOIN record r ON r.id = p.record
        LEFT JOIN replaced_page n ON n.record = p.record AND n.page = p.page
        JOIN scan s ON s.id = COALESCE(n.scan, r.scan)""",
    "v_flags": f"""
        SELECT
            f.record, {_OF_RECORD}, f.entry AS field, f.page, f.name AS flag, f.severity,
            f.detail, a.outcome, a.reason, a."by" AS answered_by, a.at AS answered_at
        FROM flag f
        JOIN record r ON r.id = f.record
        LEFT JOIN disposition a ON a.outcome <> 'taken_back' AND a.id = (
            SELECT MAX(d.id) FROM disposition d
            WHERE d.record = f.record AND d.flag = f.name AND d.detail IN ('', f.detail)
                AND COALESCE(d.entry, '') = COALESCE(f.entry, '')
        )""",
    "v_answers": f"""
        SELECT
            d.record, {_OF_RECORD}, d.entry AS field, d.flag, d.detail, d.outcome, d.reason,
            d."by" AS answered_by, d.at AS answered_at
        FROM disposition d JOIN record r ON r.id = d.record""",
    "v_corrections": f"""
        SELECT
            c.record, {_OF_RECORD}, e.page, e.step, c.entry AS field, e.type,
            c.position + 1 AS nth,
            COALESCE(b.value, e.value) AS old_value, COALESCE(b.state, e.state) AS old_state,
            c.value, c.state, c.reason, c."by" AS corrected_by, c.at AS corrected_at
        FROM correction c
        JOIN record r ON r.id = c.record
        JOIN entry e ON e.record = c.record AND e.field = c.entry
        LEFT JOIN correction b ON b.record = c.record AND b.entry = c.entry
            AND b.position = c.position - 1""",
    "v_signatures": f"""
        SELECT
            s.record, {_OF_RECORD}, s.position + 1 AS nth, s.name, s."user" AS account,
            s.meaning, s.at AS signed_at, s.digest
        FROM signature s JOIN record r ON r.id = s.record""",
    "v_trail": f"""
        SELECT
            e.sequence, e.at AS happened_at, e."by" AS done_by, e.place, e.kind, e.scan,
            e.record, e.field, e.old AS old_value,
            CASE WHEN {_IS_SEALED} THEN {_SEALED} ELSE e.new END AS new_value,
            CASE WHEN {_IS_SEALED} THEN {_SEALED} ELSE e.reason END AS reason,
            e.previous, e.digest
        FROM event e LEFT JOIN record r ON r.id = e.record""",
    "v_forms": "SELECT form, version, title, digest, added_at FROM form",
}  # fmt: skip


def make() -> None:
    """Make the views."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    words = _SQLITE if is_sqlite else _POSTGRES
    for name, query in _VIEWS.items():
        for word, meant in words.items():
            query = query.replace("{" + word + "}", meant)
        op.execute(f"CREATE VIEW {name} AS {query}")


def drop() -> None:
    """Take the views away, to be made again."""
    for name in _VIEWS:
        op.execute(f"DROP VIEW IF EXISTS {name}")


_UNSIGNED = "LTRIM(TRIM(value), '+-')"
_POINT = f"INSTR({_UNSIGNED}, '.')"
_SQLITE = {
    "trimmed": "TRIM(value)",
    "is_number": f"""
        {_UNSIGNED} GLOB '[0-9]*' AND {_UNSIGNED} GLOB '*[0-9]'
        AND {_UNSIGNED} NOT GLOB '*[^0-9.]*' AND {_UNSIGNED} NOT GLOB '*.*.*'
        AND LENGTH(TRIM(value)) - LENGTH({_UNSIGNED}) <= 1
        AND CASE WHEN {_POINT} = 0 THEN LENGTH({_UNSIGNED}) ELSE {_POINT} - 1 END <= 30
        AND CASE WHEN {_POINT} = 0 THEN 0 ELSE LENGTH({_UNSIGNED}) - {_POINT} END <= 30""",
}
_POSTGRES = {
    "trimmed": "BTRIM(value)",
    "is_number": r"BTRIM(value) ~ '^[+-]?[0-9]{1,30}(\.[0-9]{1,30})?$'",
}
