"""Workloads that return all sorts of things."""
# ruff: noqa: ANN001, ANN201, ANN202, D103  # workloads: names say it

import array
import random
import time


def returns(kind, value):
    made = {
        "plain": lambda: {"rows": [1, 2.5, value, None, b"x"], "nested": ((1, value), "text")},
        "number": lambda: value,
        "list": lambda: [value] * 1000,
        "buffer": lambda: array.array("d", [1.0, value]),
        "set": lambda: {f"name {n}" for n in range(50)} | {value},
        "nothing": lambda: None,
        "object": lambda: (object(), value),
        "random": random.random,
        "mapping": lambda: {"items": value},
        "cycle": lambda: _cycle(value),
    }[kind]
    listed = kind == "plain"
    return (lambda: [made()]) if listed else made


def counts(loops_matter=1):
    """Every call returns how many there were."""
    calls = [0]

    def call():
        calls[0] += loops_matter
        time.sleep(0.0005)
        return calls[0]

    return call


def fails_when_asked_again(calls):
    """The one call too many raises; values were measured by then."""
    done = [0]

    def call():
        done[0] += 1
        if done[0] > calls:
            raise ValueError("once too often")

    return call


def _cycle(value):
    endless = [value]
    endless.append(endless)
    return endless
