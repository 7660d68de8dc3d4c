"""Jobs that run in processes of their own, and pages in a real browser."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter_ns

from observing import Observations, Prepared, per_second, to_ms

PROGRAM = "import sys; print(sum(int(word) for word in sys.argv[1:]))"
PAGE = "data:text/html,<title>perf</title><h1 data-test=ready>ready</h1>"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
LONGEST_S = 60


def run_job(number: int) -> bool:
    """Start an interpreter that adds up, and look at its answer."""
    command = [sys.executable, "-I", "-c", PROGRAM, str(number), "1"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_S, check=False)
    return ended.returncode == 0 and ended.stdout.strip() == str(number + 1)


def open_page(_number: int) -> bool:
    """Open a page in a browser of its own, and look for what is on it.

    Raises:
        FileNotFoundError: There is no browser.
    """
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        raise FileNotFoundError(f"none of {', '.join(BROWSERS)} is installed")
    with tempfile.TemporaryDirectory() as profile:
        command = [program, *FLAGS, f"--user-data-dir={profile}", "--dump-dom", PAGE]
        ended = subprocess.run(
            command, capture_output=True, text=True, timeout=LONGEST_S, check=False
        )
    return ended.returncode == 0 and "data-test" in ended.stdout


def runner(jobs: int, concurrent: int, browser: bool) -> Prepared:
    """Jobs, several at a time; a job whose answer is wrong has failed."""
    call = open_page if browser else run_job

    def timed(number: int) -> tuple[bool, int]:
        started_ns = perf_counter_ns()
        return call(number), perf_counter_ns() - started_ns

    with ThreadPoolExecutor(concurrent, thread_name_prefix="job") as pool:

        def measured() -> Observations:
            started_ns = perf_counter_ns()
            ended = list(pool.map(timed, range(jobs)))
            elapsed_ns = perf_counter_ns() - started_ns
            times_ns = [time_ns for went_well, time_ns in ended if went_well]
            found: Observations = {
                "succeeded": (len(times_ns), jobs),
                "goodput_jobs_per_sec": per_second(len(times_ns), elapsed_ns),
            }
            if times_ns:
                found["job_ms"] = to_ms(times_ns)
            return found

        yield measured
