"""Short modules with one reason to exist: the house's sizes, as the style page sets them."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = [p for p in (ROOT / "fastlege").rglob("*.py") if "migrations" not in p.parts]
TESTS = list((ROOT / "tests").rglob("*.py"))


def lines(path):
    return len(path.read_text().splitlines())


def test_no_file_is_longer_than_400_lines():
    assert {str(p.relative_to(ROOT)): lines(p) for p in SOURCES if lines(p) > 400} == {}


def test_no_test_file_is_longer_than_500_lines():
    assert {str(p.relative_to(ROOT)): lines(p) for p in TESTS if lines(p) > 500} == {}


def functions(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{path.relative_to(ROOT)}:{node.name}", node.end_lineno - node.lineno + 1


def test_no_function_is_longer_than_60_lines():
    assert {name: size for path in SOURCES for name, size in functions(path) if size > 60} == {}


def test_no_folder_holds_more_than_12_modules():
    folders = {path.parent for path in SOURCES}
    counts = {str(f.relative_to(ROOT)): len([p for p in f.glob("*.py") if p.name != "__init__.py"]) for f in folders}
    assert {name: count for name, count in counts.items() if count > 12} == {}


def test_no_module_is_named_for_nothing_in_particular():
    vague = {"utils", "helpers", "common", "manager", "misc"}
    assert [str(p) for p in SOURCES if p.stem in vague] == []
