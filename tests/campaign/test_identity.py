"""A campaign has one name, from which suite, machine, night and number can be read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from perf_pipeline.campaign.errors import CampaignError
from perf_pipeline.campaign.identity import (
    CampaignId,
    next_campaign,
    parse_campaign,
    present_night,
)
from perf_pipeline.suite.benchmark import Schedule, Suite
from tests.campaign.conftest import MACHINE, Begin
from warehouse.store import WarehouseStore

NIGHT = date(2026, 11, 20)


@pytest.mark.parametrize("machine", ["vm", "bench_01.example.org"])
def test_a_name_can_be_taken_apart(machine: str) -> None:
    """What a name is made of comes out of it again."""
    campaign = CampaignId("tiny", machine, NIGHT, 12)
    assert parse_campaign(str(campaign)) == campaign


@pytest.mark.parametrize(
    "text", ["", "tiny", "tiny-vm-2026-11-20", "tiny-vm-2026-11-20-x", "tiny-vm-2026-13-45-1"]
)
def test_what_is_no_name_is_refused(text: str) -> None:
    """The refusal shows the form of a name and where to find one; a date must be one."""
    with pytest.raises(CampaignError) as refusal:
        parse_campaign(text)
    assert repr(text) in refusal.value.what
    assert "<suite>-<machine>-<night>-<n>" in refusal.value.why
    assert "v_campaigns" in refusal.value.todo


def test_numbers_count_within_a_night(begin: Begin, store: WarehouseStore, tiny: Suite) -> None:
    """The first campaign of a night is 1, the next one 2; another night begins anew."""
    night = begin("run-1").record.night
    begin("run-2")
    assert next_campaign(store, tiny.name, MACHINE, night).number == 3
    assert next_campaign(store, tiny.name, MACHINE, date(2026, 1, 2)).number == 1
    assert next_campaign(store, tiny.name, "other", night).number == 1


def test_the_ninth_is_followed_by_the_tenth_and_the_eleventh(
    begin: Begin, store: WarehouseStore, tiny: Suite
) -> None:
    """Numbers are numbers, not text."""
    numbers = [begin(f"run-{number}").record.number for number in range(1, 12)]
    assert numbers == list(range(1, 12))
    night = begin("run-12").record.night.isoformat()
    assert store.campaigns(tiny.name, MACHINE)[8:] == tuple(
        f"tiny-{MACHINE}-{night}-{number}" for number in (9, 10, 11, 12)
    )


def test_the_night_is_that_of_the_suite(tiny: Suite) -> None:
    """Half past eleven in London is the next day in Berlin; without a schedule UTC counts."""
    moment = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    berlin = Schedule("30 3 * * *", "Europe/Berlin", five_nights=False)
    assert present_night(replace(tiny, schedule=berlin), moment) == date(2026, 11, 21)
    assert present_night(replace(tiny, schedule=None), moment) == NIGHT
