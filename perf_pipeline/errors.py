"""The base of every error that is the user's to mend: shown as sentences, never as a traceback."""

from __future__ import annotations


class PerfError(Exception):
    """What happened, why, what is kept of the work so far, and one thing to do.

    `exit_code` is what a command ends with; `what` is the only part every error has.
    """

    exit_code = 2

    def __init__(self, what: str, *, why: str = "", kept: str = "", todo: str = "") -> None:
        """Keep the four parts; empty ones are not shown."""
        super().__init__(what)
        self.what = what
        self.why = why
        self.kept = kept
        self.todo = todo

    def __str__(self) -> str:
        """All that is known, a line each."""
        return "\n".join(part for part in (self.what, self.why, self.kept, self.todo) if part)
