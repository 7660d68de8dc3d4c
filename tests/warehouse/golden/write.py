"""Writes one landing file per kind, and what the warehouse makes of them, as format 1 has it.

The files of a format are written once and kept: they stand for all that people have landed by
then. A new format gets a folder beside; `python tests/warehouse/golden/write.py FOLDER`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.warehouse import builders, nights
from warehouse.formats import to_csv
from warehouse.query import run_query

QUERY = """
select campaign, component, benchmark, parameters, metric, round(value, 6) as value, unit, n
from v_measurements order by all
"""


def write(folder: Path) -> None:
    """Land one small campaign below `folder` and write its measurements beside it."""
    store = nights.store_in(folder)
    cases = [builders.case("Sort", size=10)]
    nights.land_night(store, builders.run([builders.benchmark("Sort", cases)]))
    store.load()
    table = run_query(store.publish(), QUERY)
    (folder / "measurements.csv").write_text(to_csv(table), encoding="utf-8")
    for left in folder.glob("*.duckdb*"):
        left.unlink()


if __name__ == "__main__":
    write(Path(sys.argv[1]))
