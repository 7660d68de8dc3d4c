"""A request on its way through all four components."""

from __future__ import annotations

import json
from time import perf_counter_ns

import numpy as np
from agents.task import Stage
from observing import Journal
from ryot.serving import BatchServer
from sigma_lang.compressor import SharedCompressor
from sigma_vault.vault import Vault
from sigma_vault.writer import GroupWriter

PROMPT_TOKENS = 32


class Workflow:
    """Recall an RSU, continue its text, compress the reply, keep it.

    The four are stages of a task; what goes from one to the next is the RSU's key, a line end
    and the text or frame it is about. The journals hold what the components did since they were
    last taken.
    """

    def __init__(
        self,
        vault: Vault,
        writer: GroupWriter,
        server: BatchServer,
        compressor: SharedCompressor,
    ) -> None:
        """Use the components; whoever made them closes them."""
        self._vault = vault
        self._writer = writer
        self._server = server
        self._compressor = compressor
        self.first_tokens_ns = Journal()
        self.reads_ns = Journal()
        self.writes_ns = Journal()
        self.plain_bytes = Journal()
        self.packed_bytes = Journal()

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The four in their order."""
        return (
            Stage("recall", self._recall),
            Stage("generate", self._generate),
            Stage("compress", self._compress),
            Stage("keep", self._keep),
        )

    def _recall(self, key: bytes) -> bytes:
        started_ns = perf_counter_ns()
        frame = self._vault.get(key.decode())
        self.reads_ns.note(perf_counter_ns() - started_ns)
        if frame is None:
            raise LookupError(f"the vault has no RSU {key.decode()}")
        return key + b"\n" + self._compressor.decompress(frame)

    def _generate(self, payload: bytes) -> bytes:
        key, _, text = payload.partition(b"\n")
        prompt = np.frombuffer(text[:PROMPT_TOKENS], dtype=np.uint8).astype(np.int64)
        reply = self._server.generate(prompt)
        self.first_tokens_ns.note(reply.first_token_ns)
        answer = json.dumps({"reply_to": key.decode(), "tokens": reply.tokens})
        return payload + answer.encode()

    def _compress(self, payload: bytes) -> bytes:
        key, _, record = payload.partition(b"\n")
        frame = self._compressor.compress(record)
        self.plain_bytes.note(len(record))
        self.packed_bytes.note(len(frame))
        return key + b"\n" + frame

    def _keep(self, payload: bytes) -> bytes:
        key, _, frame = payload.partition(b"\n")
        started_ns = perf_counter_ns()
        self._writer.put(f"reply:{key.decode()}", frame)
        self.writes_ns.note(perf_counter_ns() - started_ns)
        return key
