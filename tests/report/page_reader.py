"""Reads a page as a browser would, and notes what is wrong with it."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "hr", "img", "input", "circle", "polyline", "path"}
LIMIT_BYTES = 300_000


class Page(HTMLParser):
    """What a browser would find: open tags, tables with and without headers, addresses, ids."""

    def __init__(self, text: str) -> None:
        """Read the page to its end."""
        super().__init__()
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self.faults: list[str] = []
        self.headers_in_table = 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag, its address and its id."""
        self.tags[tag] += 1
        self.headers_in_table = 0 if tag == "table" else self.headers_in_table + (tag == "th")
        for name, value in attrs:
            if name in ("src", "href", "action", "data", "srcset", "poster", "xlink:href"):
                self.addresses.append(value or "")
            if name == "id":
                self.ids.append(value or "")
            if name.startswith("on"):
                self.faults.append(f"{tag} {name}")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Every end closes the last beginning."""
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")
        if tag == "table" and not self.headers_in_table:
            self.faults.append(f"a table without headers before {self.getpos()}")
