"""Start the server: `serve.py PORT [--places N] [--per-second R] [--burst N] [--cache FILE]`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import uvicorn

from cache_server.app import Server, application
from cache_server.limits import Pool, RateLimit

KEYS = frozenset(f"agent-{number}" for number in range(10))


def main() -> None:
    """Serve on 127.0.0.1 until a signal asks to stop; requests under way are answered first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("--places", type=int, default=30)
    parser.add_argument("--per-second", type=float, default=10_000)
    parser.add_argument("--burst", type=int, default=10_000)
    parser.add_argument("--cache", type=Path)
    asked = parser.parse_args()
    limit = RateLimit(asked.per_second, asked.burst)
    server = Server(KEYS, Pool(asked.places), limit, cache_file=asked.cache)
    uvicorn.run(
        application(server),
        host="127.0.0.1",
        port=asked.port,
        log_level="warning",
        timeout_graceful_shutdown=30,
    )


if __name__ == "__main__":
    main()
