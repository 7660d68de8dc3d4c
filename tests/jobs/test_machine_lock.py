"""Two campaigns at once would measure each other: the second is told who is there."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import pytest

from jobs.cli import app
from jobs.cli.ending import run_to_the_end
from jobs.machine_lock import lock_file, machine_lock
from perf_pipeline.campaign.errors import MachineBusyError
from perf_pipeline.home import Home
from perf_pipeline.suite.benchmark import Suite
from tests.jobs.conftest import SUITES, Place

HOLD = """
import sys
from pathlib import Path
from jobs.machine_lock import machine_lock
from perf_pipeline.home import Home
with machine_lock(Home(Path(sys.argv[1])), "run-of-another"):
    print("held", flush=True)
    sys.stdin.read()
"""

Hold = Callable[[], subprocess.Popen[str]]


@pytest.fixture
def hold(tmp_path: Path) -> Iterator[Hold]:
    """Starts another instance, with a home of its own, that measures until it is told to stop."""
    started: list[subprocess.Popen[str]] = []

    def held() -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(tmp_path / "another")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        return process

    yield held
    for process in started:
        process.kill()
        process.communicate()


def test_the_second_says_who_is_first(place: Place, hold: Hold, tmp_path: Path) -> None:
    """Process, run, home and since when; nothing was measured, one thing to do."""
    other = hold()
    with pytest.raises(MachineBusyError) as refusal, machine_lock(place.home, "run-1"):
        pytest.fail("two at once")
    error = refusal.value
    assert error.exit_code == 3
    assert f"process {other.pid}, run run-of-another of {tmp_path / 'another'}" in error.why
    assert error.kept == "Nothing was measured or changed."
    assert error.todo == "Wait for it to end, then launch again."


def test_a_killed_holder_leaves_the_machine_free(place: Place, hold: Hold) -> None:
    """The kernel drops the lock; the note of the dead holder does not matter."""
    other = hold()
    other.send_signal(signal.SIGKILL)
    other.wait()
    assert json.loads(lock_file().read_text(encoding="utf-8"))["pid"] == other.pid
    with machine_lock(place.home, "run-1"):
        pass


def test_the_lock_ends_with_the_block(place: Place) -> None:
    """Also when an error ends it."""
    with pytest.raises(ZeroDivisionError), machine_lock(place.home, "run-1"):
        raise ZeroDivisionError
    with machine_lock(place.home, "run-2"):
        note = json.loads(lock_file().read_text(encoding="utf-8"))
    assert note["run"] == "run-2"


def test_the_command_line_says_so_and_ends_with_3(
    place: Place, hold: Hold, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing lands, no run is begun in Dagster."""
    place.home.suites.write_text(f"suites: [{SUITES / 'tiny'}]\n", encoding="utf-8")
    hold()
    assert run_to_the_end(app, ["run"]) == 3
    said = capsys.readouterr().err
    assert "Another run measures on this machine." in said
    assert "run run-of-another" in said
    assert not place.home.landing.exists()
    assert place.runs() == []


def test_a_run_of_the_ui_says_so_too(place: Place, hold: Hold, tiny: Suite) -> None:
    """It fails with the sentence, before anything lands."""
    hold()
    run = place.execute(tiny)
    assert run.status is dg.DagsterRunStatus.FAILURE
    assert "Another run measures on this machine." in place.failure(run)
    assert not place.home.landing.exists()


def test_a_damaged_note_hinders_nobody(place: Place) -> None:
    """What cannot be read is named by its path."""
    file = lock_file()
    with machine_lock(place.home, "run-1"):
        file.write_text("{", encoding="utf-8")
        with pytest.raises(MachineBusyError) as refusal, machine_lock(place.home, "run-2"):
            pytest.fail("two at once")
    assert f"see {file}" in refusal.value.why


def test_a_home_is_not_asked(tmp_path: Path, place: Place) -> None:
    """The lock is the machine's: another home shares it."""
    with (
        machine_lock(place.home, "run-1"),
        pytest.raises(MachineBusyError),
        machine_lock(Home(tmp_path / "second"), "run-2"),
    ):
        pytest.fail("two at once")
