"""Workloads that leave a note of having been there."""
# ruff: noqa: ANN001, ANN201, D103, PTH123  # workloads: names say it

import importlib
import sys


def writes(file, text):
    with open(file, "a", encoding="utf-8") as notes:
        notes.write(text)
    return lambda: None


def imports(folder):
    sys.path.insert(0, folder)
    importlib.import_module("top")
    return lambda: importlib.import_module("below")
