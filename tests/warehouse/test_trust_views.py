"""The views that say what got worse and why, how often we err, and what we could have seen."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta

import pytest

from perf_pipeline.model import (
    EventKind,
    Ground,
    MetricKind,
    RunRecord,
    State,
    Subject,
    Verdict,
    VerdictRecord,
)
from tests.warehouse import builders, nights, outcomes, regressions
from warehouse.session import session
from warehouse.store import WarehouseStore

WHAT = builders.benchmark("Sort")
CASE = WHAT.cases[0]


def ask(store: WarehouseStore, sql: str) -> list[tuple[object, ...]]:
    """Load what has landed, then ask."""
    assert not store.load().rejected
    with session(store.warehouse, read_only=True) as connection:
        return connection.execute(sql).fetchall()


def bad_night(store: WarehouseStore) -> RunRecord:
    """A night with a regression in both cases of a benchmark."""
    record = builders.run([WHAT])
    nights.land_night(store, record)
    store.land_verdicts(regressions.worse(record, WHAT))
    return record


def test_a_change_leads_to_its_finding_and_blocks(store: WarehouseStore) -> None:
    """Id, finding, cause, A/B and code of a change stand in its row."""
    record = bad_night(store)
    sql = "select change_id, finding_id, finding, cause, comparison, p_value, fingerprint "
    sql += "from v_changes where verdict = 'worse' and parameters = 'size=10'"
    said = regressions.worse(record, WHAT)[0]
    assert ask(store, sql) == [
        (said.change_id, said.finding_id, regressions.FINDING, said.cause, said.comparison, 1e-6,
         "f00d")
    ]  # fmt: skip


def test_a_finding_counts_its_changes(store: WarehouseStore) -> None:
    """The sentence with what it stands for, led by its largest change."""
    bad_night(store)
    sql = "select verdict, sentence, cause, changes, cases, benchmarks, benchmark, parameters, "
    sql += "metric, change_percent, low_percent, accepted, disputed from v_findings"
    assert ask(store, sql) == [
        ("worse", regressions.FINDING, regressions.CAUSE, 2, 2, 1, "Sort", "size=10", "cpu_ns", 5.1,
         pytest.approx(4.5), 0, 0)
    ]  # fmt: skip


def test_a_finding_stands_as_long_as_its_changes(store: WarehouseStore) -> None:
    """It is said on its first night; the changes of later nights lead back to it."""
    record = bad_night(store)
    first, second, _ = regressions.worse(record, WHAT)
    (tomorrow,) = builders.spread(
        1, lambda night: builders.run([WHAT], night=night), builders.NIGHT + timedelta(days=1)
    )
    store.land_run(tomorrow)
    again = [
        replace(
            row,
            campaign_id=tomorrow.campaign_id,
            night=tomorrow.night,
            decided_at=row.decided_at + timedelta(days=1),
            verdict=verdict,
        )
        for row, verdict in ((first, Verdict.WORSE), (second, Verdict.UNCHANGED))
    ]
    store.land_verdicts(again)
    sql = "select finding from v_changes where finding_id <> '' and night = '2026-03-02'"
    assert ask(store, sql) == [(regressions.FINDING,)] * 2
    assert ask(store, "select changes, standing from v_findings") == [(2, 1)]
    store.land_event(regressions.answer(EventKind.ACCEPT, first.change_id))
    assert ask(store, "select standing from v_findings") == [(0,)]


def test_the_night_as_a_whole_has_no_members(store: WarehouseStore) -> None:
    """A finding without changes shows its own figures."""
    record = builders.run([WHAT])
    whole = outcomes.verdict(record, Subject.FINDING, Verdict.WORSE, "the night is slower by 3 %")
    store.land_verdicts([replace(whole, finding_id="whole", change_percent=3.0)])
    assert ask(store, "select changes, change_percent, benchmark from v_findings") == [(0, 3.0, "")]


def test_two_findings_of_a_night_are_two_subjects(store: WarehouseStore) -> None:
    """They differ in nothing but their id; the one said again stands once."""
    record = builders.run([WHAT])
    for number, (name, seconds) in enumerate([("a", 10.0), ("b", 11.0), ("b", 12.0)]):
        said = outcomes.verdict(
            record, Subject.FINDING, Verdict.WORSE, f"{name}{number}", seconds=seconds
        )
        store.land_verdicts([replace(said, verdict_id=name, finding_id=name)])
    assert ask(store, "select sentence from v_findings order by all") == [("a0",), ("b2",)]
    assert [one.reason for one in store.verdicts(record.campaign_id)] == ["a0", "b2"]


def test_a_change_put_into_a_finding_later_stays_one_subject(store: WarehouseStore) -> None:
    """What is said at the end replaces what was said when its A/B ended."""
    record = builders.run([WHAT])
    said = regressions.worse(record, WHAT)[0]
    early = replace(said, finding_id="", decided_at=said.decided_at - timedelta(minutes=1))
    store.land_verdicts([early])
    store.land_verdicts([said])
    assert ask(store, "select finding_id from v_changes") == [(said.finding_id,)]
    assert [one.finding_id for one in store.verdicts(record.campaign_id)] == [said.finding_id]


def test_two_controls_of_one_case_are_two_subjects(store: WarehouseStore) -> None:
    """Each comparison of equal code counts, with each of its metrics."""
    record = builders.run([WHAT])
    for number in (1, 2):
        store.land_verdicts(regressions.control(record, WHAT, number))
    sql = "select count(*), count(distinct comparison) from v_verdicts where subject = 'control'"
    assert ask(store, sql) == [(4, 2)]
    assert len(store.verdicts(record.campaign_id)) == 4


def test_what_was_said_last_of_a_change_stands(store: WarehouseStore) -> None:
    """Who accepted or disputed it, when and why; on every night of the change."""
    bad_night(store)
    first, second = (regressions.change_id(of) for of in WHAT.cases)
    for kind, of, days in (
        (EventKind.DISPUTE, first, 1), (EventKind.ACCEPT, first, 2), (EventKind.DISPUTE, second, 3),
    ):  # fmt: skip
        store.land_event(regressions.answer(kind, of, f"{kind.value} after {days}", days=days))
    sql = "select accepted_by, disputed_by, answer_reason from v_changes where verdict = 'worse' "
    sql += "order by parameters"
    who = "someone@example.org"
    assert ask(store, sql) == [(who, "", "accept after 2"), ("", who, "dispute after 3")]
    assert ask(store, "select accepted, disputed from v_findings") == [(1, 1)]
    sql = "select alerts, disputed from v_false_alarms where ground = 'ab'"
    assert ask(store, sql) == [(2, 1)]


def test_an_answer_to_another_suite_is_not_ours(store: WarehouseStore) -> None:
    """Ids are looked for in the suite that the event names."""
    bad_night(store)
    sql = "select max(accepted_by), max(disputed_by) from v_changes"
    said = regressions.answer(EventKind.DISPUTE, regressions.change_id(CASE), days=1)
    store.land_event(replace(said, suite="another"))
    assert ask(store, sql) == [("", "")]
    store.land_event(regressions.answer(EventKind.ACCEPT, regressions.change_id(CASE)))
    assert ask(store, sql) == [("someone@example.org", "")]


def exact_limit(alarms: int, judged: int) -> float:
    """The rate per 1,000 at which so few alarms have a chance of 5 %, by plain sums."""
    low, high = 0.0, 1.0
    for _ in range(60):
        rate = (low + high) / 2
        chance = sum(
            math.comb(judged, k) * rate**k * (1 - rate) ** (judged - k) for k in range(alarms + 1)
        )
        low, high = (rate, high) if chance > 0.05 else (low, rate)
    return 1000 * high


@pytest.mark.parametrize(("alarms", "judged"), [(0, 12), (1, 12), (5, 12), (12, 12)])
def test_ab_alarms_and_their_exact_limit(store: WarehouseStore, alarms: int, judged: int) -> None:
    """One per A/B of equal code, however many metrics differ; the limit is Clopper's."""
    record = builders.run([WHAT])
    for number in range(judged):
        said = Verdict.WORSE if number < alarms else Verdict.UNCHANGED
        percents = (2.0, 3.0) if number < alarms else (0.1, 0.1)
        store.land_verdicts(regressions.control(record, WHAT, number, percents, said=said))
    sql = (
        "select compared, alarms, alarms_per_1000, at_most_per_1000, alarms_higher, alarms_lower, "
    )
    sql += "cpu_higher, cpu_lower, one_sided_p from v_false_alarms where ground = 'ab'"
    assert ask(store, sql) == [
        (judged, alarms, pytest.approx(1000 * alarms / judged),
         pytest.approx(exact_limit(alarms, judged), rel=1e-6), alarms, 0, judged, 0,
         pytest.approx(2 * 0.5**judged))
    ]  # fmt: skip


