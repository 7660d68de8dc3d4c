"""Pydantic's errors as problems an author understands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from perf_pipeline.suite.fault import FieldPath, Problem, choice, shown
from perf_pipeline.suite.schema.base import PATTERNS

MAX_PROBLEMS = 50
"""Nobody mends more at once, and near names of thousands take their time."""

_ALLOWED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing_size": "a smaller number",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "fields with values",
    "model_type": "fields with values",
    "finite_number": "a finite number",
    "greater_than": "more than {gt:,g}",
    "greater_than_equal": "at least {ge:,g}",
    "less_than": "less than {lt:,g}",
    "less_than_equal": "at most {le:,g}",
    "too_short": "at least {min_length} of them",
    "too_long": "at most {max_length} of them",
    "string_too_short": "text that is not empty",
    "string_too_long": "at most {max_length} characters",
    "allowed": "{allowed}",
}
_KEY = "[key]"
"""Pydantic's mark of a fault in a name rather than in its value."""
_QUOTED = re.compile("'([^']*)'")


def problems(error: ValidationError, model: type[BaseModel]) -> list[Problem]:
    """The first errors as problems, in the order of the model's fields."""
    return [_problem(detail, model) for detail in error.errors(include_url=False)[:MAX_PROBLEMS]]


def _problem(detail: ErrorDetails, model: type[BaseModel]) -> Problem:
    path = tuple(part for part in detail["loc"] if part != _KEY)
    if detail["type"] == "extra_forbidden":
        allowed = choice(path[-1], field_names(model, path[:-1]))
        return Problem(path, "an unknown field", allowed)
    if detail["type"] == "missing":
        return Problem(path, "nothing", description(model, path))
    return Problem(path, shown(detail["input"]), _allowed(detail))


def _allowed(detail: ErrorDetails) -> str:
    context: Mapping[str, Any] = detail.get("ctx", {})
    if detail["type"] == "string_pattern_mismatch":
        return PATTERNS[context["pattern"]]
    if detail["type"] == "literal_error":
        return choice(detail["input"], _QUOTED.findall(context["expected"]) or ["true"])
    template = _ALLOWED.get(detail["type"])
    return template.format(**context) if template else detail["msg"]


def field_names(model: type[BaseModel], path: FieldPath) -> list[str]:
    """The fields allowed at a path, as an author writes them."""
    fields = _model_at(model, path).model_fields
    return [field.alias or name for name, field in fields.items()]


def description(model: type[BaseModel], path: FieldPath) -> str:
    """What the field at a path is for."""
    for name, field in _model_at(model, path[:-1]).model_fields.items():
        if (field.alias or name) == path[-1]:
            return (field.description or name).rstrip(".")
    return "a value"


def _model_at(model: type[BaseModel], path: FieldPath) -> type[BaseModel]:
    """The innermost model on the way along a path; names in mappings and positions are skipped."""
    for part in path:
        for name, field in model.model_fields.items():
            if (field.alias or name) == part:
                model = _model_in(field.annotation) or model
    return model


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = (_model_in(argument) for argument in get_args(annotation))
    return next((model for model in inner if model), None)
