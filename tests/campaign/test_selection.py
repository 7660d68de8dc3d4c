"""What a campaign measures is chosen by name or tag; what is chosen is promised."""

from __future__ import annotations

from dataclasses import replace

import pytest

from perf_pipeline.campaign.errors import CampaignError
from perf_pipeline.campaign.selection import Selection, select
from perf_pipeline.suite.benchmark import Suite
from perf_pipeline.suite.read import read_suite
from tests.campaign.conftest import SUITES


def names(suite: Suite, **asked: tuple[str, ...]) -> set[str]:
    """The names of the chosen benchmarks."""
    return {record.name for record in select(suite, Selection(**asked))}


def test_everything_is_the_default(tiny: Suite) -> None:
    """Nothing asked is everything."""
    assert names(tiny) == {"SortNumbers", "HashText", "WholeFlow"}


def test_by_tag(tiny: Suite) -> None:
    """One of the tags is enough."""
    assert names(tiny, tags=("fast",)) == {"SortNumbers"}
    assert names(tiny, tags=("fast", "tour")) == {"SortNumbers", "HashText", "WholeFlow"}


def test_by_name(tiny: Suite) -> None:
    """Names beat tags."""
    assert names(tiny, only=("HashText",), tags=("fast",)) == {"HashText"}


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ({"only": ("HashTxt",)}, "Did you mean HashText?"),
        ({"tags": ("tuor",)}, "Did you mean tour?"),
    ],
)
def test_a_near_name_is_suggested(
    tiny: Suite, asked: dict[str, tuple[str, ...]], near: str
) -> None:
    """A slip of the finger is told from a wish that cannot be fulfilled."""
    with pytest.raises(CampaignError) as refusal:
        names(tiny, **asked)
    assert near in refusal.value.what
    assert refusal.value.todo == "List them: perf-pipeline benchmarks"


def test_no_name_is_suggested_for_something_else(tiny: Suite) -> None:
    """A guess that is far off is no help."""
    with pytest.raises(CampaignError) as refusal:
        names(tiny, only=("Zzz",))
    assert refusal.value.what == "There is no benchmark 'Zzz'."


def test_an_invalid_benchmark_is_promised_too() -> None:
    """It is chosen by name, and by any tag where its own cannot be read."""
    faulty = read_suite(SUITES / "faulty")
    assert [record.name for record in faulty.invalid] == ["Misspelt"]
    assert "Misspelt" in names(faulty)
    assert names(faulty, only=("Misspelt",)) == {"Misspelt"}
    assert names(faulty, tags=("works",)) == {"Works", "Misspelt"}


def test_an_invalid_benchmark_with_readable_tags_is_chosen_by_them() -> None:
    """Then it is in nobody's way."""
    faulty = read_suite(SUITES / "faulty")
    tagged = tuple(replace(record, tags=("slow",)) for record in faulty.invalid)
    assert names(replace(faulty, invalid=tagged), tags=("works",)) == {"Works"}
