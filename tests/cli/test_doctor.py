"""`doctor`: looks at the real machine, and says what each thing means."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobs.cli.diagnosis import insight, kept, needs, noise, software
from jobs.cli.diagnosis.finding import Finding, Level
from jobs.machine_lock import machine_lock
from perf_pipeline.home import find_home
from perf_pipeline.measure import machine
from perf_pipeline.suite.registry import add
from tests.cli.conftest import Run


@pytest.fixture(autouse=True)
def _own_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A campaign that runs on this machine is none of these tests' business."""
    monkeypatch.setenv("PERF_LOCK", str(tmp_path / "lock"))


def by_topic(findings: list[Finding]) -> dict[str, Finding]:
    """The findings under their topics."""
    return {finding.topic: finding for finding in findings}


def test_it_looks_at_everything_and_explains_what_is_not_ok(perf: Run) -> None:
    """This machine runs the tests, so it can measure."""
    ended = perf("doctor")
    assert (ended.code, ended.err) == (0, "")
    topics = {line[6:20].strip() for line in ended.out.splitlines()[1:]}
    assert topics >= {
        *("machine lock", "landing", "history", "machine", "system", "disk", "memory", "swap"),
        *("others", "steal", "governor", "turbo", "CPU quota", "clock"),
        *("py-spy", "addresses", "Python", "Dagster home", "suite builtin"),
    }
    assert ended.out.splitlines()[-1].startswith("This machine can measure")


def test_a_machine_that_cannot_measure_ends_with_3(
    perf: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a campaign on it would; the reason is the campaign's own."""
    monkeypatch.setattr(machine, "NEEDED_DISK_BYTES", 1 << 60)
    ended = perf("doctor")
    assert ended.code == 3
    assert "Nothing can be measured here: only " in ended.out
    assert ended.out.splitlines()[-1].startswith("Nothing can be measured here")


def test_doctor_writes_nothing(perf: Run, home: Path) -> None:
    """Not even the home."""
    perf("doctor")
    assert not home.exists()


def test_every_finding_that_is_not_ok_says_what_it_means() -> None:
    """And one that is ok has nothing to add."""
    home = find_home()
    found = [
        *kept.findings(home),
        *needs.findings(home),
        *noise.findings(),
        *software.findings(home),
    ]
    assert [f for f in found if bool(f.means) == (f.level is Level.OK)] == []


def test_sampling_is_tried_on_a_real_process() -> None:
    """Where py-spy may not, the reason stands there; nothing is left running either way."""
    found = by_topic(list(insight.findings()))["py-spy"]
    assert "samples" in found.found or found.means


def test_whoever_holds_the_machine_is_named(tmp_path: Path) -> None:
    """Its figures suffer from the look, so it is said."""
    home = find_home()
    with machine_lock(home, "run-17"):
        found = by_topic(list(kept.findings(home)))["machine lock"]
    assert found.level is Level.NOTE
    assert "run-17" in found.means
    assert by_topic(list(kept.findings(home)))["machine lock"].level is Level.OK
    assert tmp_path.exists()


def test_a_landing_without_warehouse_names_the_command(landed: Path) -> None:
    """Somebody has deleted the database, or the disk was restored without it."""
    assert landed.exists()
    found = by_topic(list(kept.findings(find_home())))
    assert found["landing"].found.startswith("8 files")
    assert "perf-pipeline warehouse rebuild" in found["warehouse"].means
    assert "perf-pipeline warehouse rebuild" in found["history"].means


def test_benchmarks_that_lack_something_are_named_with_it(tmp_path: Path) -> None:
    """A program, a service, a valid file: what the night would report, by daylight."""
    root = tmp_path / "demo"
    root.mkdir()
    (root / "suite.yaml").write_text("name: demo\n")
    (root / "work.py").write_text("def make():\n    return lambda: None\n")
    (root / "a.yaml").write_text(
        "benchmark: {name: Asks, workload: 'work.py:make',"
        " requires: [{program: no-such-program}]}\n"
        "---\n"
        "benchmark: {name: Waits, workload: 'work.py:make',"
        " requires: [{service: 'tcp://127.0.0.1:1'}]}\n"
        "---\n"
        "benchmark: {name: Fine, workload: 'work.py:make'}\n"
    )
    add(find_home(), root)
    found = by_topic(list(software.findings(find_home())))["suite demo"]
    assert found.found == "2 of 3 benchmarks cannot be measured"
    assert "Asks: the program no-such-program is not on the PATH" in found.means
    assert "Waits: no service answers at tcp://127.0.0.1:1" in found.means


@pytest.mark.parametrize(
    ("facts", "topic", "level"),
    [
        ({}, "governor", Level.OK),
        ({"governor": "performance"}, "governor", Level.OK),
        ({"governor": "powersave"}, "governor", Level.NOTE),
        ({"turbo": "0"}, "turbo", Level.NOTE),
        ({"turbo": "1"}, "turbo", Level.OK),
    ],
)
def test_the_processors_pace_is_judged_by_its_facts(
    facts: dict[str, str], topic: str, level: Level
) -> None:
    """`no_turbo` is 0 when turbo is on."""
    found = by_topic([noise.governor(facts), noise.turbo(facts)])[topic]
    assert found.level is level
