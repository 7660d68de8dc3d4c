"""What py-spy 0.4 says on its output, in our words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from perf_pipeline.model import TrialStatus

_SUMMARY = re.compile(r"Wrote raw .* Samples: (\d+) Errors: (\d+)")
_BEHIND = re.compile(r"([\d.]+)s behind in sampling")

_FORBIDDEN = (
    "py-spy may not look into process {pid}; all else is measured. What helps: the same user for "
    "both, on a host `sysctl kernel.yama.ptrace_scope=0`, in a container `--cap-add SYS_PTRACE`"
)

_REASONS = (
    (
        re.compile(r"permission denied|operation not permitted|\bEPERM\b", re.IGNORECASE),
        TrialStatus.ENVIRONMENT_FAILURE,
        _FORBIDDEN,
    ),
    (
        re.compile(r"Failed to find python version"),
        TrialStatus.ENVIRONMENT_FAILURE,
        "process {pid} is no Python that py-spy knows; choose another profiler for it, or none",
    ),
    (
        re.compile(r"No python processes found"),
        TrialStatus.ENVIRONMENT_FAILURE,
        "no Python that py-spy knows and may look into was found in process {pid} and its children",
    ),
    (
        re.compile(r"Failed to get process executable name|No such (?:process|file)"),
        TrialStatus.FAILED,
        "process {pid} was gone before py-spy could look into it",
    ),
)
"""In this order: a refusal is also reported as a process without executable name."""


@dataclass(frozen=True, slots=True)
class Output:
    """How good a recording was; `behind_s` is the largest lag of the sampler."""

    samples: int
    errors: int
    behind_s: float

    @property
    def caveat(self) -> str:
        """What a reader should know of the quality; empty when there is nothing."""
        notes = []
        if self.behind_s:
            notes.append(f"the sampler was up to {self.behind_s:g} s late: the machine was busy")
        if self.errors * 10 > self.samples:
            tried = self.samples + self.errors
            notes.append(f"{self.errors} of {tried} samples could not be read")
        return "; ".join(notes)


def read_output(text: str) -> Output | None:
    """What py-spy says of the recording it has written; None when it has written none."""
    summary = _SUMMARY.search(text)
    if summary is None:
        return None
    behind_s = max((float(match[1]) for match in _BEHIND.finditer(text)), default=0.0)
    return Output(int(summary[1]), int(summary[2]), behind_s)


def explain_failure(text: str, pid: int) -> tuple[TrialStatus, str]:
    """Why there is no recording.

    A process that was gone is a failed trial; all else lies with the machine or its settings.
    """
    for pattern, status, reason in _REASONS:
        if pattern.search(text):
            return status, reason.format(pid=pid)
    return TrialStatus.ENVIRONMENT_FAILURE, f"py-spy recorded nothing: {_first_words(text)}"


def _first_words(text: str) -> str:
    """The first line of an error, else the last line of all."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error")]
    return (errors or lines[-1:] or ["it said nothing"])[0][:200]
