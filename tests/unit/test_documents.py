"""What the documents and the help say of this house is there."""

import re
from pathlib import Path

import pytest
import typer

from fastlege.cli.main import app

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "benchmarks" / "RESULTS.md"])
DECISIONS = ROOT / "docs" / "decisions"
WIDTH = 78
"""What a terminal of eighty columns leaves of a line of help."""

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def _commands(group=None, path=()):
    """Every group and command below a group, with its path."""
    group = group or typer.main.get_command(app)
    yield path, group
    for name, command in getattr(group, "commands", {}).items():
        yield from _commands(command, (*path, name))


COMMANDS = dict(_commands())


def _said_commands(text):
    """What a page says to type, after `fastlege`, in words."""
    inline = re.findall(r"`(fastlege [^`]+)`", text)
    blocks = re.findall(r"^(?: {4})?(?:\$ )?(fastlege .+)", text, flags=re.MULTILINE)
    for line in [*inline, *blocks]:
        # A second command may stand on the line; the words after three spaces are about the first one.
        for one in re.split(r"; fastlege ", re.split(r" {3,}", line)[0].removeprefix("fastlege ")):
            yield one.split()


def _parted(words):
    """A command's path, and the words after it."""
    length = max(count for count in range(len(words) + 1) if tuple(words[:count]) in COMMANDS)
    return tuple(words[:length]), words[length:]


def _is_there(words):
    """Whether there is such a command, with such options."""
    path, rest = _parted(words)
    command = COMMANDS[path]
    if hasattr(command, "commands") and rest and re.fullmatch("[a-z][a-z-]*", rest[0]):
        return False
    known = {"--help"}.union(*([*each.opts, *each.secondary_opts] for each in command.params))
    return known.issuperset(found for word in rest for found in re.findall(r"^\[?(--[a-z-]+)", word))


@each_page
def test_every_command_that_a_page_names_is_there_with_its_options(page):
    assert [words for words in _said_commands(page.read_text(encoding="utf-8")) if not _is_there(words)] == []


def test_every_command_that_the_software_names_is_there_with_its_options():
    for source in sorted((ROOT / "fastlege").rglob("*.py")):
        said = re.findall(r"`fastlege ([a-z][^`\n]*)`", source.read_text(encoding="utf-8"))
        assert [words for words in said if not _is_there(words.split())] == [], source


@each_page
def test_every_file_that_a_page_names_is_there(page):
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"(?<![\w/.])((?:fastlege|docs|tests|tools|benchmarks)/[\w./-]*\w/?)(?=[`),;:. \n])", text)
    named = [ROOT / each for each in named if not re.search(r"[A-Z]{3,}", each.removesuffix("RESULTS.md"))]
    named += [page.parent / each for each in re.findall(r"\]\(([^)#:]+)\)", text)]
    named += [
        next(iter(DECISIONS.glob(f"{int(number):04}-*")), DECISIONS / number)
        for number in re.findall(r"(?:[Dd]ecisions? |docs/decisions/)(\d{2,4})\b", text)
    ]
    assert [str(each) for each in named if not each.exists() and not list(each.parent.glob(f"{each.name}*"))] == []


@pytest.mark.parametrize("folder", [ROOT / "docs", DECISIONS], ids=["docs", "decisions"])
def test_every_page_stands_once_in_the_index_of_its_folder(folder):
    index = re.findall(r"\]\(([^)/]+\.md)\)", (folder / "README.md").read_text(encoding="utf-8"))
    assert sorted(index) == sorted(page.name for page in folder.glob("*.md") if page.name != "README.md")


@pytest.mark.parametrize("path", [path for path, each in COMMANDS.items() if hasattr(each, "commands")], ids=" ".join)
def test_no_line_of_the_help_is_cut_short(path):
    commands = COMMANDS[path].commands
    room = WIDTH - 6 - max(map(len, commands))
    assert [name for name, each in commands.items() if each.get_short_help_str(room).endswith("...")] == []
