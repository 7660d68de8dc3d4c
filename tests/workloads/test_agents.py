"""The collective loses no task, and says truly what it did."""

from __future__ import annotations

import hashlib
import socket
import threading
from collections import Counter
from contextlib import closing
from time import perf_counter_ns, sleep

import pytest
from agents.collective import Collective
from agents.counters import HOST, Counters, Listener
from agents.ledger import Ledger
from agents.round import Round
from agents.task import Stage, Task
from agents.tracing import Tracing, complete_traces, span_ns


def payloads(count: int) -> list[bytes]:
    """Different payloads, in order."""
    return [b"%06d" % number for number in range(count)]


def run(stages: list[Stage], count: int, agents: int = 3, in_flight: int = 6) -> Round:
    """One round of a collective of its own."""
    with closing(Collective(stages, agents)) as collective:
        return collective.run(payloads(count), in_flight)


def append(letter: bytes) -> Stage:
    """A stage that puts its letter behind the payload."""
    return Stage(letter.decode(), lambda payload: payload + letter)


@pytest.mark.parametrize("agents", [1, 2, 5])
@pytest.mark.parametrize("in_flight", [1, 4, 64])
def test_no_task_is_lost_or_done_twice(agents: int, in_flight: int) -> None:
    """Every task comes out once, in order, having been through every stage in its order."""
    stages = [append(b"a"), append(b"b"), append(b"c")]
    done = run(stages, 200, agents, in_flight)
    assert [task.payload for task in done.tasks] == [text + b"abc" for text in payloads(200)]
    assert done.succeeded == 200
    assert len(done.hops_ns) == 400
    assert len(done.depths) == 600
    assert max(done.depths) <= in_flight


def test_the_next_stage_is_done_by_the_next_agent() -> None:
    """The stages of a task go round the agents, and tasks begin at all of them."""

    def name(payload: bytes) -> bytes:
        return payload + threading.current_thread().name.encode()[-1:]

    done = run([Stage("first", name), Stage("second", name)], 6, agents=3)
    assert [task.payload[-2:] for task in done.tasks] == [b"01", b"12", b"20"] * 2


def test_failing_tasks_fail_alone() -> None:
    """A stage that raises ends its task with the error; all others succeed."""

    def picky(payload: bytes) -> bytes:
        if payload.endswith(b"7"):
            raise ValueError("seven")
        return payload

    done = run([Stage("picky", picky), append(b"x")], 100)
    assert done.succeeded == 90
    assert done.observations()["tasks_succeeded"] == (90, 100)
    assert [task.payload[-1:] for task in done.tasks if task.error] == [b"7"] * 10
    assert len(done.latencies_ns) == 90
    assert len(done.hops_ns) == 90


def test_a_round_without_success_says_why() -> None:
    """Where every task fails there is nothing to measure, and the first reason is named."""

    def broken(_payload: bytes) -> bytes:
        raise OSError("disk full")

    done = run([Stage("broken", broken)], 5)
    with pytest.raises(RuntimeError, match="none of 5 tasks succeeded: disk full"):
        done.observations()


def test_no_more_tasks_are_under_way_than_allowed() -> None:
    """The bound on tasks in flight holds at every moment, and is reached."""
    lock, inside, most = threading.Lock(), Counter[str](), 0

    def enter(payload: bytes) -> bytes:
        nonlocal most
        with lock:
            inside["now"] += 1
            most = max(most, inside["now"])
        sleep(0.002)
        with lock:
            inside["now"] -= 1
        return payload

    run([Stage("enter", enter)], 40, agents=8, in_flight=3)
    assert most == 3


def test_utilisation_is_time_spent_in_stages() -> None:
    """One busy agent of four is a quarter of the collective; latency holds queueing."""

    def pause(payload: bytes) -> bytes:
        sleep(0.02)
        return payload

    wait = Stage("wait", pause)
    done = run([wait], 12, agents=4, in_flight=1)
    assert 12 < done.utilisation_percent <= 25
    waiting = run([wait], 12, agents=1, in_flight=12)
    assert waiting.utilisation_percent > 60
    assert max(waiting.latencies_ns) > 5 * min(waiting.latencies_ns)


