"""The page that leads to every report: a line each, the newest first."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from pathlib import Path
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


@dataclass(frozen=True, slots=True)
class Entry:
    """A report: its campaign, the night (empty when it cannot be read) and the verdict sentence."""

    campaign: str
    night: str
    sentence: str


def newest_first(reports: Path) -> list[Path]:
    """The folders of the reports that have a page."""
    pages = sorted(reports.glob("*/index.html"), key=lambda page: page.stat().st_mtime)
    return [page.parent for page in reversed(pages)]


def render_index(reports: Path) -> str:
    """The page as HTML; whatever a report says of itself is shown, never interpreted."""
    entries = [_read(folder) for folder in newest_first(reports)]
    lines = "\n".join(map(_line, entries))
    return PAGE.format(body=f"{LATEST}\n<ul>\n{lines}\n</ul>" if entries else NONE)


def _read(folder: Path) -> Entry:
    try:
        figures = json.loads((folder / "report.json").read_text(encoding="utf-8"))
        night, sentence = figures["campaign"]["night"], figures["verdict"]["sentence"]
    except (OSError, ValueError, KeyError, TypeError):
        night = sentence = ""
    return Entry(folder.name, str(night), str(sentence))


def _line(one: Entry) -> str:
    link = f'<a href="/{escape(quote(one.campaign))}/index.html">{escape(one.campaign)}</a>'
    night = f"night {escape(one.night)}: " if one.night else ""
    return f"<li>{link}<br>{night}{escape(one.sentence)}</li>"
