"""How often do we, and others, call equal code different?

Run by hand, in the background; broken off, it goes on where it stopped:

    .venv/bin/python -m evaluation.false_alarms ~/ab --condition idle --times 40

Both arms are copies of the same files; whatever is called different is a false alarm.
"""

from __future__ import annotations

import argparse
import inspect
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from evaluation.answers import ask, read, table
from evaluation.conditions import TITLES, Condition, condition, setting


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask what is missing; print the table and keep it."""
    asked = _options().parse_args(arguments)
    folder = Path(asked.folder).expanduser().resolve()
    chosen = Condition(asked.condition)
    head = setting()
    with condition(chosen):
        file = ask(folder, chosen, 0, asked.times, alone=asked.alone)
    text = f"{head}\n\n{table(f'equal code, {TITLES[chosen]}', read(file), 0.0)}\n"
    (folder / f"false_alarms-{chosen.value}.md").write_text(text, encoding="utf-8")
    click.echo(text)
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=inspect.getdoc(sys.modules[__name__]))
    parser.add_argument("folder", help="where the answers are kept")
    parser.add_argument("--condition", choices=[one.value for one in Condition], default="idle")
    parser.add_argument("--times", type=int, default=40, help="comparisons of each tool")
    parser.add_argument("--alone", action="store_true", help="without the peers")
    return parser


if __name__ == "__main__":
    sys.exit(main())
