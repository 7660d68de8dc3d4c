"""What commands print: results to standard output, all else to standard error.

Colours only on a terminal, and never with NO_COLOR.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from jobs.cli.program import as_typed

UNBROKEN = 10_000
"""Columns enough for any row."""


def result(text: str) -> None:
    """Print an answer."""
    click.echo(text)


def result_lines(texts: Iterable[Text]) -> None:
    """Print an answer of styled lines, none of them broken."""
    console = Console(highlight=False, soft_wrap=True)
    with console.capture() as printed:
        for text in texts:
            console.print(text)
    click.echo(printed.get(), nl=False)


def say(text: str) -> None:
    """Tell the person what goes on, or what to do next."""
    click.echo(as_typed(text), err=True)


def complain(text: str) -> None:
    """Tell the person what is wrong; the first line says what, the others why and what to do."""
    first, *others = as_typed(text).splitlines() or [""]
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    with console.capture() as printed:
        console.print(Text("\n").join([Text(first, "bold red"), *map(Text, others)]))
    click.echo(printed.get(), err=True, nl=False)


def result_table(titles: Sequence[str], rows: Iterable[Sequence[str | Text]]) -> None:
    """Print rows under titles; only the last column is broken into lines, and never a word."""
    texts = [[Text(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
    columns = [[title, *(row[i].plain for row in texts)] for i, title in enumerate(titles)]
    words = [word for cell in columns[-1] for word in cell.split()]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title, cells in zip(titles, (*columns[:-1], words), strict=True):
        # Without `no_wrap` rich takes the room from the widest column, in vain, and cuts the last.
        table.add_column(title, min_width=max(map(len, cells)), no_wrap=cells is not words)
    for row in texts:
        table.add_row(*row)
    _print_table(table)


def _print_table(table: Table) -> None:
    """Through click, as all else: rich by itself ends the process when its reader is gone."""
    console = Console(highlight=False)
    needed = console.measure(table, options=console.options.update(width=UNBROKEN))
    console.width = max(console.width, needed.minimum) if sys.stdout.isatty() else UNBROKEN
    with console.capture() as printed:
        console.print(table)
    for line in printed.get().splitlines():
        click.echo(line.rstrip())
