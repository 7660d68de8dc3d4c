"""The whole tour launched from the UI, and the pages that people open."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from perf_pipeline.measure.ports import answers, free_port
from perf_pipeline.suite.read import read_suite
from tests.e2e.conftest import Stranger

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(2400)]

LAUNCH = """mutation Launch($params: ExecutionParams!) { launchRun(executionParams: $params) {
  __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }"""
STATUS = "query Status($run: ID!) { runOrError(runId: $run) { ... on Run { status } } }"
TERMINATE = "mutation Stop($run: String!) { terminateRun(runId: $run) { __typename } }"
ASSETS = """{ assetNodes { assetKey { path } groupName
  assetMaterializations(limit: 1) { runId metadataEntries { label
    ... on UrlMetadataEntry { url } ... on MarkdownMetadataEntry { mdStr } } }
  assetChecksOrError { ... on AssetChecks { checks { name
    executionForLatestMaterialization { status runId } } } } } }"""
SCHEDULES = """{ schedulesOrError(repositorySelector: {
  repositoryName: "__repository__", repositoryLocationName: "perf_pipeline"}) {
    ... on Schedules { results { name cronSchedule scheduleState { status } } } } }"""
ENDED = {"SUCCESS", "FAILURE", "CANCELED"}
WORKLOADS = Path(__file__).parents[2] / "workloads"
HOST = "127.0.0.1"
DAYS = {"baseline", "microbenchmarks", "macrobenchmarks", "deep_dive", "roadmap"}
CHROMIUM = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--hide-scrollbars", "--window-size=1280,1000", "--virtual-time-budget=25000"),
)


@dataclass(frozen=True)
class Page:
    """The running UI."""

    stranger: Stranger
    port: int
    reports: int
    process: subprocess.Popen[str]

    @property
    def dagster(self) -> str:
        """Where Dagster's pages are."""
        return f"http://{HOST}:{self.port}"

    def ask(self, query: str, **variables: Any) -> Any:
        """One GraphQL question."""
        body = {"query": query, "variables": variables}
        answer = httpx.post(f"{self.dagster}/graphql", json=body, timeout=120).json()
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def launch(self, *assets: str, night: str = "") -> str:
        """Launch the job `campaign` with the tour, whole or only these assets; the run's id."""
        choices = {"budget": "quick", "tags": ["tour"]}
        selector: dict[str, Any] = {
            "repositoryName": "__repository__",
            "repositoryLocationName": "perf_pipeline",
            "jobName": "campaign",
        }
        if assets:
            selector["assetSelection"] = [{"path": ["builtin", asset]} for asset in assets]
        partition = night or time.strftime("%Y-%m-%d", time.gmtime())
        params = {
            "selector": selector,
            "mode": "default",
            "runConfigData": {"resources": {"campaign_builtin": {"config": choices}}},
            "executionMetadata": {"tags": [{"key": "dagster/partition", "value": partition}]},
        }
        launched = self.ask(LAUNCH, params=params)["launchRun"]
        assert launched["__typename"] == "LaunchRunSuccess", launched
        return str(launched["run"]["runId"])

    def wait(self, run: str, timeout_s: float) -> str:
        """Wait until a run has ended; how it did."""
        deadline = time.monotonic() + timeout_s
        while (status := self._status(run)) not in ENDED and time.monotonic() < deadline:
            time.sleep(1)
        return status

    def _status(self, run: str) -> str:
        return str(self.ask(STATUS, run=run)["runOrError"]["status"])

    def measuring(self) -> list[int]:
        """Processes of trials that are alive."""
        return [pid for pid in self.stranger.processes() if _is_trial(pid)]


def _is_trial(pid: int) -> bool:
    try:
        return b"PERF_TRIAL=" in Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return False


@contextmanager
def started(stranger: Stranger, home: str) -> Iterator[Page]:
    """`perf-pipeline ui` in the stranger's clone, on free ports; ended by SIGTERM."""
    port, reports = free_port(), free_port()
    process = subprocess.Popen(
        [".venv/bin/perf-pipeline", "ui", f"--port={port}", f"--reports-port={reports}"],
        cwd=stranger.clone,
        env={**stranger.environment, "PERF_HOME": str(stranger.folder / home)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == f"Dagster  http://{HOST}:{port}\n"
        assert process.stdout.readline() == f"Reports  http://{HOST}:{reports}/latest\n"
        yield Page(stranger, port, reports, process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        process.stdout.close()


@pytest.fixture(scope="module")
def page(installed: Stranger) -> Iterator[Page]:
    """The UI, for all that is looked at there."""
    with started(installed, "kept by the ui") as found:
        yield found


@pytest.fixture(scope="module")
def tour(page: Page) -> dict[str, Any]:
    """Every asset after the tour was launched in the UI and has ended, by its name."""
    run = page.launch()
    assert page.wait(run, 1200) == "SUCCESS"
    nodes = [
        node for node in page.ask(ASSETS)["assetNodes"] if node["assetKey"]["path"][0] == "builtin"
    ]
    assert {one["assetMaterializations"][0]["runId"] for one in nodes} == {run}
    return {node["assetKey"]["path"][1]: node for node in nodes}


def report_of(tour: dict[str, Any]) -> str:
    """Where the roadmap asset's page leads."""
    entries = tour["roadmap"]["assetMaterializations"][0]["metadataEntries"]
    return next(str(entry["url"]) for entry in entries if entry["label"] == "report")


def test_the_tour_materialises_every_asset(tour: dict[str, Any]) -> None:
    """Of all five days; every check has been answered."""
    assert {node["groupName"] for node in tour.values()} == DAYS
    assert len(tour) == len(read_suite(WORKLOADS).benchmarks) + 13
    for node in tour.values():
        (made,) = node["assetMaterializations"]
        for check in node["assetChecksOrError"]["checks"]:
            seen = check["executionForLatestMaterialization"]
            assert seen["status"] in {"SUCCEEDED", "FAILED"}
            assert seen["runId"] == made["runId"]


def test_every_benchmark_was_measured(tour: dict[str, Any]) -> None:
    """The campaign is complete, whatever its targets say."""
    for name, node in tour.items():
        for check in node["assetChecksOrError"]["checks"]:
            if check["name"] in {"measured", "fit", "campaign_complete"}:
                seen = check["executionForLatestMaterialization"]["status"]
                assert (name, seen) == (name, "SUCCEEDED")


def test_a_click_leads_from_the_roadmap_to_the_report(page: Page, tour: dict[str, Any]) -> None:
    """The page is served beside Dagster's; `/latest` leads to the same one."""
    url = report_of(tour)
    assert url.startswith(f"http://{HOST}:{page.reports}/builtin-")
    text = httpx.get(url, timeout=30).text
    entries = tour["roadmap"]["assetMaterializations"][0]["metadataEntries"]
    verdict = next(entry["mdStr"] for entry in entries if entry["label"] == "verdict")
    assert "15 benchmarks measured" in verdict
    assert verdict in text
    latest = httpx.get(f"http://{HOST}:{page.reports}/latest", timeout=30, follow_redirects=True)
    assert str(latest.url) == url


def test_the_schedule_is_there_and_off(page: Page) -> None:
    """Nobody is measured at night unasked."""
    (schedule,) = [
        one
        for one in page.ask(SCHEDULES)["schedulesOrError"]["results"]
        if one["name"] == "nightly"
    ]
    assert schedule["cronSchedule"] == "30 3 * * *"
    assert schedule["scheduleState"]["status"] == "STOPPED"


def test_a_cancelled_run_leaves_nothing(page: Page) -> None:
    """No process of a trial is left, and the machine is free for the next run."""
    run = page.launch("InferenceTTFT")
    deadline = time.monotonic() + 120
    while not page.measuring() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert page.measuring()
    page.ask(TERMINATE, run=run)
    assert page.wait(run, 120) == "CANCELED"
    deadline = time.monotonic() + 10
    while page.measuring() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert page.measuring() == []
    again = page.launch("machine")
    assert page.wait(again, 120) == "SUCCESS"


def test_a_past_night_is_refused(page: Page) -> None:
    """Today's code is never measured under an old date."""
    run = page.launch("InferenceTTFT", night="2026-01-02")
    assert page.wait(run, 120) == "FAILURE"


def test_everybody_listens_on_this_machine_only(page: Page) -> None:
    """The command and all it has started."""
    family = [psutil.Process(page.process.pid), *psutil.Process(page.process.pid).children(True)]
    listening = [
        connection.laddr
        for process in family
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert {address.ip.removeprefix("::ffff:") for address in listening} == {HOST}
    assert {page.port, page.reports} <= {address.port for address in listening}


def test_pages_can_be_looked_at(page: Page, tour: dict[str, Any], tmp_path: Path) -> None:
    """Lineage, an asset, a run, the launchpad and the report are drawn by a browser."""
    browser = shutil.which("chromium")
    assert browser is not None, "install it: apt install chromium"
    shots = Path(os.environ.get("E2E_SHOTS") or tmp_path)
    run = tour["roadmap"]["assetMaterializations"][0]["runId"]
    pages = {
        "lineage": f"{page.dagster}/asset-groups",
        "asset": f"{page.dagster}/assets/builtin/InferenceTTFT?view=overview",
        "checks": f"{page.dagster}/assets/builtin/InferenceTTFT?view=checks",
        "run": f"{page.dagster}/runs/{run}",
        "launchpad": f"{page.dagster}/locations/perf_pipeline/jobs/campaign/playground",
        "report": report_of(tour),
    }
    for name, url in pages.items():
        picture = shots / f"{name}.png"
        profile = f"--user-data-dir={tmp_path / name}"
        subprocess.run(
            [browser, *CHROMIUM, profile, f"--screenshot={picture}", url],
            capture_output=True,
            timeout=180,
            check=True,
        )
        assert picture.stat().st_size > 20_000


def test_servers_end_with_the_command(installed: Stranger) -> None:
    """After SIGTERM nobody listens any more, and no process is left; its exit code is 0."""
    with started(installed, "kept by another") as page:
        ports = (page.port, page.reports)
        family = psutil.Process(page.process.pid).children(True)
        assert len(family) >= 3
    assert page.process.returncode == 0
    assert not any(answers(HOST, port) for port in ports)
    _, alive = psutil.wait_procs(family, timeout=10)
    assert alive == []