def test_the_limit_of_the_promise(store: WarehouseStore) -> None:
    """0 of 1,240 comparisons: at most 2.4 per 1,000."""
    record = builders.run([WHAT])
    said = [one for number in range(1_240) for one in regressions.control(record, WHAT, number)]
    store.land_verdicts(said)
    sql = "select compared, alarms, round(at_most_per_1000, 1) from v_false_alarms"
    assert ask(store, sql) == [(1_240, 0, 2.4)]


def test_an_even_split_favours_no_arm(store: WarehouseStore) -> None:
    """As many higher as lower: the sign test says 1, never more."""
    record = builders.run([WHAT])
    for number in range(6):
        store.land_verdicts(regressions.control(record, WHAT, number, (0.1 * (-1) ** number, 0.0)))
    assert ask(store, "select cpu_higher, cpu_lower, one_sided_p from v_false_alarms") == [
        (3, 3, 1.0)
    ]


def test_controls_that_were_not_judged_do_not_count(store: WarehouseStore) -> None:
    """An open A/B counts as no alarm; one without evidence does not count at all."""
    record = builders.run([WHAT])
    open_ones = regressions.control(record, WHAT, 1, said=Verdict.INCONCLUSIVE)
    untested = regressions.control(record, WHAT, 2, said=Verdict.INCONCLUSIVE)
    refused = regressions.control(record, WHAT, 3, said=Verdict.NOT_COMPARABLE)
    store.land_verdicts(
        [*open_ones, *(replace(one, p_value=None) for one in (*untested, *refused))]
    )
    assert ask(store, "select compared, alarms from v_false_alarms") == [(1, 0)]


