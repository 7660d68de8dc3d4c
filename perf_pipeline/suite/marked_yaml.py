"""YAML read with the line of every field, and safely, whatever the file holds.

Scalars follow the core schema of YAML 1.2: `yes`, `no`, `on` and `13:30` are text. A file is
bounded in size, depth and number of values with aliases counted in full, so that no small file
can grow large.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import yaml

from perf_pipeline.suite.fault import FieldPath, Problem, printable, shortened, shown

MAX_BYTES = 1_000_000
MAX_DEPTH = 32
MAX_VALUES = 20_000
LONG_TEXT = 64
"""Every so many characters of a text count as one more value."""
LONGEST_NUMBER = 40

Scalar = str | int | float | bool | None

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+", re.ASCII)
_OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
_NOT_FINITE = re.compile(r"([-+]?)\.(inf|Inf|INF)|\.(nan|NaN|NAN)", re.ASCII)
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
_QUOTES = ("'", '"', "|", ">")
_Loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


@dataclass(frozen=True, slots=True)
class Node:
    """A value and the line it is on (for a field, the line of its name)."""

    line: int
    value: Scalar | dict[str, Node] | list[Node]
    text: str = ""
    """A scalar as it was written."""
    size: int = 1
    """Values in it, itself included and aliases counted in full."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """A problem of the YAML itself, and its line."""

    line: int
    problem: Problem


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document, and the flaws that did not stop the reading."""

    node: Node
    flaws: tuple[Flaw, ...]


@dataclass(slots=True)
class Documents:
    """What could be read of a file; `broken` says where and why reading broke off."""

    complete: list[Document] = field(default_factory=list)
    broken: Flaw | None = None


class _BrokenError(Exception):
    """Raised where a file cannot be read any further."""

    def __init__(self, line: int, found: str, allowed: str) -> None:
        super().__init__(found)
        self.flaw = Flaw(line, Problem((), found, allowed))


def read_documents(content: bytes) -> Documents:
    """Read all YAML documents of a file; never raises, whatever the bytes."""
    documents = Documents()
    try:
        documents.complete.extend(_documents(_decoded(content)))
    except _BrokenError as broken:
        documents.broken = broken.flaw
    return documents


def line_of(node: Node, path: FieldPath) -> int:
    """The line of the field at a path, or of the innermost part of the path that is there."""
    for part in path:
        if isinstance(node.value, dict) and part in node.value:
            node = node.value[str(part)]
        elif isinstance(node.value, list) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
        else:
            break
    return node.line


def plain(node: Node, texts: frozenset[FieldPath] = frozenset(), path: FieldPath = ()) -> object:
    """The value without its lines.

    Args:
        node: What to convert.
        texts: Paths of scalars that stay text as written (`3.10` is no number); `*` as the last
            part is any name.
        path: Where the node stands.
    """
    if isinstance(node.value, dict):
        return {name: plain(child, texts, (*path, name)) for name, child in node.value.items()}
    if isinstance(node.value, list):
        return [plain(child, texts, (*path, i)) for i, child in enumerate(node.value)]
    return node.text if path in texts or (*path[:-1], "*") in texts else node.value


def resolved(text: str) -> Scalar:
    """What an unquoted scalar means in the core schema of YAML 1.2.

    >>> [resolved(text) for text in ("10", "1e3", "true", "yes", "")]
    [10, 1000.0, True, 'yes', None]
    """
    if text in _WORDS:
        return _WORDS[text]
    if len(text) > LONGEST_NUMBER:
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _OTHER_BASE.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text) or _NOT_FINITE.fullmatch(text):
        return float(re.sub(r"\.(?=[a-zA-Z])", "", text) if text[-1].isalpha() else text)
    return text


def _decoded(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise _BrokenError(1, f"{len(content):,} bytes", f"at most {MAX_BYTES:,} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found = f"the byte 0x{content[error.start]:02x}"
        raise _BrokenError(line, found, "text in UTF-8") from None


def _documents(text: str) -> Iterator[Document]:
    try:
        composer = _Composer(yaml.parse(text, Loader=_Loader))
        yield from composer.documents()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise _BrokenError(line, _syntax(error), "YAML, indented by spaces") from None
    except yaml.YAMLError as error:
        raise _BrokenError(1, shown(str(error)), "YAML") from None


def _syntax(error: yaml.MarkedYAMLError) -> str:
    parts = [str(part) for part in (error.problem, error.context) if part]
    return printable(f"broken YAML ({' '.join(parts)})")


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


class _Composer:
    """Turns the parser's events into documents."""

    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self.events = events
        self.anchors: dict[str, Node] = {}
        self.flaws: list[Flaw] = []
        self.values = 0

    def documents(self) -> Iterator[Document]:
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                self.anchors, self.flaws = {}, []
                node = self.node(next(self.events), ())
                yield Document(node, tuple(self.flaws))

    def node(self, event: yaml.Event, path: FieldPath) -> Node:
        line = _line(event)
        if isinstance(event, yaml.AliasEvent):
            return self.aliased(event, line)
        if len(path) > MAX_DEPTH:
            raise _BrokenError(line, "deeper nesting", f"at most {MAX_DEPTH} levels")
        self.count(1, line)
        node = self.composed(event, line, path)
        if isinstance(event, yaml.NodeEvent) and event.anchor:
            self.anchors[event.anchor] = node
        return node

    def flaw(self, line: int, path: FieldPath, found: str, allowed: str) -> None:
        self.flaws.append(Flaw(line, Problem(path, shortened(found), allowed)))

    def count(self, values: int, line: int) -> None:
        self.values += values
        if self.values > MAX_VALUES:
            allowed = f"at most {MAX_VALUES:,} values, aliases counted in full"
            raise _BrokenError(line, "more values", allowed)

    def aliased(self, event: yaml.AliasEvent, line: int) -> Node:
        if event.anchor not in self.anchors:
            found = shortened(f"*{event.anchor}")
            raise _BrokenError(line, found, "an alias of an &anchor that ends above it")
        node = self.anchors[event.anchor]
        self.count(node.size, line)
        return node

    def composed(self, event: yaml.Event, line: int, path: FieldPath) -> Node:
        tag = getattr(event, "tag", None)
        if tag is not None:
            self.flaw(line, path, f"the tag {tag}", "values without tags")
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(line, path)
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event, line, path)
        return self.sequence(line, path)

    def scalar(self, event: yaml.ScalarEvent, line: int, path: FieldPath) -> Node:
        text = event.value
        if _NO_TEXT.search(text):
            self.flaw(line, path, "a character that is no text", "text without it")
        value = text if event.style in _QUOTES else resolved(text)
        return Node(line, value, text, size=1 + len(text) // LONG_TEXT)

    def sequence(self, line: int, path: FieldPath) -> Node:
        items: list[Node] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.node(event, (*path, len(items))))
        return Node(line, items, size=1 + sum(item.size for item in items))

    def mapping(self, line: int, path: FieldPath) -> Node:
        fields: dict[str, Node] = {}
        size = 1
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            at = _line(event)
            key = self.node(event, (*path, ""))
            value = self.node(next(self.events), (*path, key.text))
            size += key.size + value.size
            if isinstance(key.value, dict | list):
                self.flaw(at, path, "a list or mapping as a name", "text")
            elif key.text in fields:
                found = f"it twice, first on line {fields[key.text].line}"
                self.flaw(at, (*path, key.text), found, "each name once")
            else:
                fields[key.text] = replace(value, line=at)
        return Node(line, fields, size=size)
