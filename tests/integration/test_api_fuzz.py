"""The HTTP API against its own OpenAPI document, with whatever fits it and whatever does not.

No request brings a 5xx, and every answer is one that the document describes: its status, its media
type, its shape. `make soak` does the same for longer (`FUZZ_EXAMPLES`).
"""

import os
from dataclasses import dataclass, replace

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, BaseSchema, Case, GenerationMode
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from site_records import ADMIN, approved, read

from pipeline.api import make_api
from pipeline.site import Site
from pipeline.tokens import Scope, make_token

IS_LONG = "FUZZ_EXAMPLES" in os.environ
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "8"))
CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
]
load_all_checks()


REAL = {
    "field": "lot", "page": 1, "scan": 1, "form": "BMR-001", "version": "3", "number": "L0848N",
}  # fmt: skip
ASKED = {"form": "BMR-001", "parameter": "weight"}


@dataclass(frozen=True)
class Target:
    """An API with an approved record and one in review, and what its administrator sends."""

    schema: BaseSchema
    headers: dict[str, str]
    records: tuple[str, ...]


@pytest.fixture
def target(site: Site) -> Target:
    records = (approved(site, 0), read(site, 1))
    unhurried = site.settings.model_copy(update={"api_per_minute": 0})
    site = replace(site, settings=unhurried)
    token = make_token(site, "admin", name="fuzz", scopes=list(Scope), days=1, by=ADMIN)
    schema = schemathesis.openapi.from_asgi("/openapi.json", make_api(site))
    return Target(schema, {"Authorization": f"Bearer {token.secret}"}, records)


def cases(operation: APIOperation, target: Target) -> st.SearchStrategy[Case]:
    """Requests that fit the document and such that do not; half of them about what is there."""
    anything = st.one_of([operation.as_strategy(generation_mode=mode) for mode in GenerationMode])

    def about(drawn: tuple[Case, str | None]) -> Case:
        case, record = drawn
        if record is not None:
            real = REAL | {"record_id": record}
            case.path_parameters.update(
                {name: real[name] for name in case.path_parameters if name in real}
            )
            if isinstance(case.query, dict):
                asked = {name: value for name, value in ASKED.items() if name in case.query}
                case.query.update(asked)
        return case

    return st.tuples(anything, st.sampled_from([None, *target.records])).map(about)


def test_no_request_breaks_the_api_and_every_answer_is_described(target: Target) -> None:
    asked: set[int] = set()
    operations = [found.ok() for found in target.schema.get_all_operations()]
    for operation in operations:

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=not IS_LONG,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(cases(operation, target))
        def ask(case: Case) -> None:
            answer = case.call_and_validate(headers=target.headers, checks=CHECKS)
            asked.add(answer.status_code)

        ask()
    assert len(operations) > 20
    assert {200, 404, 422} <= asked
