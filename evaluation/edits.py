"""Seventeen edits of a Python file that leave its work as it is."""

from __future__ import annotations

import ast
import random
from collections.abc import Callable

Edit = Callable[[str], str]

LOCALS = {
    name: f"the_{name}"
    for name in [
        "numbers",
        "seen",
        "total",
        "number",
        "key",
        "generator",
        "left",
        "right",
        "products",
        "records",
        "queue",
        "value",
        "connection",
        "rows",
        "query",
        "text",
        "block",
        "blocks",
        "compressor",
    ]
}
GLOBALS = {"count": "how_often_the_unit_of_work_is_done", "Call": "WhatIsMeasured"}
UNUSED = '\n\ndef unused_{}(first, second=2):\n    return [first, second, "{}"]\n'


class _Rename(ast.NodeTransformer):
    def __init__(self, names: dict[str, str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = self._names.get(node.id, node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        self.generic_visit(node)
        node.arg = self._names.get(node.arg, node.arg)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self.generic_visit(node)
        node.name = self._names.get(node.name, node.name)
        return node


def _renamed(names: dict[str, str]) -> Edit:
    return lambda text: ast.unparse(_Rename(names).visit(ast.parse(text)))


def _functions(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def _with_docstrings(text: str) -> str:
    tree = ast.parse(text)
    for function in _functions(tree):
        if ast.get_docstring(function) is None:
            function.body.insert(0, ast.Expr(ast.Constant("What it does, in a few words. " * 5)))
    return ast.unparse(tree)


def _without_docstrings(text: str) -> str:
    tree = ast.parse(text)
    for function in _functions(tree):
        if ast.get_docstring(function) is not None:
            function.body = function.body[1:]
    return ast.unparse(tree)


def _annotated(text: str) -> str:
    tree = ast.parse(text)
    for function in _functions(tree):
        function.returns = function.returns or ast.Name("object")
    return ast.unparse(ast.fix_missing_locations(tree))


def _without_annotations(text: str) -> str:
    tree = ast.parse(text)
    for function in _functions(tree):
        function.returns = None
        for one in function.args.args:
            one.annotation = None
    return ast.unparse(tree)


def _reordered(text: str) -> str:
    """Functions of the module the other way round, after all else that stood before them."""
    tree = ast.parse(text)
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    rest = [node for node in tree.body if node not in functions]
    tree.body = [*rest, *reversed(functions)]
    return ast.unparse(tree)


def _table(text: str) -> str:
    draw = random.Random(17)  # noqa: S311 - reproducible on purpose
    strings = [f"entry {draw.random():.6f}" for _ in range(500)]
    return f"{text}\n\nTABLE = {strings!r}\n"


def _after_future(text: str, added: str) -> str:
    """What is added behind the import from `__future__`, which must come first."""
    head, mark, rest = text.partition("from __future__ import annotations\n")
    return f"{head}{mark}{added}\n{rest}" if mark else f"{added}\n{text}"


EDITS: dict[str, Edit] = {
    "unused function at the end": lambda text: text + UNUSED.format(1, 1),
    "unused function at the top": lambda text: _after_future(text, UNUSED.format(1, 1)),
    "five unused functions": lambda text: text + "".join(UNUSED.format(n, n) for n in range(5)),
    "sixty lines of comment at the top": lambda text: "# A remark.\n" * 60 + text,
    "comments between all lines at the top level": lambda text: text.replace(
        "\n\n\n", "\n\n\n# A remark.\n"
    ),
    "module docstring of 3 kB": lambda text: text.replace('"""', '"""' + "More words. " * 250, 1),
    "docstrings in all functions": _with_docstrings,
    "no docstrings in functions": _without_docstrings,
    "annotations everywhere": _annotated,
    "no annotations": _without_annotations,
    "local names changed": _renamed(LOCALS),
    "global names changed": _renamed(GLOBALS),
    "functions the other way round": _reordered,
    "a table of 500 strings": _table,
    "one import more": lambda text: _after_future(text, "import colorsys"),
    "formatted anew": lambda text: ast.unparse(ast.parse(text)),
    "blank lines": lambda text: text.replace("\n\n", "\n\n\n\n"),
}
"""By what they are called; each is applied to the file as it was before all of them."""
