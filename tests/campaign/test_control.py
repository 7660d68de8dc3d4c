"""The same code as two arms, through the steps an A/B takes."""

from __future__ import annotations

import math

import pytest

from perf_pipeline.campaign import control
from perf_pipeline.campaign.control import run_control
from perf_pipeline.campaign.gather import control_figures
from perf_pipeline.measure import machine
from tests.campaign.conftest import Begin
from warehouse.store import WarehouseStore


def test_blocks_alternate_and_land(
    begin: Begin, store: WarehouseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A B, B A, and so on; each block has a layout of its own that both arms share."""
    monkeypatch.setattr(control, "BLOCKS", 8)
    campaign = begin("run-1", seed=1)
    blocks = run_control(campaign)
    assert store.blocks(campaign.campaign_id) == blocks
    assert [block.number for block in blocks] == list(range(8))
    assert [block.first_arm for block in blocks] == ["a", "b"] * 4
    assert len({block.layout.hash_seed for block in blocks}) == 8
    assert all(block.same_code and block.metric == "cpu_ns" for block in blocks)
    for block in blocks:
        assert block.log_ratio == pytest.approx(math.log(block.value_b / block.value_a))
    figures = control_figures(blocks)
    assert figures is not None
    assert figures.pairs == 8


def test_an_unfit_machine_has_no_control(
    begin: Begin, store: WarehouseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is run and nothing lands."""
    monkeypatch.setattr(machine, "NEEDED_DISK_BYTES", 1 << 60)
    campaign = begin("run-1")
    assert run_control(campaign) == ()
    assert store.blocks(campaign.campaign_id) == ()
    assert control_figures(()) is None


def test_each_run_has_a_control_of_its_own(begin: Begin, store: WarehouseStore) -> None:
    """Once a run, however often it is asked for; the blocks of all runs are kept."""
    first = begin("run-1")
    landed = run_control(first)
    assert run_control(first) == landed
    again = begin("run-2", campaign_id=first.campaign_id)
    run_control(again)
    blocks = store.blocks(first.campaign_id)
    assert sorted({block.run_id for block in blocks}) == ["run-1", "run-2"]
    assert len({block.block_id for block in blocks}) == 4