def test_a_clear_difference_without_a_good_direction_is_an_alarm(store: WarehouseStore) -> None:
    """It is inconclusive only because nobody said which way is good, or the outputs differ."""
    said = regressions.control(builders.run([WHAT]), WHAT, 1, said=Verdict.INCONCLUSIVE)
    store.land_verdicts([said[0], replace(said[1], p_value=0.0005)])
    assert ask(store, "select compared, alarms, alarms_lower from v_false_alarms") == [(1, 1, 1)]


def screened(
    store: WarehouseStore, states: list[State], fingerprints: list[str], *, then_ab: bool = False
) -> None:
    """Nights of one case as the screen saw them, each with the code that ran."""
    what = builders.benchmark("Sort", [CASE])
    records = builders.spread(len(states), lambda night: builders.run([what], night=night))
    for record, state, fingerprint in zip(records, states, fingerprints, strict=True):
        store.land_run(record)
        trials = builders.attempt(record, what)
        store.land_trials([replace(one, fingerprint=fingerprint) for one in trials])
        said = Verdict.UNCHANGED if state is State.NONE else Verdict.INCONCLUSIVE
        row = outcomes.verdict(
            record, Subject.CHANGE, said, "s", what=what, of=CASE, metric="cpu_ns"
        )
        store.land_verdicts([replace(row, state=state, change_percent=20.0)])
        if then_ab:
            later = replace(row, ground=Ground.AB, verdict=Verdict.UNCHANGED, state=State.NONE)
            moved = later.decided_at + timedelta(hours=1)
            store.land_verdicts([replace(later, decided_at=moved)])


SCREEN = "select compared, alarms, alarms_higher from v_false_alarms where ground = 'screen'"
QUIET, SUSPECT = State.NONE, State.SUSPECTED


def test_nights_of_equal_code_are_judged(store: WarehouseStore) -> None:
    """All but the first, which has nothing to be compared with."""
    screened(store, [QUIET] * 4, ["code"] * 4)
    assert ask(store, SCREEN) == [(3, 0, 0)]


def test_a_suspicion_of_equal_code_is_one_alarm_while_it_lasts(store: WarehouseStore) -> None:
    """Two nights of one suspicion count once; what an A/B says afterwards does not undo it."""
    screened(store, [QUIET, QUIET, SUSPECT, SUSPECT, QUIET], ["code"] * 5, then_ab=True)
    assert ask(store, SCREEN) == [(3, 1, 1)]


def test_suspicions_of_new_code_are_no_false_alarms(store: WarehouseStore) -> None:
    """A night counts only if the code stood still for as long as the screen looks back."""
    codes = ["old"] * 3 + ["new"] * 16
    screened(store, [QUIET] * 3 + [SUSPECT] + [QUIET] * 15, codes)
    assert ask(store, SCREEN) == [(2 + 4, 0, 0)]


