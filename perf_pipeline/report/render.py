"""The view as a page, as a message and as numbers."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from perf_pipeline.report.data import dumps
from perf_pipeline.report.page import Card
from perf_pipeline.report.text import clean
from perf_pipeline.report.view import ReportView

TEMPLATES = Path(__file__).parent / "templates"
BEFORE_UNIT = re.compile(r"(?<=\d) (?=(?:ns|µs|ms|s|min|B|[KMGT]iB)\b)")
MARKDOWN_LINES = 12
MARKDOWN_ROWS = 4


@cache
def environment() -> Environment:
    """The one Jinja environment: everything escaped and cleaned, nothing undefined let through."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )


def render_html(view: ReportView) -> str:
    """One self-contained page: inline style and drawings, no script, no network."""
    return environment().get_template("report.html").render(view=view)


def render_json(view: ReportView) -> str:
    """The numbers behind the page."""
    return dumps(view.data)


def render_markdown(view: ReportView) -> str:
    """At most twelve lines for a chat: verdict, trust, what to do first, what got worse."""
    lines = [
        f"**{view.headline.mark.sign} {escape(view.headline.sentence)}**",
        escape(view.trust.sentence),
        escape(view.context),
        *(escape(notice) for notice in view.notices[:1]),
        *(" ".join(filter(None, (f"{card.number}.", *_said(card)))) for card in view.cards),
        *_changes(view),
    ]
    return "\n".join([*lines[: MARKDOWN_LINES - 1], "Report: index.html"]) + "\n"


def _said(card: Card) -> tuple[str, ...]:
    """What to do, what it gives, and the command to copy."""
    stop = "" if card.heading.endswith(("?", ".")) else "."
    command = clean(card.command).replace("`", "")
    return escape(card.heading + stop), escape(card.gain), f"`{command}`"


def _changes(view: ReportView) -> list[str]:
    """A line for the weightiest changes of the first screen, and how many are left."""
    lines = []
    for section in view.first:
        tables = [part for part in section.parts if part.kind == "table"]
        rows = tables[0].rows if tables else ()
        for row in rows[:MARKDOWN_ROWS]:
            name, metric, before, after, change = row.cells[:5]
            case = f" {name.note}" if name.note else ""
            said = f"{name.text}{case}: {metric.text} {before.text} to {after.text}, {change.text}"
            lines.append(f"- {escape(said)} ({section.title.lower()})")
        if len(rows) > MARKDOWN_ROWS:
            lines.append(f"- and {len(rows) - MARKDOWN_ROWS:,} more")
    return lines


def escape(text: str) -> str:
    """Text that Markdown and HTML in it take for nothing but text, on one line."""
    line = " ".join(clean(text).split())
    plain = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_\[\]|~])", r"\\\1", plain).replace("@", "@\u200b")


def _finalize(value: object) -> object:
    """Clean what a template prints; a number and its unit stay on one line."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return BEFORE_UNIT.sub("\u00a0", clean(value))
