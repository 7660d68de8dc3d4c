"""The environment a worker gets: clean, declared, the same every night."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from perf_pipeline.model import Fact
from perf_pipeline.suite.benchmark import Benchmark, Suite

INHERITED = ("PATH", "HOME", "LANG")
THREAD_LIMITS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
TRIAL_MARK = "PERF_TRIAL"
"""In the environment of every process of a trial, so that leftovers can be told from others."""


def worker_environment(benchmark: Benchmark, hash_seed: int, temporary: Path) -> dict[str, str]:
    """PATH, HOME, LANG, one BLAS thread, and what the benchmark declares; nothing else.

    BLAS threads are 1 because two on a busy machine cost up to 500 times the wall time; declare
    another number under `environment: set` to measure it.
    """
    environment = inherited()
    environment |= dict.fromkeys(THREAD_LIMITS, "1")
    environment["PYTHONHASHSEED"] = str(hash_seed)
    environment["TMPDIR"] = str(temporary)
    environment[TRIAL_MARK] = temporary.parent.name
    passed = benchmark.environment_passed
    environment |= {name: os.environ[name] for name in passed if name in os.environ}
    environment |= dict(benchmark.environment_set)
    return environment


def inherited() -> dict[str, str]:
    """What a program of ours gets of the caller's environment."""
    environment = {name: os.environ[name] for name in INHERITED if name in os.environ}
    environment.setdefault("LANG", "C.UTF-8")
    return environment


def passed_facts(suite: Suite, salt_file: Path) -> tuple[Fact, ...]:
    """The passed variables as names and salted hashes: that one changed shows, its value never.

    The salt belongs to the home, so a hash cannot be looked up elsewhere.
    """
    names = sorted({name for one in suite.benchmarks for name in one.environment_passed})
    if not names:
        return ()
    salt = _salt(salt_file)
    return tuple(Fact(f"variable {name}", _hashed(name, salt)) for name in names)


def _hashed(name: str, salt: bytes) -> str:
    value = os.environ.get(name)
    if value is None:
        return "not set"
    return hmac.new(salt, value.encode(), hashlib.sha256).hexdigest()[:12]


def _salt(file: Path) -> bytes:
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_bytes(secrets.token_bytes(32))
    return file.read_bytes()