def test_unknown_code_is_not_equal_code(store: WarehouseStore) -> None:
    """Without a fingerprint nothing is known of the code."""
    screened(store, [QUIET] * 3, [""] * 3)
    assert ask(store, SCREEN) == []


def test_what_would_have_been_seen_stands_by_ground(store: WarehouseStore) -> None:
    """The screen's figure stays beside that of the A/B which decided; so does the target's."""
    bad_night(store)
    store.land_verdicts(regressions.control(builders.run([WHAT]), WHAT, 1))
    sql = "select ground, control, round(detectable_percent, 1) from v_detectable "
    sql += "where metric = 'cpu_ns' and parameters = 'size=10' and ground <> 'target' order by all"
    assert ask(store, sql) == [("ab", False, 1.2), ("ab", True, 0.9), ("screen", False, 3.1)]
    sql = """
        select count(*), bool_and(abs(detectable_percent - expected) < 1e-9)
        from v_detectable join (
            select campaign, case_id, metric,
                100 * greatest(high - value, value - low) / value as expected
            from v_measurements
        ) using (campaign, case_id, metric)
        where ground = 'target'
    """
    assert ask(store, sql) == [(1, True)]


def test_what_could_not_have_been_seen_has_no_row(store: WarehouseStore) -> None:
    """A series without history, or a target without a value, shows nothing at any size."""
    record = builders.run([WHAT])
    for subject in (Subject.CHANGE, Subject.TARGET):
        said = outcomes.verdict(
            record, subject, Verdict.INCONCLUSIVE, "r", what=WHAT, of=CASE, metric="cpu_ns"
        )
        store.land_verdicts([replace(said, detectable_percent=None)])
    assert ask(store, "from v_detectable") == []


def test_the_latest_of_each_series_is_marked(store: WarehouseStore) -> None:
    """One row per series and ground is the newest."""
    screened(store, [QUIET] * 3, ["code"] * 3)
    sql = "select night, latest from v_detectable order by night"
    assert [latest for _, latest in ask(store, sql)] == [False, False, True]


@pytest.mark.parametrize(
    ("kind", "values", "effect", "percent"),
    [
        (MetricKind.POSITIVE, (100.0, 110.0), math.log(1.1), 10.0),
        (MetricKind.SIGNED, (-3.0, 5.0), 0.04, 4.0),
        (MetricKind.PROPORTION, (0.9, 0.85), -0.05, -5.0),
        (MetricKind.EXACT, (200.0, 210.0), 10.0, 5.0),
        (MetricKind.EXACT, (0.0, 3.0), 3.0, None),
    ],
)
def test_a_difference_is_told_by_kind(
    store: WarehouseStore,
    kind: MetricKind,
    values: tuple[float, float],
    effect: float,
    percent: float | None,
) -> None:
    """Percent of A, of its wall time, or percentage points; null where there is none."""
    block = outcomes.blocks(builders.run([WHAT]), WHAT, 1)[0]
    value_a, value_b = values
    store.land_blocks(
        [replace(block, kind=kind, value_a=value_a, value_b=value_b, effect=effect, log_ratio=0.0)]
    )
    ((found, difference),) = ask(store, "select effect, difference_percent from v_blocks")
    assert found == effect
    assert difference == (None if percent is None else pytest.approx(percent))


def test_no_row_holds_what_is_no_number(store: WarehouseStore) -> None:
    """One odd block or verdict would make every average of a reader odd."""
    record, odd = builders.run([WHAT]), math.nan
    blocks = outcomes.blocks(record, WHAT, 2)
    broken = replace(blocks[1], value_b=odd, log_ratio=odd, effect=odd, neighbour=math.inf)
    store.land_blocks([blocks[0], broken])
    said: VerdictRecord = regressions.worse(record, WHAT)[0]
    store.land_verdicts([replace(said, p_value=odd, change_percent=odd, high_percent=math.inf)])
    sql = "select value_b, log_ratio, effect, difference_percent, neighbour from v_blocks "
    assert ask(store, f"{sql} where number = 1") == [(None, 0.0, None, None, 0.0)]
    sql = "select p_value, change_percent, high_percent, low_percent from v_changes"
    assert ask(store, sql) == [(None, None, None, said.low_percent)]


def test_what_a_plan_compares_with(store: WarehouseStore) -> None:
    """A planned A/B names its reference."""
    record = builders.plan(builders.run([WHAT]))
    store.land_run(replace(record, plan=(replace(record.plan[0], reference="then"),)))
    assert ask(store, "select reference from v_plan") == [("then",)]
