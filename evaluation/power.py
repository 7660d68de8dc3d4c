"""How often is a real slowdown found, how large is it said to be, and what does that cost?

Run by hand, in the background; broken off, it goes on where it stopped:

    .venv/bin/python -m evaluation.power ~/ab --condition idle --times 40

Arm B really does 2 % or 5 % more of the same work (`extra` in `evaluation/suite/work.py`). At 5 %
the peers are asked, too. Replays of recorded blocks (`evaluation.replay`) say the same with more
windows.
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

PLANTS = (20, 50)
"""Thousandths of the work."""
WITH_PEERS = 50


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask what is missing; print the tables and keep them."""
    asked = _options().parse_args(arguments)
    folder = Path(asked.folder).expanduser().resolve()
    chosen = Condition(asked.condition)
    parts = [setting()]
    with condition(chosen):
        for extra in PLANTS:
            file = ask(folder, chosen, extra, asked.times, alone=extra != WITH_PEERS)
            title = f"{extra / 10:+g} % planted, {TITLES[chosen]}"
            parts.append(table(title, read(file), extra / 10))
    text = "\n\n".join(parts) + "\n"
    (folder / f"power-{chosen.value}.md").write_text(text, encoding="utf-8")
    click.echo(text)
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=inspect.getdoc(sys.modules[__name__]))
    parser.add_argument("folder", help="where the answers are kept")
    parser.add_argument("--condition", choices=[one.value for one in Condition], default="idle")
    parser.add_argument("--times", type=int, default=40, help="comparisons of each tool and plant")
    return parser


if __name__ == "__main__":
    sys.exit(main())
