"""What `run` and `ui` refuse before anything is measured or started."""

from __future__ import annotations

import socket

import pytest

from tests.cli.conftest import Run


def test_a_resumed_campaign_keeps_its_benchmarks(perf: Run) -> None:
    """`--only` beside `--resume` would change what a campaign promised."""
    ended = perf("run", "--resume", "last", "--only", "InferenceTTFT")
    assert ended.code == 2
    assert "goes on with the benchmarks it began with" in ended.err


def test_a_campaigns_name_tells_its_suite(perf: Run) -> None:
    """The suite of a campaign that is resumed is read from its name, and looked for."""
    ended = perf("run", "--resume", "elsewhere-host-2026-01-02-1")
    assert ended.code == 2
    assert "There is no suite 'elsewhere'" in ended.err


@pytest.mark.parametrize(
    "words", [("run", "--memory-limit", "-3"), ("ui", "--port", "99999"), ("ui", "--port", "0")]
)
def test_numbers_out_of_range(perf: Run, words: tuple[str, ...]) -> None:
    """A limit below 0 and a port that is none are wrong use."""
    ended = perf(*words)
    assert ended.code == 2
    assert "is not in the range" in ended.err


@pytest.mark.parametrize("option", ["--port", "--reports-port"])
def test_a_taken_port_is_named(perf: Run, option: str) -> None:
    """The port and the option to choose another are told; the one who listens is not disturbed."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ended = perf("ui", "--port", "1", "--reports-port", "1", option, str(port))
    assert ended.code == 2
    assert f"Port {port} of 127.0.0.1 is taken." in ended.err
    assert f"{option} N" in ended.err
