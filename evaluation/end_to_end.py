"""Slowdowns committed to a repository: how many does the campaign of that night report?

Run by hand, in the background; broken off, it goes on where it stopped:

    .venv/bin/python -m evaluation.end_to_end ~/ab --rounds 20

A round is a repository of its own with the six workloads of `evaluation/suite`, one benchmark
each, and a home of its own. The first campaign measures it as it is; then one commit slows four of
the six by 2, 3, 5 and 10 %, which of them changes from round to round, and edits the other two
without changing their work. The next campaign is the first night; what it does not find has six
more.
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
from evaluation.rates import markdown, rate
from perf_pipeline.model import Verdict, VerdictRecord

WORK = Path(__file__).parent / "suite" / "work.py"
PLANTS = (20, 30, 50, 100, 0, 0)
"""Thousandths of the work, one for each workload, turned by one from round to round."""
NIGHTS = 7
TEMPLATE = '''"""One workload."""

import work

EXTRA = {extra}
# Edited {times} times.


def make():
    return work.{factory}(EXTRA)
'''


@dataclass(frozen=True, slots=True)
class Found:
    """What became of one plant; `night` is 1 for the first that reported it, 0 for none."""

    number: int
    workload: str
    extra: int
    night: int
    estimate_percent: float | None
    first_verdict: str
    first_reason: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is missing; print the table and keep it."""
    asked = _options().parse_args(arguments)
    folder = Path(asked.folder).expanduser().resolve()
    chosen = Condition(asked.condition)
    file = folder / "end_to_end" / f"{chosen.value}.jsonl"
    file.parent.mkdir(parents=True, exist_ok=True)
    head = setting()
    with condition(chosen):
        for number in range(asked.rounds):
            if number not in {one.number for one in read(file)}:
                found = a_round(file.parent / f"{chosen.value}-{number:02d}", number)
                with file.open("a", encoding="utf-8") as stream:
                    stream.writelines(json.dumps(asdict(one)) + "\n" for one in found)
    text = f"{head}\n\n{table(f'committed, {TITLES[chosen]}', read(file))}\n"
    (folder / f"end_to_end-{chosen.value}.md").write_text(text, encoding="utf-8")
    click.echo(text)
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=inspect.getdoc(sys.modules[__name__]))
    parser.add_argument("folder", help="where repositories, homes and results are kept")
    parser.add_argument("--condition", choices=[one.value for one in Condition], default="idle")
    parser.add_argument("--rounds", type=int, default=20)
    return parser


def read(file: Path) -> list[Found]:
    """The results in a file; none if there is no such file."""
    if not file.exists():
        return []
    rows = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    return [Found(**row) for row in rows]


def a_round(folder: Path, number: int) -> list[Found]:
    """Begin a repository, measure it, plant, and measure until everything is found or a week."""
    plants = dict(zip(WORKLOADS, PLANTS[-number % 6 :] + PLANTS[: -number % 6], strict=True))
    _repository(folder)
    repository.campaign(folder)
    _commit(folder, plants, 1)
    nights: list[dict[str, VerdictRecord]] = []
    while len(nights) < NIGHTS and not _all_found(plants, nights):
        repository.campaign(folder)
        nights.append(_verdicts(folder))
        click.echo(f"round {number}, night {len(nights)}", err=True)
    return [_found(number, name, plants[name], nights) for name in WORKLOADS]


def _all_found(plants: dict[str, int], nights: list[dict[str, VerdictRecord]]) -> bool:
    planted = {name for name, extra in plants.items() if extra}
    return bool(nights) and planted <= {
        name for said in nights for name, one in said.items() if one.verdict is Verdict.WORSE
    }


def _found(number: int, name: str, extra: int, nights: Sequence[dict[str, VerdictRecord]]) -> Found:
    worse = [
        night
        for night, said in enumerate(nights, 1)
        if name in said and said[name].verdict is Verdict.WORSE
    ]
    first = nights[0].get(name)
    night = worse[0] if worse else 0
    return Found(
        number=number,
        workload=name,
        extra=extra,
        night=night,
        estimate_percent=nights[night - 1][name].change_percent if night else None,
        first_verdict=first.verdict.value if first else "none",
        first_reason=first.reason if first else "",
    )


def table(title: str, found: Iterable[Found]) -> str:
    """A row for each size of plant."""
    listed = list(found)
    heads = (title, "reported the first night", f"within {NIGHTS}", "estimates")
    rows = []
    for extra in sorted({one.extra for one in listed}):
        mine = [one for one in listed if one.extra == extra]
        sizes = sorted(one.estimate_percent for one in mine if one.estimate_percent is not None)
        rows.append(
            (
                f"{extra / 10:+g} %" if extra else "edited, same work",
                rate(one.night == 1 for one in mine),
                rate(one.night > 0 for one in mine),
                f"{sizes[0]:+.1f} to {sizes[-1]:+.1f} %" if sizes else "",
            )
        )
    return markdown(heads, rows)


def _repository(folder: Path) -> None:
    repository.begin(folder, {name: f"{_file(name)}:make" for name in WORKLOADS}, WORK)
    _commit(folder, dict.fromkeys(WORKLOADS, 0), 0)


def _file(name: str) -> str:
    return f"bench_{name.lower()}.py"


def _commit(folder: Path, plants: dict[str, int], times: int) -> None:
    files = {
        _file(name): TEMPLATE.format(extra=extra, times=times, factory=WORKLOADS[name])
        for name, extra in plants.items()
    }
    repository.commit(folder, files, f"edit {times}")


def _verdicts(folder: Path) -> dict[str, VerdictRecord]:
    """What the newest campaign said of each benchmark's CPU time."""
    said = repository.verdicts(folder)
    return {one.benchmark: one for one in said if one.metric == "cpu_ns"}


if __name__ == "__main__":
    sys.exit(main())
