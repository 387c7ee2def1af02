"""Triggers that refuse to take a record away, unless a certificate of its destruction is there.

Migrations use these, so what a guard here does for a given call must never change.
"""

from alembic import op

OF_RECORD = "record"
OF_SCAN = "scan"
OF_LINE = "audit line"
_GONE = {
    OF_RECORD: "EXISTS (SELECT 1 FROM destroyed_record WHERE record = OLD.{column})",
    OF_SCAN: "EXISTS (SELECT 1 FROM destroyed_scan WHERE scan = OLD.{column})",
    OF_LINE: "EXISTS (SELECT 1 FROM audit_line JOIN destroyed_record USING (record) "
    "WHERE sample = OLD.sample AND position = OLD.position)",
}
_FUNCTIONS = {
    OF_RECORD: "recordroom_is_destroyed(OLD.{column})",
    OF_SCAN: "recordroom_is_scan_destroyed(OLD.{column})",
    OF_LINE: "recordroom_is_line_destroyed(OLD.sample, OLD.position)",
}


def install() -> None:
    """What the guards of PostgreSQL ask; SQLite needs nothing."""
    if is_sqlite():
        return
    for name, arguments, body in (
        ("is_destroyed", "text", "SELECT 1 FROM destroyed_record WHERE record = $1"),
        ("is_scan_destroyed", "integer", "SELECT 1 FROM destroyed_scan WHERE scan = $1"),
        (
            "is_line_destroyed",
            "integer, integer",
            "SELECT 1 FROM audit_line JOIN destroyed_record USING (record) "
            "WHERE sample = $1 AND position = $2",
        ),
    ):
        op.execute(
            f"CREATE FUNCTION recordroom_{name}({arguments}) RETURNS boolean LANGUAGE sql STABLE "
            f"AS $$ SELECT EXISTS ({body}) $$"
        )


def refuse_unless_destroyed(
    table: str, message: str, *, of: str = OF_RECORD, column: str = "record", name: str = ""
) -> None:
    """In place of the guard that never lets a row go: only with a certificate it goes."""
    name = name or f"{table}_delete_never"
    locked = ""
    if name == "flag_delete_locked":
        locked = "(SELECT state FROM record WHERE id = OLD.record) IN ('approved', 'superseded')"
    if is_sqlite():
        op.execute(f"DROP TRIGGER {name}")
        condition = f"NOT {_GONE[of].format(column=column)}" + (f" AND {locked}" * bool(locked))
        op.execute(
            f"CREATE TRIGGER {name} BEFORE DELETE ON {table} FOR EACH ROW WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        return
    op.execute(f"DROP TRIGGER {name} ON {table}")
    action = "recordroom_refuse_locked" if locked else "recordroom_refuse"
    op.execute(
        f"CREATE TRIGGER {name} BEFORE DELETE ON {table} FOR EACH ROW "
        f"WHEN (NOT {_FUNCTIONS[of].format(column=column)}) EXECUTE FUNCTION {action}('{message}')"
    )


def refuse_when(table: str, name: str, condition: str, message: str) -> None:
    """Refuse a new row for which the condition, over NEW and any tables, holds."""
    if is_sqlite():
        op.execute(
            f"CREATE TRIGGER {name} BEFORE INSERT ON {table} FOR EACH ROW WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        return
    op.execute(f"""
        CREATE FUNCTION recordroom_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {condition} THEN
                RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NEW;
        END $$""")
    op.execute(
        f"CREATE TRIGGER {name} BEFORE INSERT ON {table} FOR EACH ROW "
        f"EXECUTE FUNCTION recordroom_{name}()"
    )


def is_sqlite() -> bool:
    """Whether the rows are in a SQLite file."""
    return op.get_bind().dialect.name == "sqlite"