def test_rounds_follow_each_other() -> None:
    """A collective can be used again; each round counts its own tasks only."""
    with closing(Collective([append(b"x")], 2)) as collective:
        rounds = [collective.run(payloads(10), in_flight=4) for _ in range(3)]
    assert [len(done.tasks) for done in rounds] == [10, 10, 10]
    assert [len(done.depths) for done in rounds] == [10, 10, 10]


def test_a_lost_task_is_an_error_not_a_hang(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for a task that never ends is told so."""
    monkeypatch.setattr("agents.collective.PATIENCE_S", 0.05)
    gate = threading.Event()
    stuck = Stage("stuck", lambda payload: payload * gate.wait(10))
    with closing(Collective([stuck], 1)) as collective:
        with pytest.raises(TimeoutError, match="lost or hangs"):
            collective.run(payloads(1), in_flight=1)
        gate.set()


def test_ledger_is_a_chain_of_hashes() -> None:
    """Each head is the hash of the head before and the payload."""
    ledger, head = Ledger(chains=1), bytes(32)
    for payload in payloads(20):
        head = hashlib.sha256(head + payload).digest()
        assert ledger.append(payload) == head
    assert ledger.length == 20


def test_ledger_loses_no_entry_to_threads() -> None:
    """Everything that several agents record is counted."""
    ledger = Ledger(chains=2)
    done = run([Stage("record", ledger.append)], 500, agents=4, in_flight=16)
    assert ledger.length == done.succeeded == 500
    assert len(ledger.waits_ns.take()) == 500


def test_more_chains_mean_less_waiting() -> None:
    """The lock is held over work that frees the interpreter, so one chain is waited for."""

    def waited_ns(chains: int) -> float:
        ledger = Ledger(chains)
        large = [number.to_bytes(1, "big") * 300_000 for number in range(40)]
        with closing(Collective([Stage("record", ledger.append)], 4)) as collective:
            collective.run(large, in_flight=8)
        return sum(ledger.waits_ns.take())

    one, many = (sum(waited_ns(chains) for _ in range(4)) for chains in (1, 32))
    assert many < one / 2


def test_every_task_is_one_trace() -> None:
    """A root, and below it a wait and a stage for every agent it came to."""
    with closing(Tracing()) as tracing:
        stages = [append(b"a"), append(b"b")]
        with closing(Collective(stages, 2, [tracing])) as collective:
            done = collective.run(payloads(30), in_flight=4)
        spans = tracing.take()
        assert tracing.take() == ()
    assert Counter(span.name for span in spans) == dict.fromkeys(
        ["task", "wait a", "a", "wait b", "b"], 30
    )
    assert complete_traces(spans, spans_each=5) == 30
    assert complete_traces(spans[1:], spans_each=5) == 29
    roots = {span.context.span_id for span in spans if span.parent is None}
    assert {span.parent.span_id for span in spans if span.parent} == roots
    tasks_ns = sorted(span_ns(span) for span in spans if span.name == "task")
    assert tasks_ns == sorted(done.latencies_ns)
    hand_overs = sorted(span_ns(span) for span in spans if span.name == "wait b")
    assert hand_overs == sorted(done.hops_ns)


def test_what_arrives_was_sent() -> None:
    """No counter arrives that was not sent, and after settling none is under way."""
    with closing(Listener()) as listener, closing(Counters(listener.port)) as counters:
        with closing(Collective([append(b"a"), append(b"b")], 2, [counters])) as collective:
            collective.run(payloads(50), in_flight=4)
        listener.settle()
        received = Counter(listener.received)
        names = ["agents.submitted", "agents.a", "agents.b", "agents.finished"]
        assert counters.sent == dict.fromkeys(names, 50)
        assert received <= counters.sent
        assert received.total() > 0
        sleep(0.02)
        assert listener.received == received


def test_counters_tell_failures_apart() -> None:
    """A task that failed is not counted as finished."""
    now_ns = perf_counter_ns()
    task = Task(0, b"", now_ns, now_ns, error=ValueError())
    with closing(Listener()) as listener, closing(Counters(listener.port)) as counters:
        counters.finished(task)
        listener.settle()
        assert listener.received == {"agents.failed": 1}


def test_listener_settles_behind_everything_sent_before() -> None:
    """Datagrams from another socket are counted before settling returns."""
    with closing(Listener()) as listener:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for number in range(100):
                sender.sendto(b"name%d:1|c" % (number % 2), (HOST, listener.port))
        listener.settle()
        assert listener.received == {"name0": 50, "name1": 50}
