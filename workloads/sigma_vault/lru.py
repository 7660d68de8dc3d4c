"""A bounded cache that forgets what was used least recently."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class LruCache(Generic[Key, Value]):
    """At most `capacity` entries; every operation takes constant time. Not thread-safe.

    >>> cache = LruCache[str, int](capacity=1)
    >>> cache.put("a", 1)
    >>> cache.put("b", 2)
    >>> cache.get("a") is None, cache.get("b"), cache.hits, cache.misses
    (True, 2, 1, 1)
    """

    def __init__(self, capacity: int) -> None:
        """Start empty."""
        if capacity < 1:
            raise ValueError(f"a cache of {capacity} entries cannot hold anything")
        self._entries: OrderedDict[Key, Value] = OrderedDict()
        self._capacity = capacity
        self.hits = 0
        self.misses = 0

    def __len__(self) -> int:
        """How many entries are kept now."""
        return len(self._entries)

    def get(self, key: Key) -> Value | None:
        """The value, which becomes the most recent one; None when it is not kept."""
        value = self._entries.get(key)
        if value is None:
            self.misses += 1
            return None
        self._entries.move_to_end(key)
        self.hits += 1
        return value

    def put(self, key: Key, value: Value) -> None:
        """Keep a value as the most recent one; the oldest leaves when there is no room."""
        self._entries[key] = value
        self._entries.move_to_end(key)
        if len(self._entries) > self._capacity:
            self._entries.popitem(last=False)
