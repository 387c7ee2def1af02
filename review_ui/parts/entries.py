"""All entries of a record as a table to read; corrections are made at the desk."""

import pandas as pd
import streamlit as st

from pipeline.core.catalogue import flag_kind
from pipeline.core.forms import MasterForm
from pipeline.core.values import Entry, Record
from review_ui.parts.paper import label_of
from review_ui.parts.stops import on_paper
from review_ui.parts.words import SIGNS, shown_value


def show_entries(record: Record, form: MasterForm | None) -> None:
    """The table, in the order of the paper; choosing a row leads to it at the desk."""
    if not record.entries:
        st.info("This record has no entries: its pages fit no known form.")
        return
    entries = sorted(record.entries, key=on_paper)
    chosen = st.dataframe(
        pd.DataFrame([row(entry, label_of(form, entry)) for entry in entries]),
        hide_index=True,
        height=560,
        on_select="rerun",
        selection_mode="single-row",
        key=f"entries:{record.id}",
        column_config={
            "Page": st.column_config.NumberColumn(width="small"),
            "Sure": st.column_config.ProgressColumn(
                format="percent", min_value=0, max_value=1, width="small"
            ),
            "Accepted": st.column_config.CheckboxColumn(width="small"),
        },
    )
    rows = chosen["selection"]["rows"]
    if rows and st.session_state.get("row") != rows[0]:
        st.session_state["stop"] = entries[rows[0]].field
    st.session_state["row"] = rows[0] if rows else None


def row(entry: Entry, label: str) -> dict[str, object]:
    """One entry as a row of the table."""
    last = entry.corrections[-1] if entry.corrections else None
    read = shown_value(entry.reading.value, entry.reading.state, entry.type)
    return {
        "Page": entry.page,
        "Step": entry.step or "",
        "Field": label,
        "Value": shown_value(entry.value, entry.state, entry.type),
        "Read as": read if last else "",
        "Sure": entry.confidence,
        "Accepted": entry.accepted,
        "Flags": ", ".join(
            f"{SIGNS[flag.severity]} {flag_kind(flag.name).title}" for flag in entry.flags
        ),
        "Corrected by": f"{last.by}: {last.reason}" if last else "",
    }
