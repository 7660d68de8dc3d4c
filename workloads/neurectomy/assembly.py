"""The four components wired to one system that answers requests end to end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice

from agents.collective import Collective
from agents.counters import Counters, Listener
from agents.round import Round
from agents.tracing import Tracing, complete_traces
from observing import Observations, to_ms
from ryot.serving import BatchServer
from ryot.transformer import load_model
from sigma_lang.compressor import SharedCompressor, train_dictionary
from sigma_lang.records import held_out_texts
from sigma_vault.contents import keys_by_popularity, rsu_key, temporary_vault
from sigma_vault.vault import Vault
from sigma_vault.writer import GroupWriter

from neurectomy.workflow import Workflow

AGENTS = 4
RSUS = 1_000
RSU_BYTES = 1_024
CACHE_ENTRIES = 250
REPLY_TOKENS = 10


@dataclass(frozen=True, slots=True)
class System:
    """The running system, the requests it is asked and what watches it."""

    collective: Collective
    server: BatchServer
    writer: GroupWriter
    workflow: Workflow
    tracing: Tracing
    counters: Counters
    listener: Listener
    keys: Iterator[str]

    def answer(self, requests: int, in_flight: int) -> tuple[Round, Observations]:
        """Answer the next requests, so many under way at once, and say how it went."""
        payloads = [key.encode() for key in islice(self.keys, requests)]
        before = self.listener.received.total(), self.counters.sent.total()
        done = self.collective.run(payloads, in_flight)
        self.listener.settle()
        received = self.listener.received.total() - before[0]
        sent = self.counters.sent.total() - before[1]
        spans_each = 1 + 2 * len(self.workflow.stages)
        return done, {
            **done.observations(),
            **self._components(),
            "traces_complete": (complete_traces(self.tracing.take(), spans_each), requests),
            "counters_received": (received, sent),
        }

    def _components(self) -> Observations:
        workflow = self.workflow
        return {
            "ttft_ms": to_ms(workflow.first_tokens_ns.take()),
            "read_latency_ms": to_ms(workflow.reads_ns.take()),
            "write_latency_ms": to_ms(workflow.writes_ns.take()),
            "compression_ratio": sum(workflow.plain_bytes.take())
            / sum(workflow.packed_bytes.take()),
            "ryot_queue_depth": self.server.depths.take(),
            "sigma_vault_queue_depth": self.writer.depths.take(),
        }


@contextmanager
def assembled() -> Iterator[System]:
    """The small model, a vault of a thousand RSUs, the dictionary, four agents, all watched."""
    compressor = SharedCompressor(train_dictionary())
    with (
        temporary_vault(CACHE_ENTRIES) as vault,
        closing(GroupWriter(vault)) as writer,
        closing(_server()) as server,
        closing(Listener()) as listener,
        closing(Counters(listener.port)) as counters,
        closing(Tracing()) as tracing,
    ):
        _fill(vault, compressor)
        workflow = Workflow(vault, writer, server, compressor)
        with closing(Collective(workflow.stages, AGENTS, [tracing, counters])) as collective:
            yield System(
                collective=collective,
                server=server,
                writer=writer,
                workflow=workflow,
                tracing=tracing,
                counters=counters,
                listener=listener,
                keys=keys_by_popularity(rsus=RSUS),
            )


def _server() -> BatchServer:
    """At most as many requests at once as there are agents; a little patience fills the batch."""
    model = load_model("small")
    return BatchServer(model, max_tokens=REPLY_TOKENS, max_batch=AGENTS, linger_s=0.001)


def _fill(vault: Vault, compressor: SharedCompressor) -> None:
    """Every RSU holds a compressed text of its own and already has a reply, soon overwritten."""
    texts = held_out_texts(RSU_BYTES, RSUS)
    frames = [(rsu_key(number), compressor.compress(text)) for number, text in enumerate(texts)]
    vault.put_many(frames)
    vault.put_many((f"reply:{key}", frame) for key, frame in frames)
