"""A report written to its folder: the page, the message, the numbers, the recordings."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from perf_pipeline.report.facts import CampaignFacts
from perf_pipeline.report.render import render_html, render_json, render_markdown
from perf_pipeline.report.sections.hotspots import recording_link
from perf_pipeline.report.seed_files import day_reports, metric_files
from perf_pipeline.report.view import build_view

PAGE = "index.html"
DAY_REPORTS = "daily_reports"
METRIC_FILES = "metrics_json"


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """Where the report lies."""

    html: Path
    markdown: Path
    json: Path


def write_report(facts: CampaignFacts, directory: Path, artifacts: Path) -> ReportFiles:
    """Write or rewrite the report of a campaign.

    Every file appears whole or not at all. A recording below `artifacts` that is not there is
    left out, and the page then says that it was not kept.
    """
    directory.mkdir(parents=True, exist_ok=True)
    facts = replace(
        facts,
        artifacts=_kept(facts, artifacts),
        previous_report=_previous_report(facts, directory),
    )
    for artifact in facts.artifacts:
        link_or_copy(artifacts / artifact, directory / recording_link(artifact))
    view = build_view(facts)
    replace_folder(directory / DAY_REPORTS, day_reports(view.data))
    replace_folder(directory / METRIC_FILES, metric_files(view.data))
    files = ReportFiles(directory / PAGE, directory / "report.md", directory / "report.json")
    write_text(files.json, render_json(view))
    write_text(files.markdown, render_markdown(view))
    write_text(files.html, render_html(view))
    return files


def write_text(path: Path, text: str) -> None:
    """Write a file under another name and rename it, so that no reader sees half of it."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_bytes(text.encode("utf-8", "replace"))
    unfinished.replace(path)


def replace_folder(folder: Path, texts: dict[str, str]) -> None:
    """Write these JSON files and remove those of an earlier writing of the same report."""
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        write_text(folder / name, text)
    for stale in folder.glob("*.json"):
        if stale.name not in texts:
            stale.unlink()


def link_or_copy(source: Path, target: Path) -> None:
    """Put a recording beside the page; a second name for it costs nothing."""
    target.parent.mkdir(exist_ok=True)
    if target.exists() and target.samefile(source):
        return
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        os.link(source, unfinished)
    except OSError:
        # Another file system, or one without hard links.
        shutil.copyfile(source, unfinished)
    unfinished.replace(target)


def _previous_report(facts: CampaignFacts, directory: Path) -> str:
    """The way from this page to that of the campaign before; empty where that has none."""
    campaign = facts.previous.campaign_id if facts.previous else ""
    beside = campaign and Path(campaign).name == campaign and campaign != directory.name
    if not beside or not (directory.parent / campaign / PAGE).is_file():
        return ""
    return f"../{quote(campaign)}/{PAGE}"


def _kept(facts: CampaignFacts, artifacts: Path) -> tuple[str, ...]:
    """The recordings that lie below `artifacts`; a path that leads out of it is not followed."""
    root = artifacts.resolve()
    named = (*facts.artifacts, *(profile.artifact for profile in facts.profiles))
    return tuple(
        name
        for name in dict.fromkeys(filter(None, named))
        if (root / name).resolve().is_relative_to(root) and (root / name).is_file()
    )
