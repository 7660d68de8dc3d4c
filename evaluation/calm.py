"""Campaigns over edits that leave the work as it is: how many cry wolf?

Run by hand, in the background; broken off, it goes on where it stopped:

    .venv/bin/python -m evaluation.calm ~/ab --nights 50

Every night each of four workloads gets one of seventeen edits (`evaluation/edits.py`), so that
every file has changed and every case is compared with the night before. Any `worse` or `better` is
false.
"""

from __future__ import annotations

import argparse
import inspect
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from evaluation import repository
from evaluation.answers import WORKLOADS
from evaluation.conditions import TITLES, Condition, condition, setting
from evaluation.edits import EDITS
from evaluation.rates import markdown, rate
from perf_pipeline.model import Verdict

WORK = (Path(__file__).parent / "suite" / "work.py").read_text(encoding="utf-8")
CHOSEN = ("Python", "Json", "Asyncio", "Sqlite")
CALLED = {Verdict.WORSE.value, Verdict.BETTER.value}


@dataclass(frozen=True, slots=True)
class Said:
    """What an A/B of one night said of one metric of an edited workload."""

    night: int
    workload: str
    edit: str
    metric: str
    verdict: str
    change_percent: float | None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the campaigns that are missing; print the tables and keep them."""
    asked = _options().parse_args(arguments)
    folder = Path(asked.folder).expanduser().resolve()
    chosen = Condition(asked.condition)
    place = folder / "calm" / chosen.value
    file = place / "said.jsonl"
    head = setting()
    with condition(chosen):
        if not file.exists():
            _begin(place)
        for night in range(1 + len({one.night for one in read(file)}), asked.nights + 1):
            said = _night(place, night)
            with file.open("a", encoding="utf-8") as stream:
                stream.writelines(json.dumps(asdict(one)) + "\n" for one in said)
            click.echo(f"night {night} of {asked.nights}: {len(said)} verdicts", err=True)
    text = f"{head}\n\n{tables(TITLES[chosen], read(file))}\n"
    (folder / f"calm-{chosen.value}.md").write_text(text, encoding="utf-8")
    click.echo(text)
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=inspect.getdoc(sys.modules[__name__]))
    parser.add_argument("folder", help="where the repository, the home and the verdicts are kept")
    parser.add_argument("--condition", choices=[one.value for one in Condition], default="idle")
    parser.add_argument("--nights", type=int, default=50)
    return parser


def read(file: Path) -> list[Said]:
    """The verdicts in a file; none if there is no such file."""
    if not file.exists():
        return []
    return [Said(**json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines()]


def _begin(place: Path) -> None:
    workloads = {name: f"{_file(name)}:{WORKLOADS[name]}" for name in CHOSEN}
    repository.begin(place, workloads)
    repository.commit(place, {_file(name): WORK for name in CHOSEN}, "begin")
    repository.campaign(place)


def _file(name: str) -> str:
    return f"bench_{name.lower()}.py"


def _night(place: Path, night: int) -> list[Said]:
    """Edit every workload, each in another way, and measure."""
    names = list(EDITS)
    edits = {name: names[(night + 4 * n) % len(names)] for n, name in enumerate(CHOSEN)}
    texts = {_file(name): EDITS[edit](WORK) for name, edit in edits.items()}
    repository.commit(place, texts, f"night {night}")
    repository.campaign(place)
    return [
        Said(
            night,
            one.benchmark,
            edits[one.benchmark],
            one.metric,
            one.verdict.value,
            one.change_percent,
        )
        for one in repository.verdicts(place)
    ]


def tables(title: str, said: Iterable[Said]) -> str:
    """A row for each workload, and one for each edit."""
    listed = list(said)
    by_workload = [(name, [one for one in listed if one.workload == name]) for name in CHOSEN]
    by_edit = [(name, [one for one in listed if one.edit == name]) for name in EDITS]
    return "\n\n".join(
        (
            _table(f"campaigns, {title}", [*by_workload, ("all", listed)]),
            _table("edit", by_edit),
        )
    )


def _table(title: str, rows: Iterable[tuple[str, Sequence[Said]]]) -> str:
    heads = (title, "A/Bs", "with a false verdict", "CPU time: unchanged", "largest estimate")
    return markdown(heads, [_row(name, said) for name, said in rows])


def _row(name: str, said: Sequence[Said]) -> tuple[str, int, str, str, str]:
    compared = {(one.night, one.workload) for one in said}
    called = {(one.night, one.workload) for one in said if one.verdict in CALLED}
    cpu = [one for one in said if one.metric == "cpu_ns"]
    sizes = [abs(one.change_percent) for one in cpu if one.change_percent is not None]
    return (
        name,
        len(compared),
        str(rate(one in called for one in compared)),
        str(rate(one.verdict == Verdict.UNCHANGED.value for one in cpu)),
        f"{max(sizes):.2f} %" if sizes else "",
    )


if __name__ == "__main__":
    sys.exit(main())
