"""The texts that a figure is made by: its definition, its measures and the base tables that they count.

They are read as text from the files that run, so that what a reader sees is what was counted, and a web process needs
no engine to show it.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from fastlege.figures.catalogue import Definition

_ROOT = "fastlege/figures/"
_MEASURES = "measures.py"
_BASES = tuple(f"bases/{name}.py" for name in ("contacts", "continuity", "doctors", "lists", "money", "people"))
_OF_CLAIMS = frozenset(_ROOT + f"bases/{name}.py" for name in ("contacts", "continuity", "money"))


@dataclass(frozen=True)
class SourceText:
    """A piece of a file: what it is the source of, where it stands, and its text."""

    name: str
    file: str
    line: int
    text: str


def definition_source(each: Definition) -> SourceText:
    """The file of a definition, whole."""
    file = f"definitions/{each.id}/definition.toml"
    return SourceText(each.id, _ROOT + file, 1, _text(file))


def measure_sources(each: Definition) -> tuple[SourceText, ...]:
    """How the numerator is counted, and the denominator where there is one."""
    return tuple(_entries(_MEASURES)[name].source for name in dict.fromkeys(each.measures))


def base_sources(each: Definition) -> tuple[SourceText, ...]:
    """The functions that make the base tables which the measures count."""
    names = (_base_of(_entries(_MEASURES)[name].value) for name in each.measures)
    return tuple(_base_functions()[name] for name in dict.fromkeys(names) if name)


def counts_claims(each: Definition) -> bool:
    """What `fastlege.figures.engine.of_claims` says, for pages: read from the texts, without loading what counts."""
    return any(source.file in _OF_CLAIMS for source in base_sources(each))


@dataclass(frozen=True)
class _Entry:
    """An entry of a dictionary in a file: its text, and what it says."""

    source: SourceText
    value: ast.Call


@cache
def _text(file: str) -> str:
    return (files("fastlege.figures") / file).read_text(encoding="utf-8")


@cache
def _tree(file: str) -> ast.Module:
    return ast.parse(_text(file))


@cache
def _lines(file: str) -> list[bytes]:
    return _text(file).encode().splitlines(keepends=True)


def _segment(file: str, node: ast.expr | ast.stmt) -> str:
    """The text of a node. `ast` has the same, but divides the whole file into lines for each of them."""
    lines = _lines(file)[node.lineno - 1 : node.end_lineno]
    # The end first: where a node stands on one line, its beginning moves the end.
    lines[-1] = lines[-1][: node.end_col_offset]
    lines[0] = lines[0][node.col_offset :]
    return b"".join(lines).decode()


@cache
def _functions(file: str) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in _tree(file).body if isinstance(node, ast.FunctionDef)}


@cache
def _entries(file: str) -> dict[str, _Entry]:
    """The entries of a file's tables of measures or base tables, by name."""
    found = {}
    for statement in _tree(file).body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.value, ast.Dict):
            for key, value in zip(statement.value.keys, statement.value.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(value, ast.Call):
                    name = str(key.value)
                    text = f'"{name}": {_segment(file, value)}'
                    found[name] = _Entry(SourceText(name, _ROOT + file, key.lineno, text), value)
    return found


@cache
def _base_functions() -> dict[str, SourceText]:
    """The function that makes each base table, by the table's name."""
    found = {}
    for file in _BASES:
        for name, entry in _entries(file).items():
            make = entry.value.args[0] if entry.value.args else None
            if isinstance(make, ast.Name) and make.id in _functions(file):
                node = _functions(file)[make.id]
                found[name] = SourceText(name, _ROOT + file, node.lineno, _segment(file, node))
    return found


def _base_of(value: ast.expr) -> str | None:
    """The base table that a measure counts: named in it, or in the function that makes it. A constant counts none."""
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Name):
        return None
    named = [*value.args, *(each.value for each in value.keywords if each.arg == "base")]
    for each in named:
        if isinstance(each, ast.Constant) and str(each.value) in _base_functions():
            return str(each.value)
    made = _functions(_MEASURES).get(value.func.id)
    return None if made is None else _default_base(made) or _base_of(_returned(made))


def _default_base(made: ast.FunctionDef) -> str | None:
    """The base table that a function takes where it is not told."""
    defaults = zip(reversed(made.args.args), reversed(made.args.defaults), strict=False)
    return next((str(ast.literal_eval(value)) for name, value in defaults if name.arg == "base"), None)


def _returned(made: ast.FunctionDef) -> ast.expr:
    """What a function gives back; each of those that make measures has one such statement."""
    return next(node.value for node in made.body if isinstance(node, ast.Return) and node.value is not None)
