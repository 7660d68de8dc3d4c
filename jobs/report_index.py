"""The page that leads to every report and comparison: a line each, the newest first."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Reports</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: auto; padding: 1rem; }}
li {{ margin: 1rem 0; }}
</style>
<h1>Reports</h1>
{body}
</html>
"""
LATEST = '<p><a href="/latest">The newest one</a></p>'
NONE = "<p>There is no report yet. It is written at the end of a campaign.</p>"
COMPARED = "<h2>Comparisons</h2>"
REPORT, COMPARISON = "index.html", "compare.html"


@dataclass(frozen=True, slots=True)
class Entry:
    """A page below the reports, and what its figures say of it; empty when they cannot be read."""

    page: Path
    said: str


def newest_first(reports: Path, name: str = REPORT) -> list[Path]:
    """The folders of the reports, or of comparisons, that have a page."""
    pages = sorted(reports.glob(f"*/{name}"), key=lambda page: page.stat().st_mtime)
    return [page.parent for page in reversed(pages)]


def render_index(reports: Path) -> str:
    """The page as HTML; whatever a report says of itself is shown, never interpreted."""
    nights = [_night(folder) for folder in newest_first(reports)]
    asked = [_comparison(folder) for folder in newest_first(reports, COMPARISON)]
    body = f"{LATEST}\n{_list(nights)}" if nights else NONE
    return PAGE.format(body=f"{body}\n{COMPARED}\n{_list(asked)}" if asked else body)


def _night(folder: Path) -> Entry:
    figures = _read(folder / "report.json")
    try:
        said = f"night {figures['campaign']['night']}: {figures['verdict']['sentence']}"
    except (KeyError, TypeError):
        said = ""
    return Entry(folder / REPORT, said)


def _comparison(folder: Path) -> Entry:
    figures = _read(folder / "compare.json")
    try:
        said = f"{figures['a']['label']} and {figures['b']['label']}: {figures['sentence']}"
    except (KeyError, TypeError):
        said = ""
    return Entry(folder / COMPARISON, said)


def _read(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _list(entries: Sequence[Entry]) -> str:
    lines = "\n".join(map(_line, entries))
    return f"<ul>\n{lines}\n</ul>"


def _line(one: Entry) -> str:
    name = one.page.parent.name
    link = f'<a href="/{escape(quote(name))}/{one.page.name}">{escape(name)}</a>'
    return f"<li>{link}<br>{escape(one.said)}</li>"
