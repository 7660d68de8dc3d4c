"""What py-spy prints, in our words."""

from __future__ import annotations

import pytest

from perf_pipeline.model import TrialStatus
from perf_pipeline.profilers.py_spy_output import explain_failure, read_output

NO_NAME = "Error: Failed to get process executable name. Check that the process is running."
WROTE = (
    "py-spy> Sampling process 1000 times a second for 60 seconds. Press Control-C to exit.\n\n"
    "py-spy> 1.23s behind in sampling, results may be inaccurate. Try reducing the sampling rate\n"
    "py-spy> 15.80s behind in sampling, results may be inaccurate. Try reducing the sampling rate\n"
    "\npy-spy> Stopped sampling because Control-C pressed\n"
    "py-spy> Wrote raw flamegraph data to '/tmp/a b/out.raw'. Samples: 45192 Errors: {errors}\n"
)


def test_summary_is_read() -> None:
    """Samples, errors and the largest lag."""
    output = read_output(WROTE.format(errors=7))
    assert output is not None
    assert (output.samples, output.errors, output.behind_s) == (45192, 7, 15.8)
    assert output.caveat == "the sampler was up to 15.8 s late: the machine was busy"


def test_many_errors_are_told() -> None:
    """From a tenth on, samples that could not be read are mentioned."""
    output = read_output(WROTE.format(errors=5_000))
    assert output is not None
    assert "5000 of 50192 samples could not be read" in output.caveat


def test_no_summary_is_no_recording() -> None:
    """A recording that was begun but not written does not count."""
    assert read_output("Sampling process 100 times a second. Press Control-C to exit.") is None


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        (
            "Permission Denied: Try running again with elevated permissions by going 'sudo !!'",
            TrialStatus.ENVIRONMENT_FAILURE,
            "may not look into process 7",
        ),
        (
            "Permission Denied\n\nIt looks like you are running in a docker container.",
            TrialStatus.ENVIRONMENT_FAILURE,
            "SYS_PTRACE",
        ),
        (
            f"{NO_NAME}\n\nCaused by:\n    0: Permission denied (os error 13)",
            TrialStatus.ENVIRONMENT_FAILURE,
            "may not look into process 7",
        ),
        (
            "Error: Failed to suspend process\n\nCaused by:\n    EPERM: Operation not permitted",
            TrialStatus.ENVIRONMENT_FAILURE,
            "may not look into process 7",
        ),
        (
            f"{NO_NAME}\n\nCaused by:\n    0: No such file or directory (os error 2)",
            TrialStatus.FAILED,
            "process 7 was gone",
        ),
        (
            "Error: Failed to find python version from target process\n\nStack backtrace:\n 0: x",
            TrialStatus.ENVIRONMENT_FAILURE,
            "process 7 is no Python that py-spy knows",
        ),
        (
            "Error: No python processes found in process 7 or any of its subprocesses",
            TrialStatus.ENVIRONMENT_FAILURE,
            "process 7 and its children",
        ),
        (
            "started\nError: something new\n\nStack backtrace:\n   0: main",
            TrialStatus.ENVIRONMENT_FAILURE,
            "py-spy recorded nothing: Error: something new",
        ),
        ("", TrialStatus.ENVIRONMENT_FAILURE, "py-spy recorded nothing: it said nothing"),
    ],
)
def test_failures_have_reasons(text: str, status: TrialStatus, words: str) -> None:
    """The texts that py-spy 0.4.3 was seen to print, and one that nobody has seen yet."""
    found, reason = explain_failure(text, 7)
    assert found is status
    assert words in reason
