"""Whatever a file holds, reading it ends soon, in a benchmark or in a fault."""

from __future__ import annotations

import os
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from perf_pipeline.suite.benchmark import Suite
from perf_pipeline.suite.read import read_suite
from perf_pipeline.suite.schema.benchmark import DeclaredBenchmark


def read_bytes(content: bytes, name: str = "one.yaml") -> Suite:
    """Read a suite whose one benchmark file has this content."""
    with TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "suite.yaml").write_text("name: demo\n")
        (root / name).write_bytes(content)
        suite = read_suite(root)
    names = [one.name for one in suite.benchmarks] + [one.name for one in suite.invalid]
    assert len(set(names)) == len(names)
    for record in suite.invalid:
        assert record.fault
        assert record.name.isidentifier()
    for fault in suite.faults:
        fault.encode()
        assert "\n" not in fault
        assert ": found " in fault
        assert ", allowed: " in fault
    return suite


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["lower", "work.py:make", "../x.py:y", "3.12", "~nobody/x", "\x00", "a\ud800"]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=10,
)
BENCHMARKS = st.dictionaries(
    st.sampled_from([*DeclaredBenchmark.model_fields, "nmae"]), VALUES, max_size=8
)


@given(st.binary(max_size=200))
@settings(deadline=None, max_examples=60)
def test_any_bytes_end_in_a_fault_or_in_nothing(content: bytes) -> None:
    """No bytes make the reading raise."""
    assert read_bytes(content).benchmarks == ()


@given(st.text(alphabet="ab:-{}[]&*!|>'\"%@`#,? \n\t\0é☃", max_size=120))
@settings(deadline=None, max_examples=100)
def test_any_text_after_the_key_ends_in_a_fault(text: str) -> None:
    """YAML that is nearly right is answered, never raised."""
    suite = read_bytes(b"benchmark: " + text.encode())
    assert len(suite.benchmarks) + len(suite.invalid) >= 1


@given(BENCHMARKS)
@settings(deadline=None, max_examples=150)
def test_any_values_in_any_field_end_in_a_fault(values: dict[str, object]) -> None:
    """Wrong types anywhere are faults, and all of them are told."""
    text = yaml.safe_dump({"benchmark": values}, allow_unicode=False)
    suite = read_bytes(text.encode("utf-8", "surrogatepass"))
    assert len(suite.benchmarks) + len(suite.invalid) == 1


@given(
    VALUES.filter(lambda value: isinstance(value, dict)), st.sampled_from(["targets", "metrics"])
)
@settings(deadline=None, max_examples=60)
def test_any_entries_of_mappings_end_in_a_fault(values: dict[str, object], field: str) -> None:
    """Names and values of metrics and targets may be anything."""
    text = yaml.safe_dump({"benchmark": {"name": "A", "command": "true", field: values}})
    suite = read_bytes(text.encode())
    assert len(suite.benchmarks) + len(suite.invalid) == 1


BOMB = "\n".join(
    ["benchmark:", "  a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    + [f"  a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
)
LONG_ALIAS = f"benchmark:\n  a: &a {'x' * 400_000}\n  b: [{', '.join(['*a'] * 5_000)}]\n"
HOSTILE = {
    "bomb": (BOMB.encode(), "more values"),
    "text repeated": (LONG_ALIAS.encode(), "more values"),
    "itself": (b"benchmark: &a\n  name: *a\n", "*a"),
    "unknown alias": (b"benchmark: *b\n", "*b"),
    "deep lists": (b"benchmark: " + b"[" * 100_000, "deeper nesting"),
    "deep fields": (b"benchmark: " + b"{a: " * 100_000, "deeper nesting"),
    "many fields": (
        b"benchmark:\n  name: A\n" + b"".join(b"  f%d: 1\n" % i for i in range(9_000)),
        "unknown",
    ),
    "many cells": (
        b"benchmark:\n  name: A\n  command: ls\n  budgets: {quick: {cells: ["
        + b"{a: 1}," * 4_000
        + b"]}}\n",
        "unknown parameter",
    ),
    "ten megabytes": (b"benchmark:\n  name: " + b"x" * 10_000_000, "10,000,019 bytes"),
    "long name": (b"benchmark: {name: " + b"x" * 5_000 + b"}", "xxx..."),
    "tabs": (b"benchmark:\n\tname: A\n", "character"),
    "not text": (b"benchmark: \xff\xfe", "the byte 0xff"),
    "utf-16": ("benchmark: {name: A}".encode("utf-16"), "the byte 0xff"),
    "many digits": (
        b"benchmark: {name: A, budgets: {full: {trials: " + b"9" * 9_000 + b"}}}",
        "99...",
    ),
    "huge number": (
        b"benchmark: {name: A, budgets: {full: {trials: " + b"9" * 30 + b"}}}",
        "at most",
    ),
    "many documents": (b"---\nbenchmark: {name: A, command: ls}\n" * 3_000, "a name of its own"),
    "null": (b"benchmark:\n", "no fields"),
    "python object": (b"benchmark: !!python/object/apply:os.system [ls]", "the tag"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_one_that_says_so(name: str) -> None:
    """Bombs, depths and sizes are refused quickly, with the limit."""
    content, expected = HOSTILE[name]
    began = time.monotonic()
    suite = read_bytes(content)
    assert time.monotonic() - began < 10  # a bomb that goes off takes minutes or all memory
    assert len(suite.benchmarks) <= 1
    assert expected in suite.faults[0]


def test_a_large_data_file_is_no_benchmark() -> None:
    """Inputs of workloads may be YAML of any size."""
    suite = read_bytes(b"values:\n" + b"  - 1\n" * 300_000)
    assert suite.faults == ()


def test_odd_file_names_are_shown_safely() -> None:
    """A file name that is no text neither stops the reading nor reaches the report raw."""
    suite = read_bytes(
        b"benchmark: 1", name=b"\xff\n\x1b[1m.yaml".decode("utf-8", "surrogateescape")
    )
    assert [record.name for record in suite.invalid] == ["file_1m"]


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    """Reading never waits for a pipe."""
    (tmp_path / "suite.yaml").write_text("name: demo\n")
    os.mkfifo(tmp_path / "x.yaml")
    assert read_suite(tmp_path).faults == ()
