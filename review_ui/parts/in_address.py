"""A choice whose short, stable name stands in the address, so that the address can be sent on.

A select box that Streamlit binds to the address writes its whole text there, which changes with
the title of a form. Addresses that were kept with such texts still lead to the same choice.
"""

from collections.abc import Callable, Sequence

import streamlit as st

BETWEEN = " · "
"""What stands between the parts of a text; the name is the last of them."""


def chosen_in_address(
    label: str,
    names: Sequence[str],
    text: Callable[[str], str],
    *,
    key: str,
    width: int,
) -> str:
    """The choice among the names, each shown as its text; `key` is what it is called there."""
    said, written = st.query_params.get(key, ""), f"{key} in address"
    is_new = said != st.session_state.get(written, "")
    if is_new or st.session_state.get(key) not in names:
        st.session_state[key] = named(said, names, text) or names[0]
    name: str = st.selectbox(label, names, format_func=text, key=key, width=width) or names[0]
    is_said = name != names[0] or said != ""
    if is_said and said != name:
        st.query_params[key] = name
    st.session_state[written] = name if is_said else ""
    return name


def named(said: str, names: Sequence[str], text: Callable[[str], str]) -> str:
    """The name that an address means: by itself, by its text now, or by a text of before."""
    for fits in (
        lambda name: said == name,
        lambda name: said == text(name),
        lambda name: said.endswith(BETWEEN + name),
    ):
        found = next((name for name in names if fits(name)), "")
        if found:
            return found
    begun = [name for name in names if said.startswith(f"{name} ")]
    return max(begun, key=len, default="")
