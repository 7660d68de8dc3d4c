"""Holds a database open like a forgotten notebook: `hold.py PATH [read_only]`; ends with stdin."""

from __future__ import annotations

import sys

import duckdb

connection = duckdb.connect(sys.argv[1], read_only=len(sys.argv) > 2)
print("open", flush=True)  # noqa: T201  # tells the test
sys.stdin.read()
connection.close()
