"""The fifteen features work on the real application, and a broken one is seen."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from observing import Observations, Prepared
from superagent import features, kaya, runner

from perf_pipeline.measure.ports import free_port

SERVE = Path(__file__).parents[2] / "workloads" / "superagent" / "shop_serve.py"


def once(prepared: Prepared) -> Observations:
    """What one call of a prepared workload gives."""
    measured = next(prepared)
    try:
        return measured()
    finally:
        prepared.close()  # type: ignore[attr-defined]  # a generator


@pytest.fixture(scope="module")
def shop() -> Iterator[str]:
    """The address of a shop that runs."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with subprocess.Popen([sys.executable, str(SERVE), str(port)]) as process:
        try:
            deadline = time.monotonic() + 30
            while time.monotonic() < deadline:
                try:
                    httpx.get(f"{address}/health")
                    break
                except httpx.TransportError:
                    time.sleep(0.02)
            yield address
        finally:
            process.terminate()


@pytest.fixture(autouse=True)
def where(shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a worker is told of its service."""
    monkeypatch.setenv("PERF_SERVICE_URL", shop)


def test_there_are_fifteen() -> None:
    """Ten simple and five complex ones."""
    assert (len(features.SIMPLE), len(features.COMPLEX)) == (10, 5)


@pytest.mark.parametrize("name", [*features.SIMPLE, *features.COMPLEX])
def test_a_feature_works_twice(name: str) -> None:
    """With the same number of steps; its cost follows from them."""
    prepared = features.feature(name)
    measured = next(prepared)
    first, second = measured(), measured()
    prepared.close()
    assert first["failed_features"] == second["failed_features"] == (0, 1)
    assert first["steps"] == second["steps"] > 0
    assert first["feature_ms"] > 0
    assert 0 < first["derived_cost_usd"] < 1


@pytest.mark.parametrize("name", ["cart", "oauth", "chat"])
def test_a_broken_feature_has_no_time(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its steps so far are counted, it has failed, and nobody calls it fast."""
    monkeypatch.setattr(features, "PASSWORD", "guess")
    found = once(features.feature(name))
    assert found["failed_features"] == (1, 1)
    assert "feature_ms" not in found


@pytest.mark.parametrize("concurrent", [1, 4])
def test_jobs_really_run(concurrent: int) -> None:
    """Each in a process of its own, its answer checked."""
    found = once(runner.runner(4, concurrent, browser=False))
    assert found["succeeded"] == (4, 4)
    assert len(found["job_ms"]) == 4


def test_a_job_with_a_wrong_answer_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has no time either."""
    monkeypatch.setattr(runner, "PROGRAM", "print(-1)")
    found = once(runner.runner(3, 1, browser=False))
    assert found["succeeded"] == (0, 3)
    assert "job_ms" not in found


def test_without_a_browser_there_is_no_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an error of the environment, not a slow page."""
    monkeypatch.setattr(runner.shutil, "which", lambda _name: None)
    with pytest.raises(FileNotFoundError, match="chromium"):
        once(runner.runner(1, 1, browser=True))


def test_kaya_explains_its_time() -> None:
    """Nearly all of it is that of a part; everything is stored and paid for."""
    prepared = kaya.orchestration(10)
    found = once(prepared)
    prepared.close()
    assert found["stored"] == (10, 10)
    assert all(len(found[f"{part}_ms"]) == 10 for part in kaya.PARTS)
    assert 0 <= found["unexplained_percent"] < 50
