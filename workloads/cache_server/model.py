"""Makes an answer: real work for the processor, the more the longer the question is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

WORDS = ("the", "answer", "depends", "on", "what", "you", "ask", "and", "how", "long", "it", "is")
ROUNDS_A_TOKEN = 400


@dataclass(frozen=True)
class Model:
    """A name, and the answers that belong to it: the same question gets the same one."""

    name: str

    def answer(self, question: str, max_tokens: int) -> str:
        """Words drawn from a hash that takes its time, a fraction of a millisecond each.

        The hash lets other threads run, as a library that computes outside the interpreter does.
        """
        state = f"{self.name}/{question}".encode()
        words = []
        for _ in range(max_tokens):
            state = hashlib.pbkdf2_hmac("sha256", state, b"token", ROUNDS_A_TOKEN)
            words.append(WORDS[state[0] % len(WORDS)])
        return " ".join(words)
