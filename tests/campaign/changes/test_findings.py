"""Changes with one cause are one finding: what headline and alerts count."""

from __future__ import annotations

from dataclasses import replace

from perf_pipeline.campaign.changes.findings import Changed, changed_parts, group, told_cause
from perf_pipeline.model import Fact, Verdict
from tests.campaign.decisions import row

SPAN = ("4f0c2d1", "9a8b7c6")


def changed(  # noqa: PLR0913 - what makes changes belong together
    case: str,
    *parts: str,
    change: float = 50.0,
    metric: str = "cpu_ns",
    span: tuple[str, str] = SPAN,
    derived: bool = False,
    finding: str = "",
) -> Changed:
    """A change of a case beneath which these files moved."""
    verdict = Verdict.WORSE if change > 0 else Verdict.BETTER
    one = row(verdict, case=case, metric=metric, change=change, change_id=f"{case}/{metric}")
    cause = told_cause(span, parts)
    return Changed(replace(one, cause=cause, finding_id=finding), parts, span, derived)


def cases(changes: list[Changed]) -> list[list[str]]:
    """The cases of each finding."""
    return [sorted({one.case_id for one in found.changes}) for found in group(changes)]


def test_twenty_three_cases_like_it() -> None:
    """One file, one finding."""
    (found,) = group([changed(f"case {i}", "util.py", change=50.0 + i) for i in range(24)])
    assert len(found.changes) == 24
    assert found.cause == "4f0c2d1..9a8b7c6: util.py"
    assert found.reason.startswith("SortNumbers: CPU time +73% (+72 to +74)")
    assert found.reason.endswith(" and 23 cases like it; 4f0c2d1..9a8b7c6: util.py")


def test_other_files_are_other_findings() -> None:
    """What shares nothing stands apart, most cases first."""
    found = cases([changed("a", "x.py"), changed("b", "y.py"), changed("c", "y.py", "z.py")])
    assert found == [["b", "c"], ["a"]]


def test_shared_parts_chain() -> None:
    """A with B over one file, B with C over another."""
    assert cases([changed("a", "x.py"), changed("c", "y.py"), changed("b", "x.py", "y.py")]) == [
        ["a", "b", "c"]
    ]


def test_faster_and_slower_are_two() -> None:
    """Also by the same file; what got worse comes first."""
    both = [
        changed("a", "x.py", change=-50.0),
        changed("b", "x.py"),
        changed("c", "x.py", change=-9),
    ]
    found = group(both)
    assert [one.verdict for one in found] == [Verdict.WORSE, Verdict.BETTER]
    assert [len(one.changes) for one in found] == [1, 2]


def test_other_revisions_are_other_findings() -> None:
    """The same file changed twice."""
    later = ("9a8b7c6", "aaaaaaa")
    assert len(group([changed("a", "x.py"), changed("b", "x.py", span=later)])) == 2


def test_metrics_of_one_case_belong_together() -> None:
    """Also where nothing is known to have moved; other cases then stand alone."""
    found = cases([changed("a"), changed("a", metric="waiting_ns"), changed("b")])
    assert found == [["a"], ["b"]]


def test_derived_metrics_join_and_never_open_one() -> None:
    """A throughput computed from CPU time is no evidence of its own."""
    derived = changed("a", "x.py", metric="per_sec", derived=True)
    assert group([derived]) == ()
    (found,) = group([derived, changed("a", "x.py")])
    assert {one.metric for one in found.changes} == {"cpu_ns", "per_sec"}
    assert group([changed("b", "x.py"), derived])[0].changes[0].case_id == "b"


def test_a_finding_keeps_its_name_when_more_joins() -> None:
    """What a later day of the same campaign finds is put to what is known."""
    (first,) = group([changed("b", "x.py")])
    (grown,) = group([changed("a", "x.py"), changed("b", "x.py", finding=first.finding_id)])
    assert grown.finding_id == first.finding_id
    assert len(grown.changes) == 2
    assert group([changed("b", "x.py")])[0].finding_id == first.finding_id


def test_what_moved_beneath_a_case() -> None:
    """New, gone and different content, by name."""
    before = (Fact("a.py", "1"), Fact("b.py", "1"), Fact("gone.py", "1"))
    after = (Fact("a.py", "1"), Fact("b.py", "2"), Fact("new.py", "1"))
    assert changed_parts(before, after) == ("b.py", "gone.py", "new.py")
    assert changed_parts(before, before) == ()


def test_a_cause_in_words() -> None:
    """Revisions, the first files, packages, and what else must be known."""
    assert told_cause(
        SPAN, ("a.py", "b.py", "c.py", "d.py", "e.py"), ("zstandard 0.24 → 0.25",)
    ) == ("4f0c2d1..9a8b7c6: a.py, b.py, c.py and 2 more; zstandard 0.24 → 0.25")
    assert told_cause(("4f0c2d1", "4f0c2d1"), ("a.py",)) == "a.py"
    assert told_cause(("", ""), (), (), "only the code was compared") == (
        "only the code was compared"
    )
