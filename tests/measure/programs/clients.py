"""Workloads that ask the service beside them."""
# ruff: noqa: ANN001, ANN201, ANN202, D103, S310  # workloads: names say it

import os
import time
import urllib.request


def _ask(path):
    with urllib.request.urlopen(os.environ["PERF_SERVICE_URL"] + path, timeout=5) as answer:
        return answer.read()


def asks():
    return lambda: _ask("/")


def asks_long():
    def call():
        time.sleep(0.5)
        _ask("/")

    return call
