"""Where landing files lie: `landing/<kind>/<suite>/<night>/<campaign>/<natural key>.parquet`.

Events belong to no campaign and lie one folder higher. Names of machines and authors are free
text, so every part is quoted; what can be a file name stays as it is.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import quote, unquote

from perf_pipeline.model import (
    Block,
    Event,
    Profile,
    RunEntry,
    RunRecord,
    Trial,
    VerdictRecord,
    short_hash,
)
from warehouse.landing import KINDS

SUFFIX = ".parquet"
_LONGEST_PART = 100
# A file system takes 255 bytes; campaign ids must come back from their folders unshortened.
_LONGEST_FOLDER = 240


@dataclass(frozen=True, slots=True)
class LandedFile:
    """A file found in landing; `name` is its path below it, which the ledger keeps."""

    kind: str
    name: str
    entry: os.DirEntry[str]

    @property
    def path(self) -> Path:
        """Where it lies."""
        return Path(self.entry.path)


def safe(name: str, longest: int = _LONGEST_PART) -> str:
    """A name as one part of a path: quoted where needed, shortened with a hash when very long.

    >>> safe("bench-01.example.org"), safe("../a b"), safe("")
    ('bench-01.example.org', '%2E.%2Fa%20b', '%')
    """
    quoted = quote(name, safe="") or "%"
    if quoted.startswith("."):
        quoted = "%2E" + quoted[1:]
    if len(quoted) > longest:
        quoted = f"{quoted[:longest]}-{short_hash(name)}"
    return quoted


def run_path(landing: Path, record: RunRecord) -> Path:
    """`runs/…/<run>-start` or `<run>-plan-<what it is a plan of>`."""
    entry = RunEntry(record.entry).value
    name = f"{safe(record.run_id)}-{entry}"
    if record.plan_of:
        name = f"{name}-{safe(record.plan_of)}"
    folder = _folder(landing, "runs", record.suite, record.night, record.campaign_id)
    return folder / (name + SUFFIX)


def trials_path(landing: Path, trial: Trial) -> Path:
    """`trials/…/<benchmark>-<attempt>`."""
    folder = _folder(landing, "trials", trial.suite, trial.night, trial.campaign_id)
    return folder / f"{safe(trial.benchmark)}-{trial.attempt}{SUFFIX}"


def blocks_path(landing: Path, block: Block) -> Path:
    """`blocks/…/<comparison>-<run>`: a comparison broken off goes on in another run."""
    folder = _folder(landing, "blocks", block.suite, block.night, block.campaign_id)
    return folder / f"{safe(block.comparison)}-{safe(block.run_id)}{SUFFIX}"


def profiles_path(landing: Path, profiles: tuple[Profile, ...]) -> Path:
    """`profiles/…/<benchmark>-<attempt>-<hash of the profiles' ids>`."""
    first = profiles[0]
    folder = _folder(landing, "profiles", first.suite, first.night, first.campaign_id)
    digest = short_hash(*(profile.profile_id for profile in profiles))
    return folder / f"{safe(first.benchmark)}-{first.attempt}-{digest}{SUFFIX}"


def verdicts_path(landing: Path, verdicts: tuple[VerdictRecord, ...]) -> Path:
    """`verdicts/…/<run>-<hash of what was decided and when>`."""
    first = verdicts[0]
    folder = _folder(landing, "verdicts", first.suite, first.night, first.campaign_id)
    moments = (f"{record.verdict_id}@{record.decided_at.isoformat()}" for record in verdicts)
    return folder / f"{safe(first.run_id)}-{short_hash(*moments)}{SUFFIX}"


def event_path(landing: Path, event: Event) -> Path:
    """`events/<suite>/<night>/<event>`."""
    night = event.night.isoformat()
    return landing / "events" / safe(event.suite) / night / (safe(event.event_id) + SUFFIX)


def campaign_files(landing: Path, kind: str, campaign_id: str) -> tuple[Path, ...]:
    """The files of one kind of one campaign, by name."""
    return tuple(
        sorted((landing / kind).glob(f"*/*/{safe(campaign_id, _LONGEST_FOLDER)}/*{SUFFIX}"))
    )


def event_files(landing: Path, suite: str) -> tuple[Path, ...]:
    """The events of a suite, by night and name."""
    return tuple(sorted((landing / "events" / safe(suite)).glob(f"*/*{SUFFIX}")))


def attempt_files(landing: Path, campaign_id: str, benchmark: str) -> dict[int, Path]:
    """The landed attempts of a benchmark, oldest first."""
    name = re.compile(rf"{re.escape(safe(benchmark))}-(\d+)")
    found = (
        (match, path)
        for path in campaign_files(landing, "trials", campaign_id)
        if (match := name.fullmatch(path.stem))
    )
    return dict(sorted((int(match[1]), path) for match, path in found))


def campaign_ids(landing: Path, suite: str, machine: str) -> tuple[str, ...]:
    """Ids `<suite>-<machine>-<night>-<n>` that have a landed run, oldest first."""
    identity = re.compile(rf"{re.escape(f'{suite}-{machine}')}-(\d{{4}}-\d\d-\d\d)-(\d+)")
    folders = (landing / "runs" / safe(suite)).glob("*/*")
    matches = (identity.fullmatch(unquote(folder.name)) for folder in folders)
    found = [(match[1], int(match[2]), match[0]) for match in matches if match]
    return tuple(campaign_id for _, _, campaign_id in sorted(found))


def landed_files(landing: Path) -> list[LandedFile]:
    """Every landed file: night by night, and within a night kind by kind."""
    order = {kind: number for number, kind in enumerate(KINDS)}
    found = [
        LandedFile(kind, kind + entry.path.removeprefix(str(landing / kind)), entry)
        for kind in KINDS
        for entry in _entries(landing / kind)
    ]
    return sorted(found, key=lambda file: (file.name.split("/")[2], order[file.kind], file.name))


def _entries(folder: Path | str) -> Iterator[os.DirEntry[str]]:
    # Globbing takes ten times as long, and there is a file per night and benchmark.
    with suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _entries(entry.path)
            elif entry.name.endswith(SUFFIX) and not entry.name.startswith("."):
                yield entry


def _folder(landing: Path, kind: str, suite: str, night: date, campaign_id: str) -> Path:
    return landing / kind / safe(suite) / night.isoformat() / safe(campaign_id, _LONGEST_FOLDER)
