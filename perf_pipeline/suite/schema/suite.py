"""A declared suite: `suite.yaml`."""

from __future__ import annotations

import re
import zoneinfo
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from perf_pipeline.suite.fault import FieldPath, near_name
from perf_pipeline.suite.schema.base import (
    AsWritten,
    Command,
    Declared,
    Name,
    Text,
    TimeOfDay,
    not_allowed,
)
from perf_pipeline.suite.schema.settings import DeclaredEnvironment

TEXTS: frozenset[FieldPath] = frozenset(
    [
        ("python",),
        ("revision",),
        ("schedule", "time"),
        ("environment", "set", "*"),
    ]
)
LONGEST_NIGHT_S = 7 * 86_400.0
_SPAN = re.compile(r"([0-9]{1,5})\s*(min|h)", re.ASCII)


def _time_zone(name: str) -> str:
    try:
        zoneinfo.ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        near = near_name(name, zoneinfo.available_timezones())
        hint = f" (did you mean {near}?)" if near else ""
        raise not_allowed(f"a time zone such as Europe/Berlin{hint}") from None
    return name


def _seconds(value: object) -> float:
    if isinstance(value, str) and (found := _SPAN.fullmatch(value)):
        value = int(found[1]) * (60 if found[2] == "h" else 1)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise not_allowed('minutes, or a span such as "6 h"')
    seconds = value * 60.0
    if not 0 < seconds <= LONGEST_NIGHT_S:
        raise not_allowed("more than nothing and at most a week")
    return seconds


class DeclaredSchedule(Declared):
    """When the suite is measured without anybody asking."""

    time: TimeOfDay = Field(description="Time of day, such as 03:30.")
    time_zone: Annotated[str, AfterValidator(_time_zone)] = Field(
        default="UTC", description="Such as Europe/Berlin."
    )
    week: Literal["nightly", "five_nights"] = Field(
        default="nightly",
        description="nightly: all five days every night. five_nights: one day each from Monday.",
    )


class DeclaredSuite(Declared):
    """The folder's own settings."""

    name: Name = Field(description="Unique among the registered suites: letters, digits and _.")
    repository: Text | None = Field(
        default=None,
        description="The git checkout to measure (default: the one this folder is in).",
    )
    revision: Text = Field(
        default="@{upstream}",
        description="What scheduled campaigns measure (default: upstream branch).",
    )
    build: Command | None = Field(
        default=None, description="A command that makes a checkout runnable."
    )
    python: AsWritten | None = Field(
        default=None, description="Interpreter of the workloads: a path or a version such as 3.12."
    )
    environment: DeclaredEnvironment = Field(
        default=DeclaredEnvironment(), description="Variables all workloads see."
    )
    schedule: DeclaredSchedule | None = Field(default=None, description="When it runs by itself.")
    budget: Literal["quick", "nightly", "full"] = Field(
        default="nightly", description="The budget unless told otherwise."
    )
    deadline: Annotated[float, BeforeValidator(_seconds, json_schema_input_type=float | str)] = (
        Field(
            default=0, description='How long a campaign may take: minutes, or a span such as "6 h".'
        )
    )
    fail_on: Literal["never", "worse"] = Field(default="never", description="What turns a run red.")
    alerts: list[Text] = Field(default=[], description="Who is told.")
    owner: str = Field(default="", description="Who answers for it.")
