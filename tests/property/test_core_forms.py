"""Whatever stands in a form.yaml: a form is loaded, or refused with a line and a remedy."""

import re
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

from core_strategies import few
from hypothesis import given
from hypothesis import strategies as st

from extractors.automaton import automaton
from pipeline.core.expressions import NotArithmetic, calculate, parse
from pipeline.core.grammar import grammar
from pipeline.core.normal import as_number
from pipeline.core.patterns import fault_of
from pipeline.errors import FormRefused
from pipeline.forms import load_form

GOOD = """form: A
version: "1"
title: T
blank: blank.pdf
page_size: [210, 297]
pages:
  - page: 1
    fields:
      - {name: a, label: A, type: number, box: [1, 2, 30, 8], decimals: 1, low: 1, high: 2}
      - {name: b, label: B, type: date, box: [1, 12, 30, 8], format: DD/MM/YY, required: true}
      - {name: c, label: C, type: number, box: [1, 22, 30, 8], equals: 2 * a, tolerance: 0.1}
"""

tokens = st.sampled_from(
    [*"{}[]:,-#&*!|>'\"%@`?\n\t \\", "&a", "*a", "<<", "null", "~", "1e9", ".inf", "0x1F", "!!map"]
)


def load(content: bytes) -> None:
    """Loads the form; anything but a refusal with a remedy fails."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "form.yaml").write_bytes(content)
        (folder / "blank.pdf").write_bytes(b"")
        try:
            form = load_form(folder, count_pages=lambda path: 1)
        except FormRefused as error:
            assert error.reason
            assert error.remedy
            assert error.line >= 0
        else:
            for field in form.fields:
                grammar(field)


@few
@given(st.integers(0, len(GOOD)), st.integers(0, 12), tokens | st.text(max_size=8))
def test_a_damaged_form_is_loaded_or_refused(at, length, instead) -> None:
    load((GOOD[:at] + instead + GOOD[at + length :]).encode("utf-8", "surrogatepass"))


@few
@given(st.binary(max_size=200))
def test_any_bytes_are_loaded_or_refused(content) -> None:
    load(content)


@few
@given(st.text(alphabet="()[]{}|?*+^$\\.<>=!:P#-,ab01", max_size=20))
def test_a_pattern_without_a_fault_is_one_that_reading_can_search(pattern) -> None:
    if fault_of(pattern) is None:
        automaton(pattern)


leaves = st.integers(0, 99).map(str) | st.sampled_from(["1.5", "0.25", "a", "b.1"])
sums = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(" ".join).map("({})".format),
        inner.map("-{}".format),
        st.lists(inner, min_size=1, max_size=3).map(", ".join).map("sum({})".format),
    ),
    max_leaves=8,
)


@few
@given(sums)
def test_arithmetic_is_what_fractions_give(text) -> None:
    values = {"a": as_number("7"), "b.1": as_number("-2.5")}
    ours = calculate(parse(text), values.get)
    python = text.replace("b.1", "b").replace("sum(", "total(")
    try:
        theirs = _fraction(python)
    except ZeroDivisionError:
        assert ours is None
    else:
        assert ours is not None
        assert abs(Fraction(ours) - theirs) < Fraction(1, 10**12)


@few
@given(st.text(alphabet="0123456789.+-*/(), absum_", max_size=30))
def test_any_expression_is_arithmetic_or_refused(text) -> None:
    try:
        calculate(parse(text), lambda name: as_number("2"))
    except NotArithmetic as error:
        assert str(error)


def _fraction(text: str) -> Fraction:
    exact = re.sub(r"\d+(?:\.\d+)?", lambda found: f"Fraction('{found[0]}')", text)
    names = {
        "Fraction": Fraction,
        "a": Fraction(7),
        "b": Fraction(-5, 2),
        "total": lambda *of: sum(of, Fraction(0)),
    }
    return Fraction(eval(exact, {"__builtins__": {}}, names))
