"""The landing half of the store: everything that is written and read without the warehouse."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from pathlib import Path
from typing import TypeVar

from perf_pipeline.model import (
    Attempt,
    Block,
    Event,
    Profile,
    RunRecord,
    Subject,
    Trial,
    VerdictRecord,
)
from warehouse import paths
from warehouse.attempts import attempt_of, unreadable_attempt
from warehouse.errors import LandingError
from warehouse.landing import read, write

Record = TypeVar("Record")


class LandingStore:
    """Lands records and reads them back.

    Reading a whole campaign passes over files that are damaged; `load` names them.
    """

    def __init__(self, landing: Path) -> None:
        """Name the folder of the landed files; it need not exist."""
        self.landing = landing

    def land_run(self, record: RunRecord) -> Path:
        """Write a run's start or plan.

        Raises:
            LandingError: this run landed the same already, or the disk refuses; so for all kinds.
        """
        return write((record,), paths.run_path(self.landing, record))

    def land_trials(self, trials: Sequence[Trial]) -> Path:
        """Write one attempt of one benchmark: all its trials, failed ones too."""
        first = _one(trials, lambda trial: (trial.campaign_id, trial.benchmark, trial.attempt))
        return write(tuple(trials), paths.trials_path(self.landing, first))

    def land_blocks(self, blocks: Sequence[Block]) -> Path:
        """Write the blocks of one comparison."""
        first = _one(blocks, lambda block: (block.campaign_id, block.comparison))
        return write(tuple(blocks), paths.blocks_path(self.landing, first))

    def land_profiles(self, profiles: Sequence[Profile]) -> Path:
        """Write the profiles of one benchmark and attempt."""
        _one(profiles, lambda profile: (profile.campaign_id, profile.benchmark, profile.attempt))
        return write(tuple(profiles), paths.profiles_path(self.landing, tuple(profiles)))

    def land_verdicts(self, verdicts: Sequence[VerdictRecord]) -> Path:
        """Write what one asset of one run said."""
        _one(verdicts, lambda verdict: (verdict.campaign_id, verdict.run_id))
        return write(tuple(verdicts), paths.verdicts_path(self.landing, tuple(verdicts)))

    def land_event(self, event: Event) -> Path:
        """Write what a person said."""
        return write((event,), paths.event_path(self.landing, event))

    def runs(self, campaign_id: str) -> tuple[RunRecord, ...]:
        """All runs and plans of a campaign in the order recorded."""
        found = self._all("runs", campaign_id, RunRecord)
        return tuple(sorted(found, key=lambda record: record.recorded_at))

    def campaigns(self, suite: str, machine: str) -> tuple[str, ...]:
        """Ids of all campaigns, oldest first."""
        return paths.campaign_ids(self.landing, suite, machine)

    def attempts(self, campaign_id: str, benchmark: str) -> tuple[Attempt, ...]:
        """All landed attempts of a benchmark, oldest first; a damaged file is a failed attempt."""
        files = paths.attempt_files(self.landing, campaign_id, benchmark)
        return tuple(
            _attempt(campaign_id, benchmark, number, path) for number, path in files.items()
        )

    def trials(self, campaign_id: str, benchmark: str, attempt: int) -> tuple[Trial, ...]:
        """The trials of one attempt.

        Raises:
            LandingError: there is no such attempt, or its file is damaged.
        """
        path = paths.attempt_files(self.landing, campaign_id, benchmark).get(attempt)
        if path is None:
            raise LandingError(f"{benchmark} has no attempt {attempt} in campaign {campaign_id}.")
        return read(path, Trial)

    def blocks(self, campaign_id: str) -> tuple[Block, ...]:
        """All blocks of a campaign, by comparison and number."""
        found = self._all("blocks", campaign_id, Block)
        return tuple(sorted(found, key=lambda block: (block.comparison, block.number)))

    def profiles(self, campaign_id: str) -> tuple[Profile, ...]:
        """All profiles of a campaign, by benchmark, case and time."""
        found = self._all("profiles", campaign_id, Profile)
        return tuple(sorted(found, key=lambda one: (one.benchmark, one.case_id, one.measured_at)))

    def verdicts(self, campaign_id: str) -> tuple[VerdictRecord, ...]:
        """The newest verdict on every subject of a campaign, in the order decided.

        A subject is what a verdict speaks of: the campaign, a benchmark, a metric of a case as a
        change or as a target, a finding, or a metric of a control.
        """
        found = self._all("verdicts", campaign_id, VerdictRecord)
        ordered = sorted(found, key=lambda record: record.decided_at)
        newest = {_subject(record): record for record in ordered}
        return tuple(sorted(newest.values(), key=lambda record: record.decided_at))

    def events(self, suite: str) -> tuple[Event, ...]:
        """All that people said of a suite, in the order said."""
        found = _readable(paths.event_files(self.landing, suite), Event)
        return tuple(sorted(found, key=lambda event: (event.recorded_at, event.event_id)))

    def _all(self, kind: str, campaign_id: str, cls: type[Record]) -> list[Record]:
        return _readable(paths.campaign_files(self.landing, kind, campaign_id), cls)


def _readable(files: Sequence[Path], cls: type[Record]) -> list[Record]:
    found: list[Record] = []
    for path in files:
        try:
            found.extend(read(path, cls))
        except LandingError:
            continue
    return found


def _subject(record: VerdictRecord) -> tuple[str, ...]:
    """What a verdict speaks of; a change stays one subject whatever finding it is put into."""
    one_of_many = {Subject.FINDING: record.finding_id, Subject.CONTROL: record.comparison}
    return (
        record.subject,
        record.benchmark,
        record.case_id,
        record.metric,
        one_of_many.get(record.subject, ""),
    )


def _attempt(campaign_id: str, benchmark: str, number: int, path: Path) -> Attempt:
    try:
        return attempt_of(read(path, Trial), str(path))
    except LandingError as error:
        return unreadable_attempt(campaign_id, benchmark, number, path, str(error))


def _one(records: Sequence[Record], key: Callable[[Record], Hashable]) -> Record:
    """The first record, once it is sure that all of them belong into one file."""
    if not records:
        raise LandingError("There is nothing to land.")
    if len({key(record) for record in records}) > 1:
        name = type(records[0]).__name__
        raise LandingError(f"{name} records of different files cannot be landed in one.")
    return records[0]
