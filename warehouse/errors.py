"""What can go wrong with kept figures, one class per situation."""

from __future__ import annotations

from perf_pipeline.errors import PerfError


class WarehouseError(PerfError):
    """Base of all errors of the warehouse; also a database file that cannot be opened at all."""

    @property
    def sentence(self) -> str:
        """All that is known, on one line."""
        return " ".join(str(self).split())


class LandingError(WarehouseError):
    """A landing file cannot be written or read."""


class WarehouseBusy(WarehouseError):  # noqa: N818  # a state, named as people say it
    """Another process holds the database file; nothing was changed."""


class WarehouseVersionError(WarehouseError):
    """The database file was made by another version of the program."""


class WarehouseOutdated(WarehouseVersionError):  # noqa: N818  # a state, named as people say it
    """The database file was made by an older version; landing can make it anew."""


class QueryError(WarehouseError):
    """A reader's SQL could not be answered."""
