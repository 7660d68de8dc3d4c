"""Every fault is one sentence: file, line, field, what was found, what is allowed."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

import pytest

from perf_pipeline.suite.benchmark import Suite

HEAD = "benchmark:\n  name: A\n  workload: work.py:make\n"
GRID = "  parameters: {size: [1, 2]}\n"

ONE_FAULT = [
    (
        "targets: {ttft_ms: {target: fast}}",
        'targets.ttft_ms.target: found "fast", allowed: a number',
    ),
    ("targets: {ttft_ms: {}}", "targets.ttft_ms.target: found nothing, allowed: The figure to"),
    ("targets: {a_ms: {target: 1, critical: yes}}", 'found "yes", allowed: true or false'),
    ("targets: {a_ms: {target: .inf}}", "found Infinity, allowed: a finite number"),
    (
        "targets: {a_ms: {target: 1, acceptable_range: [9, 2]}}",
        "allowed: acceptable_range with the low end first, [2, 9]",
    ),
    ("targets: {a_ms: {target: 1, direction: range}}", "direction range together with acceptable"),
    ("targets: {a_ms: {target: 0}}", "targets.a_ms.target: found 0, allowed: more than 0 ms"),
    (
        "targets: {a_ms: {target: 9, acceptable_range: [1, 5]}}",
        "targets.a_ms.target: found 9, allowed: a figure inside of acceptable_range, 1 to 5",
    ),
    ("targets: {a_ms: {target: 9, unit: s}}", 'targets.a_ms.unit: found "s", allowed: ms'),
    ("targets: {queue_depth: {target: 9}}", "says neither its unit nor which way is good"),
    ("targets: {busy_percent: {target: 9}}", "a name that does not say which way is good"),
    ("targets: {wal_ns: {target: 9, where: {x: 1}}}", "targets.wal_ns.where.x: found an unknown"),
    (
        "targets: {p_percent: {target: 5, where: {size: 9}, direction: lower}}",
        "found 9, allowed: 1",
    ),
    ("metrics: {a_ms: {percentile: 100}}", "percentile: found 100, allowed: less than 100"),
    ("metrics: {a_ms: {percentile: -1}}", "percentile: found -1, allowed: more than 0"),
    ("metrics: {a_ms: {directon: lower}}", "found an unknown field, allowed: unit, direction"),
    ("metrics: {a_ms: {directon: lower}}", "(did you mean direction?)"),
    ("metrics: {a_ms: {kind: positve}}", "(did you mean positive?)"),
    ("metrics: {depth: {unit: items}}", "metrics.depth.direction: found nothing, allowed: lower"),
    ("metrics: {depth: {direction: lower}}", "metrics.depth.unit: found nothing, allowed: a unit"),
    ("metrics: {ok_percent: {kind: proportion, direction: higher}}", "allowed: 1 (a proportion"),
    ("metrics: {a-b: {unit: ms}}", "metrics.a-b: found "),
    (
        "metrics: {a_ms: {}}\n  targets: {a_ms: {target: 3, direction: higher}}",
        'targets.a_ms.direction: found "higher", allowed: lower, as the metric',
    ),
    ("parameters: {size: []}", "parameters.size: found [], allowed: at least 1 of them"),
    ("parameters: {size: 3}", "parameters.size: found 3, allowed: a list"),
    ("parameters: {size: [1, 1.0]}", "allowed: each value once (1 stands twice)"),
    ("parameters: {size: [[1]]}", "parameters.size[0]: found [1], allowed: text, a number"),
    ("parameters: {größe: [1]}", "parameters.größe: found "),
    ("parameters: {port: [1]}", "parameters.port: found a name we fill in ourselves"),
    (
        f"parameters: {{a: {list(range(40))}, b: {list(range(40))}}}",
        "parameters: found 1,600 combinations, allowed: at most 1,000 cases",
    ),
    ("budgets: {quick: {cells: [{siz: 1}]}}", "budgets.quick.cells[0].siz: found an unknown param"),
    ("budgets: {quick: {parameters: {size: [4]}}}", "budgets.quick.parameters.size: found 4"),
    ("budgets: {quick: {trials: 0}}", "budgets.quick.trials: found 0, allowed: at least 1"),
    ("budgets: {quick: {trials: 2.5}}", "budgets.quick.trials: found 2.5, allowed: a whole number"),
    ("budgets: {quick: {duration: 9, timeout: 9}}", "allowed: a timeout longer than the duration"),
    ("budgets: {quik: {}}", "(did you mean quick?)"),
    (
        "profiling: {sampler: pyspy}",
        "allowed: py-spy, cprofile or memory_profiler (did you mean py-",
    ),
    ("requires: [{}]", "requires[0]: found {}, allowed: one of program, module and service"),
    ("requires: [{service: localhost}]", "allowed: an address such as tcp://127.0.0.1:6379"),
    ("environment: {set: {A: 1}, pass: [A]}", "allowed: A either in set or in pass"),
    ("service: {command: serve}", "allowed: a command with {port} where"),
    ("service: {command: 'x {port}', ready: {log: '('}}", "allowed: a regular expression"),
    (
        "service: {command: 'x {port}', ready: {tcp: true, http: /}}",
        "allowed: one of http, tcp and",
    ),
    ("command: ls", "workload: found a workload beside command, allowed: one of them"),
    ("load: {levels: [1], requests: [{path: /}]}", "load: found load without service"),
    ("renamed_from: A", "renamed_from: found the present name, allowed: earlier names"),
    ("descripton: x", "descripton: found an unknown field"),
    ("tags: [a b]", "tags[0]: found "),
    ("tags: !!set {a}", "tags: found the tag tag:yaml.org,2002:set, allowed: values without tags"),
    ("title: x\n  title: y", "title: found it twice, first on line 4, allowed: each name once"),
    ("? [a]\n  : 1", "found a list or mapping as a name, allowed: text"),
    ('title: "a\\0b"', "title: found a character that is no text, allowed: text without it"),
]


@pytest.mark.parametrize(("text", "expected"), ONE_FAULT)
def test_a_fault_says_where_what_and_what_is_allowed(
    read_one: Callable[[str], Suite], text: str, expected: str
) -> None:
    """One thing wrong is told as such, at its line."""
    suite = read_one(f"{HEAD}  {text}\n{'' if text.startswith('parameters') else GRID}")
    assert suite.benchmarks == ()
    assert expected in "\n".join(suite.faults)
    assert all(fault.startswith("one.yaml:") for fault in suite.faults)


def test_all_faults_of_a_file_come_at_once(read_one: Callable[[str], Suite]) -> None:
    """Wrong types do not hide what is wrong between the fields."""
    suite = read_one("""
        benchmark:
          name: report
          day: tuesday
          parameters:
            size: [1, 2]
          workload: work.py:mke
          targets:
            ttft_ms:
              target: fast
            other_ms:
              target: 3
              where: {sise: 1}
          budgets:
            quick: {trials: many}
            full:
              cells: [{size: 3}]
        """)
    lines = [fault.partition(": found")[0] for fault in suite.faults]
    assert lines == [
        "one.yaml:3: name",
        "one.yaml:4: day",
        "one.yaml:7: workload",
        "one.yaml:10: targets.ttft_ms.target",
        "one.yaml:13: targets.other_ms.where.sise",
        "one.yaml:15: budgets.quick.trials",
        "one.yaml:17: budgets.full.cells[0].size",
    ]


def test_a_fault_is_not_told_twice(read_one: Callable[[str], Suite]) -> None:
    """What depends on a faulty field is not called wrong as well."""
    suite = read_one("""
        benchmark:
          name: A
          wrkload: work.py:make
          parameters: {size: 3}
          targets: {a_ms: {target: 1, where: {size: 3}}}
        """)
    assert [fault.split(": ")[1] for fault in suite.faults] == ["wrkload", "parameters.size"]


def test_no_workload_is_a_fault(read_one: Callable[[str], Suite]) -> None:
    """There must be something to run."""
    suite = read_one("benchmark: {name: A}")
    assert "workload: found nothing, allowed: workload, command" in suite.faults[0]


def test_a_parameter_must_reach_the_command(read_one: Callable[[str], Suite]) -> None:
    """Cases that would all be the same are not measured as different."""
    suite = read_one("benchmark: {name: A, command: 'x {sise}', parameters: {size: [1]}}")
    (fault,) = suite.faults
    assert fault == (
        "one.yaml:1: parameters.size: found a parameter that is not used, "
        "allowed: {size} in the command (instead of {sise}?)"
    )


def test_a_parameter_may_reach_service_or_requests(read_one: Callable[[str], Suite]) -> None:
    """Under load there are more places than the command."""
    suite = read_one("""
        benchmark:
          name: A
          parameters: {a: [1], b: [1], c: [1], d: [1]}
          service: {command: "serve {port} {a}"}
          load: {levels: [1], requests: [{path: "/{b}", json: {x: ["{c}"]}}]}
        """)
    (fault,) = suite.faults
    assert "parameters.d: found a parameter that is not used" in fault


WORKLOADS = [
    ("workload: wrk.py:make", "found no file wrk.py beside it, allowed: a file that is there (did"),
    ("workload: work.py:mak", "found no mak in work.py, allowed: make (did you mean make?)"),
    ("workload: work.py", 'found "work.py", allowed: file.py:factory or package.module:factory'),
    ("workload: /tmp/work.py:make", "allowed: a path relative to this file"),
    ("workload: late.py:make", "found async make, allowed: a function that returns"),
    ("workload: broken.py:make", "found a syntax error in line 2 of broken.py"),
    ("workload: one.py:make", "parameters.size: found a parameter that make does not take"),
    ("workload: two.py:make", "parameters: found no parameter depth, which make needs"),
    ("category: wrk", "category: found no file wrk.py beside it, allowed: workload: file.py:fac"),
    ("category: work", "category: found no FirstOne or first_one in work.py"),
]


@pytest.mark.parametrize(("text", "expected"), WORKLOADS)
def test_a_workload_is_looked_up_without_importing_it(
    read: Callable[[dict[str, str]], Suite], text: str, expected: str
) -> None:
    """File, factory and its arguments are checked by reading; nothing is run."""
    suite = read(
        {
            "one.yaml": f"benchmark:\n  name: FirstOne\n  {text}\n  parameters: {{size: [1]}}\n",
            "work.py": "raise SystemExit\ndef make(size, depth=1): ...\n",
            "late.py": "async def make(size): ...\n",
            "broken.py": "def make():\n  ((\n",
            "one.py": "def make(sizes=1): ...\n",
            "two.py": "def make(size, depth): ...\n",
        }
    )
    assert expected in "\n".join(suite.faults)


ACCEPTED = [
    "def FirstOne(size): ...",
    "def first_one(*, size): ...",
    "from elsewhere import first_one",
    "from elsewhere import *",
    "import elsewhere as first_one",
    "class first_one: ...",
    "first_one = print",
    "try:\n    import x\nexcept ImportError:\n    def first_one(size): ...",
    "import contextlib\n@contextlib.contextmanager\ndef first_one(): ...",
    "if x: ...\n" + "elif x: ...\n" * 4_000 + "def first_one(size): ...",
    'def first_one(**k):\n    """\\d"""',
]


@pytest.mark.parametrize("source", ACCEPTED)
def test_a_factory_may_be_defined_in_any_way(
    read: Callable[[dict[str, str]], Suite], source: str
) -> None:
    """What reading cannot refute is accepted."""
    suite = read(
        {
            "one.yaml": "benchmark: {name: FirstOne, category: work, parameters: {size: [1]}}",
            "work.py": textwrap.dedent(source),
        }
    )
    assert suite.faults == ()


def test_newer_syntax_is_no_fault_under_another_interpreter(
    read: Callable[[dict[str, str]], Suite],
) -> None:
    """Our parser is no judge of a workload that another Python runs."""
    files = {
        "one.yaml": "benchmark: {name: A, python: 3.14, workload: work.py:make}",
        "two.yaml": "benchmark: {name: BigOne, python: 3.14, category: work}",
        "work.py": "def make(): (((",
    }
    suite = read(files)
    assert suite.faults == ()
    assert [one.workload.factory for one in suite.benchmarks if one.workload] == ["make", "big_one"]
