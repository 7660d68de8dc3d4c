"""What all models of declared things share: strictness and the sorts of text and number."""

from __future__ import annotations

import math
import shlex
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from perf_pipeline.model import ParameterValue
from perf_pipeline.suite.fault import shown

PATTERNS = {
    r"^[A-Za-z][A-Za-z0-9_]*$": "letters, digits and _, beginning with a letter",
    r"^[A-Za-z_][A-Za-z0-9_]*$": "letters, digits and _, not beginning with a digit",
    r"^[A-Za-z][A-Za-z0-9_.-]*$": "letters, digits, _ . and -, beginning with a letter",
    r"^[A-Za-z0-9_.-]{1,63}$": "1 to 63 letters, digits, _ . and -",
    r"^/": "a path beginning with /",
    r"^[^:]+:[A-Za-z_][A-Za-z0-9_]*$": "file.py:factory or package.module:factory",
    r"^tcp://[^:/]+:[0-9]{1,5}$": "an address such as tcp://127.0.0.1:6379",
    r"^([01][0-9]|2[0-3]):[0-5][0-9]$": "a time of day such as 03:30",
}
"""Every pattern and how a person says it."""

_NAME, _VARIABLE, _LABEL, _TAG, _URL_PATH, _FACTORY, _ADDRESS, _TIME = PATTERNS

Name = Annotated[str, Field(pattern=_NAME, max_length=100)]
Variable = Annotated[str, Field(pattern=_VARIABLE, max_length=100)]
Label = Annotated[str, Field(pattern=_LABEL, max_length=100)]
Tag = Annotated[str, Field(pattern=_TAG)]
UrlPath = Annotated[str, Field(pattern=_URL_PATH)]
Factory = Annotated[str, Field(pattern=_FACTORY)]
Address = Annotated[str, Field(pattern=_ADDRESS)]
TimeOfDay = Annotated[str, Field(pattern=_TIME)]
Text = Annotated[str, Field(min_length=1)]
AsWritten = Annotated[str, WithJsonSchema({"type": ["string", "number", "boolean"]})]
"""Text that an author need not quote: the reader keeps such scalars as they were written."""
Seconds = Annotated[float, Field(gt=0, le=604_800)]


class Declared(BaseModel):
    """Something an author wrote: nothing is converted, nothing unknown is let through."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


def not_allowed(allowed: str) -> PydanticCustomError:
    """The error a validator raises, saying what it would have taken."""
    return PydanticCustomError("allowed", "{allowed}", {"allowed": allowed})


def listed(value: object) -> object:
    """One entry as a list of one."""
    return value if isinstance(value, list) or value is None else [value]


def _words(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return shlex.split(value)
    except ValueError:
        raise not_allowed("a command whose quotes are closed") from None


def _program_first(words: list[str]) -> list[str]:
    if not words or not words[0]:
        raise not_allowed("a program and its arguments")
    return words


def _grid_value(value: object) -> ParameterValue:
    if isinstance(value, float) and not math.isfinite(value):
        raise not_allowed("a finite number")
    if value is None or isinstance(value, str | int | float):
        return value
    raise not_allowed("text, a number, true, false or null")


def identity(value: ParameterValue) -> tuple[bool, ParameterValue]:
    """What makes two grid values the same: 1.0 is 1, but `true` is not."""
    return isinstance(value, bool), value


def _each_once(values: list[ParameterValue]) -> list[ParameterValue]:
    seen = set()
    for value in values:
        if identity(value) in seen:
            raise not_allowed(f"each value once ({shown(value)} stands twice)")
        seen.add(identity(value))
    return values


Command = Annotated[
    list[str],
    BeforeValidator(_words, json_schema_input_type=str | list[str]),
    AfterValidator(_program_first),
]
GridValue = Annotated[
    Any, PlainValidator(_grid_value, json_schema_input_type=str | float | bool | None)
]
GridValues = Annotated[
    list[GridValue], Field(min_length=1, max_length=1_000), AfterValidator(_each_once)
]
Grid = Annotated[dict[Variable, GridValues], Field(max_length=20)]
Cell = Annotated[dict[Variable, GridValue], Field(min_length=1)]
