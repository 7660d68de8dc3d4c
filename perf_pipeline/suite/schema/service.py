"""Declared services and the load put on them."""

from __future__ import annotations

import re
import warnings
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, JsonValue, model_validator

from perf_pipeline.suite.schema.base import (
    Command,
    Declared,
    Seconds,
    Text,
    UrlPath,
    listed,
    not_allowed,
)


def _expression(text: str) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        raise not_allowed(f"a regular expression ({error})") from None
    return text


class DeclaredReadiness(Declared):
    """How a service shows that it is ready: one of the three."""

    http: UrlPath | None = Field(
        default=None, description="A path that answers with a status below 400."
    )
    tcp: Literal[True] | None = Field(
        default=None, description="true: the port accepts connections."
    )
    log: Annotated[Text, AfterValidator(_expression)] | None = Field(
        default=None, description="A regular expression that a line of its output matches."
    )

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if len(self.model_fields_set) != 1 or not any((self.http, self.tcp, self.log)):
            raise not_allowed("one of http, tcp and log")
        return self


class DeclaredService(Declared):
    """A program that serves; it is started anew for every trial on a free port."""

    command: Command = Field(
        description="How to start it. {port}, {parameter}, {suite}, {folder} and {python} are "
        "filled in."
    )
    ready: DeclaredReadiness = Field(
        default=DeclaredReadiness(tcp=True), description="When requests may begin."
    )
    stop: Literal["SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGKILL"] = Field(
        default="SIGTERM", description="The signal that ends it."
    )
    start_timeout: Seconds = Field(default=30, description="Seconds it may take to get ready.")

    @model_validator(mode="after")
    def _has_port(self) -> Self:
        if not any("{port}" in word for word in self.command):
            raise not_allowed("a command with {port} where the program takes its port")
        return self


class DeclaredRequest(Declared):
    """One kind of request."""

    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] = Field(
        default="GET", description="HTTP method."
    )
    path: UrlPath = Field(description="Path with query; {parameter} is filled in.")
    headers: dict[str, str] = Field(default={}, description="Headers by name.")
    json_: JsonValue = Field(default=None, alias="json", description="A body sent as JSON.")
    body: str | None = Field(default=None, description="A body sent as it stands.")
    expect_status: Annotated[
        list[Annotated[int, Field(ge=100, le=599)]],
        BeforeValidator(listed, json_schema_input_type=int | list[int]),
        Field(min_length=1),
    ] = Field(default=[200], description="The status (or statuses) that count as success.")
    weight: Annotated[float, Field(gt=0)] = Field(
        default=1, description="Its share among the requests."
    )

    @model_validator(mode="after")
    def _has_one_body(self) -> Self:
        if "json_" in self.model_fields_set and self.body is not None:
            raise not_allowed("either json or body")
        return self


class DeclaredLoad(Declared):
    """Requests at several levels; the level is the case parameter `load`."""

    model: Literal["open", "closed"] = Field(
        default="open",
        description="open: requests arrive by the clock, levels are requests/s. closed: each "
        "client waits for its answer, levels are clients.",
    )
    levels: Annotated[list[Annotated[float, Field(gt=0, le=1e6)]], Field(min_length=1)] = Field(
        description="Requests/s (open) or clients (closed), one case each."
    )
    duration: Seconds = Field(default=10, description="Seconds of load in each trial.")
    timeout: Seconds = Field(
        default=10, description="Seconds after which a request counts as timed out."
    )
    requests: Annotated[list[DeclaredRequest], Field(min_length=1)] = Field(
        description="What is asked; drawn by weight."
    )

    @model_validator(mode="after")
    def _clients_are_whole(self) -> Self:
        if self.model == "closed" and any(level % 1 for level in self.levels):
            raise not_allowed("whole numbers of clients as levels of a closed load")
        if len(set(self.levels)) < len(self.levels):
            raise not_allowed("each level once")
        return self
