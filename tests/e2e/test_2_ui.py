"""The whole tour launched from the UI, and the pages that people open."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import Stranger

from perf_pipeline.measure.ports import answers, free_port

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]

LAUNCH = """mutation Launch($params: ExecutionParams!) { launchRun(executionParams: $params) {
  __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }"""
STATUS = "query Status($run: ID!) { runOrError(runId: $run) { ... on Run { status } } }"
ROADMAP = """{ assetOrError(assetKey: {path: ["builtin", "roadmap"]}) { ... on Asset {
  assetMaterializations(limit: 1) {
    metadataEntries { label ... on UrlMetadataEntry { url } } } } } }"""
TERMINATE = "mutation Stop($run: String!) { terminateRun(runId: $run) { __typename } }"
ENDED = {"SUCCESS", "FAILURE", "CANCELED"}


@dataclass(frozen=True)
class Page:
    """The running UI."""

    port: int
    reports: int
    process: subprocess.Popen[str]

    def ask(self, query: str, **variables: Any) -> Any:
        """One GraphQL question."""
        body = {"query": query, "variables": variables}
        url = f"http://127.0.0.1:{self.port}/graphql"
        return httpx.post(url, json=body, timeout=120).json()["data"]

    def launch(self, night: str, *assets: str) -> str:
        """Launch the job `campaign`, whole or only these assets; returns the run."""
        config = {"resources": {"campaign_builtin": {"config": {"budget": "quick"}}}}
        selector: dict[str, Any] = {
            "repositoryName": "__repository__",
            "repositoryLocationName": "perf_pipeline",
            "jobName": "campaign",
        }
        if assets:
            selector["assetSelection"] = [{"path": ["builtin", asset]} for asset in assets]
        params = {
            "selector": selector,
            "mode": "default",
            "runConfigData": config,
            "executionMetadata": {"tags": [{"key": "dagster/partition", "value": night}]},
        }
        launched = self.ask(LAUNCH, params=params)["launchRun"]
        assert launched["__typename"] == "LaunchRunSuccess", launched
        return str(launched["run"]["runId"])

    def status(self, run: str) -> str:
        """How a run stands."""
        return str(self.ask(STATUS, run=run)["runOrError"]["status"])

    def wait(self, run: str, statuses: set[str], timeout_s: float) -> str:
        """Wait until a run stands so."""
        deadline = time.monotonic() + timeout_s
        while (status := self.status(run)) not in statuses and time.monotonic() < deadline:
            time.sleep(1)
        return status


@pytest.fixture(scope="module")
def page(stranger: Stranger) -> Iterator[Page]:
    """`perf-pipeline ui` in the stranger's clone."""
    assert stranger.shell("make install").returncode == 0
    port, reports = free_port(), free_port()
    command = [".venv/bin/perf-pipeline", "ui", f"--port={port}", f"--reports-port={reports}"]
    process = subprocess.Popen(
        command,
        cwd=stranger.clone,
        env=stranger.environment,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline().startswith("Dagster")
        yield Page(port, reports, process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        process.stdout.close()


@pytest.fixture(scope="module")
def night() -> str:
    """The partition of the present night."""
    return time.strftime("%Y-%m-%d", time.gmtime())


def marked() -> list[str]:
    """Processes of trials that are alive."""
    found = []
    for environment in Path("/proc").glob("[0-9]*/environ"):
        try:
            if b"PERF_TRIAL=" in environment.read_bytes():
                found.append(environment.parent.name)
        except OSError:
            continue
    return found


def test_tour_from_the_ui(page: Page, night: str) -> None:
    """A campaign launched from the UI runs through, and the roadmap leads to its report."""
    run = page.launch(night)
    assert page.wait(run, ENDED, 900) == "SUCCESS"
    asset = page.ask(ROADMAP)["assetOrError"]
    entries = asset["assetMaterializations"][0]["metadataEntries"]
    url = next(entry["url"] for entry in entries if entry["label"] == "report")
    assert url.startswith(f"http://127.0.0.1:{page.reports}/")
    assert "15 benchmarks measured" in httpx.get(url, timeout=30).text
    latest = f"http://127.0.0.1:{page.reports}/latest"
    assert httpx.get(latest, timeout=30, follow_redirects=True).url == url


def test_cancelled_run_leaves_nothing(page: Page, night: str) -> None:
    """A run that is cancelled while it measures leaves no process, and the machine is free."""
    run = page.launch(night, "InferenceTTFT")
    deadline = time.monotonic() + 120
    while not marked() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert marked()
    page.ask(TERMINATE, run=run)
    assert page.wait(run, ENDED, 120) == "CANCELED"
    deadline = time.monotonic() + 10
    while marked() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert marked() == []


def test_past_night_is_refused(page: Page) -> None:
    """Today's code is never measured under an old date."""
    run = page.launch("2026-01-02", "InferenceTTFT")
    assert page.wait(run, ENDED, 120) == "FAILURE"


def test_pages_can_be_looked_at(page: Page, tmp_path: Path) -> None:
    """Lineage, an asset, the runs and the report are drawn by a browser."""
    browser = shutil.which("chromium")
    assert browser is not None, "install it: apt install chromium"
    shots = Path(os.environ.get("E2E_SHOTS", tmp_path))
    dagster = f"http://127.0.0.1:{page.port}"
    pages = {
        "lineage": f"{dagster}/asset-groups",
        "asset": f"{dagster}/assets/builtin/InferenceTTFT",
        "runs": f"{dagster}/runs",
        "report": f"http://127.0.0.1:{page.reports}/latest",
    }
    for name, url in pages.items():
        picture = shots / f"{name}.png"
        subprocess.run(
            [
                browser,
                *[
                    "--headless",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                ],
                *["--disable-background-networking", "--disable-component-update"],
                *["--disable-sync", "--hide-scrollbars", "--window-size=1280,1000"],
                "--virtual-time-budget=20000",
                f"--user-data-dir={tmp_path / name}",
                f"--screenshot={picture}",
                url,
            ],
            capture_output=True,
            timeout=180,
            check=True,
        )
        assert picture.stat().st_size > 20_000


def test_servers_end_with_the_command(page: Page) -> None:
    """After SIGTERM nobody listens any more."""
    page.process.send_signal(signal.SIGTERM)
    page.process.wait(60)
    assert not answers("127.0.0.1", page.port)
    assert not answers("127.0.0.1", page.reports)
