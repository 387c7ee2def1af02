"""What narrows the queue down. All of it stands in the address, to be kept or sent to somebody."""

import streamlit as st

from pipeline.core.catalogue import CATALOGUE, title_of
from pipeline.core.standing import TO_DO, Standing
from pipeline.people import Person, PersonRole, list_people
from pipeline.queue import NOBODY, UNKNOWN, Order, QueueQuery
from pipeline.site_forms import forms_of
from review_ui.opened import the_site
from review_ui.parts.way import page_of
from review_ui.parts.words import STANDINGS

FRESH_SECONDS = 60
PAGE = "page"
EVERY_FORM, UNKNOWN_FORM = "every form", "unknown form"
ANY_FLAG = "any flag"
ANYBODY, ME, NO_ONE = "anybody", "me", "nobody"
SHOWN: dict[str, tuple[Standing, ...]] = {
    "To do": TO_DO,
    **{words.capitalize(): (standing,) for standing, words in STANDINGS.items()},
    "All": tuple(Standing),
}
AGES = {"any age": 0, "over a day": 1, "over 3 days": 3, "over a week": 7, "over a month": 30}
ORDERS = {
    "what is due first": Order.URGENT,
    "oldest first": Order.OLDEST,
    "newest first": Order.NEWEST,
    "release date": Order.RELEASE,
    "batch": Order.BATCH,
    "form": Order.FORM,
    "most flags": Order.FLAGS,
}


def ask_state() -> tuple[Standing, ...]:
    """Which states are shown; without a choice what is to do."""
    shown = st.segmented_control(
        "State",
        tuple(SHOWN),
        default="To do",
        required=True,
        key="state",
        bind="query-params",
        on_change=to_first_page,
        label_visibility="collapsed",
    )
    return SHOWN[shown or "To do"]


def ask_query(person: Person, standings: tuple[Standing, ...]) -> QueueQuery:
    """What the filters say."""
    flags = {ANY_FLAG: "", **{title_of(kind.name): kind.name for kind in CATALOGUE}}
    forms, people = known_forms(), assignable(person)
    with st.container(horizontal=True, gap="small", key="filters"):
        text = asked_text("Text", "q", "Batch, lot, any entry", 190)
        batch = asked_text("Batch", "batch", "Begins with", 130)
        form, version = forms[chosen("Form", tuple(forms), "form", 160)]
        flag = flags[chosen("Flag", tuple(flags), "flag", 190)]
        assigned = people[chosen("Assigned to", tuple(people), "who", 170)]
        days = AGES[chosen("Waiting", tuple(AGES), "age", 140)]
        order = ORDERS[chosen("Sorted by", tuple(ORDERS), "sort", 170)]
    return QueueQuery(
        standings=standings,
        form=form,
        version=version,
        batch=batch,
        flag=flag,
        assigned_to=assigned,
        days=days,
        text=text,
        order=order,
        page=asked_page(),
    )


def asked_text(label: str, key: str, hint: str, width: int) -> str:
    """A filter that is typed."""
    typed = st.text_input(
        label,
        placeholder=hint,
        key=key,
        bind="query-params",
        width=width,
        on_change=to_first_page,
    )
    return (typed or "").strip()


def chosen(label: str, options: tuple[str, ...], key: str, width: int) -> str:
    """A filter that is chosen; the first option leaves nothing out."""
    found = st.selectbox(
        label, options, key=key, bind="query-params", width=width, on_change=to_first_page
    )
    return found if found in options else options[0]


def to_first_page() -> None:
    """Another question begins at its first page."""
    if PAGE in st.session_state:
        st.session_state[PAGE] = 1


def asked_page() -> int:
    """The page that was turned to, in this session or in the address."""
    said = st.session_state.get(PAGE, st.query_params.get(PAGE, "1"))
    return page_of(str(said))


def is_narrow(query: QueueQuery) -> bool:
    """Whether a filter leaves anything out."""
    words = (query.form, query.batch, query.flag, query.assigned_to, query.text)
    return any(words) or query.days > 0


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def known_forms() -> dict[str, tuple[str, str]]:
    """The forms and versions of the site, by the words in which they are chosen."""
    forms = {
        f"{form.form} v{form.version}": (form.form, form.version) for form in forms_of(the_site())
    }
    return {EVERY_FORM: ("", ""), **forms, UNKNOWN_FORM: (UNKNOWN, "")}


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def reviewers() -> dict[str, str]:
    """Open accounts that records are given to, by printed name and account."""
    return {
        f"{one.name} ({one.user})": one.user
        for one in list_people(the_site())
        if one.role in (PersonRole.REVIEWER, PersonRole.APPROVER) and not one.is_closed
    }


def assignable(person: Person) -> dict[str, str]:
    """Whom a record can be assigned to, as the filter offers it."""
    return {ANYBODY: "", ME: person.user, NO_ONE: NOBODY, **reviewers()}
