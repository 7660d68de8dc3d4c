"""The file format of landing."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from perf_pipeline.model import Block, Event, Trial
from tests.warehouse import builders, outcomes
from warehouse import landing
from warehouse.errors import LandingError


@pytest.fixture
def trials() -> tuple[Trial, ...]:
    """One attempt of one benchmark."""
    return builders.attempt(builders.run(), builders.benchmark())


def test_what_was_written_is_read(tmp_path: Path, trials: tuple[Trial, ...]) -> None:
    """Records come back equal and in order; the path is returned."""
    path = tmp_path / "deep" / "folder" / "trials.parquet"
    assert landing.write(trials, path) == path
    assert landing.read(path, Trial) == trials


def test_metadata_names_kind_and_format(tmp_path: Path, trials: tuple[Trial, ...]) -> None:
    """A file says what it is, to any Parquet reader; it is compressed with zstd."""
    path = landing.write(trials, tmp_path / "trials.parquet")
    found = pq.read_metadata(path)
    assert found.metadata[b"perf_pipeline.kind"] == b"trials"
    assert found.metadata[b"perf_pipeline.format"] == b"1"
    assert found.row_group(0).column(0).compression == "ZSTD"


def test_existing_files_are_never_overwritten(tmp_path: Path, trials: tuple[Trial, ...]) -> None:
    """The second writer is refused and the first file stays as it is."""
    path = landing.write(trials, tmp_path / "trials.parquet")
    before = path.read_bytes()
    with pytest.raises(LandingError, match="landed already"):
        landing.write(trials[:1], path)
    assert path.read_bytes() == before


def test_a_file_that_appears_meanwhile_is_not_overwritten(
    tmp_path: Path, trials: tuple[Trial, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two writers at once the slower one is refused, although it saw no file at first."""
    path = landing.write(trials, tmp_path / "trials.parquet")
    before = path.read_bytes()
    monkeypatch.setattr(Path, "exists", lambda _: False)
    with pytest.raises(LandingError, match="landed already"):
        landing.write(trials[:1], path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_nothing_half_written_remains(tmp_path: Path, trials: tuple[Trial, ...]) -> None:
    """A record that does not fit its column leaves neither file nor temporary file."""
    odd = replace(trials[0], duration_ns=2**70)
    with pytest.raises(LandingError, match="cannot be written"):
        landing.write((odd,), tmp_path / "trials.parquet")
    assert list(tmp_path.iterdir()) == []


def test_nothing_to_land_is_an_error(tmp_path: Path) -> None:
    """An empty file would say that something took place."""
    with pytest.raises(LandingError, match="nothing to land"):
        landing.write((), tmp_path / "trials.parquet")


def test_folder_that_cannot_be_written(tmp_path: Path, trials: tuple[Trial, ...]) -> None:
    """What the disk refuses is told with the path and the reason."""
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(LandingError, match="cannot be written: File exists"):
        landing.write(trials, tmp_path / "file" / "trials.parquet")


def test_truncated_anywhere_is_an_error(tmp_path: Path, trials: tuple[Trial, ...]) -> None:
    """However much of the end is missing, one sentence names the file."""
    whole = landing.write(trials, tmp_path / "whole.parquet").read_bytes()
    for kept in (0, 1, 4, 100, len(whole) // 2, len(whole) - 8, len(whole) - 1):
        path = tmp_path / f"cut_{kept}.parquet"
        path.write_bytes(whole[:kept])
        with pytest.raises(LandingError, match=rf"{path.name} cannot be read: .+\.$"):
            landing.read(path, Trial)


def test_flipped_bytes_never_pass_for_figures(tmp_path: Path, trials: tuple[Trial, ...]) -> None:
    """A damaged file is an error, or it says the same as the sound one: never something else."""
    whole = landing.write(trials, tmp_path / "whole.parquet").read_bytes()
    footer = int.from_bytes(whole[-8:-4], "little") + 8
    generator = random.Random(5)  # noqa: S311  # places, not secrets
    refused = 0
    for place in generator.sample(range(4, len(whole) - footer), 60):
        path = tmp_path / "flipped.parquet"
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        try:
            assert landing.read(path, Trial) == trials
        except LandingError:
            refused += 1
    assert refused > 30  # the rest fell on bytes that mean nothing


@pytest.mark.parametrize("text", [b"", b"not a parquet file at all", b"PAR1" + b"\0" * 40])
def test_other_files_are_an_error(tmp_path: Path, text: bytes) -> None:
    """What is no Parquet file is told so."""
    path = tmp_path / "other.parquet"
    path.write_bytes(text)
    with pytest.raises(LandingError, match="cannot be read"):
        landing.read(path, Trial)


def test_missing_file(tmp_path: Path) -> None:
    """A file that is not there is told so."""
    with pytest.raises(LandingError, match="is not there"):
        landing.read(tmp_path / "none.parquet", Trial)


def test_other_kind(tmp_path: Path) -> None:
    """Events are not read as blocks, whatever columns they share."""
    path = landing.write((outcomes.event(),), tmp_path / "event.parquet")
    with pytest.raises(LandingError, match="holds events records, not blocks"):
        landing.read(path, Block)


def test_newer_format(tmp_path: Path) -> None:
    """A format that is not known yet asks for an update instead of guessing."""
    path = landing.write((outcomes.event(),), tmp_path / "event.parquet")
    table = pq.read_table(path)
    newer = table.schema.metadata | {b"perf_pipeline.format": b"2"}
    pq.write_table(table.replace_schema_metadata(newer), path)
    with pytest.raises(LandingError, match="newer version: update perf-pipeline"):
        landing.read(path, Event)


def test_files_with_more_and_fewer_columns_are_read(tmp_path: Path) -> None:
    """Fields that came later take their defaults, fields that are not known are ignored."""
    path = landing.write((outcomes.event(),), tmp_path / "event.parquet")
    table = pq.read_table(path).drop_columns(["payload"]).append_column("mood", pa.array(["glad"]))
    pq.write_table(table, path)
    assert landing.read(path, Event) == (outcomes.event(),)
