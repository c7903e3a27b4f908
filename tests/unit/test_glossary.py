"""The glossary: every row whole, every word of the closed vocabularies explained."""

from pathlib import Path

from fastlege.kernel.vocabulary import ListStatus, Relationship

TEXT = (Path(__file__).parents[2] / "GLOSSARY.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXT.splitlines()
    if line.startswith("| ") and not line.startswith("| word ")
]


def test_every_row_has_six_filled_cells():
    assert [row for row in ROWS if len(row) != 6 or not all(row)] == []


def test_no_word_is_explained_twice():
    words = [word.strip() for row in ROWS for word in row[0].split(",")]
    assert len(words) == len(set(words))


def test_the_words_of_lists_and_doctor_periods_are_explained():
    words = TEXT.lower().replace("-", "_")
    assert [each for each in (*ListStatus, *Relationship) if each not in words] == []
