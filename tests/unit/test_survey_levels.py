"""Two surveys side by side, and what the source gives of 2017 and 2018."""

from fastlege.surveys.given import given_surveys
from fastlege.surveys.levels import Change, Compared, Level, Said, compare


def test_a_worse_answer_a_better_one_and_those_that_cannot_be_compared():
    before = {"0301": Said(Level.GREEN), "1103": Said(Level.RED), "4601": Said(Level.YELLOW), "5001": Said(Level.RED)}
    after = {"0301": Said(Level.RED), "1103": Said(Level.ORANGE), "4601": Said(Level.YELLOW), "5501": Said(Level.RED)}
    compared = compare(before, after)
    assert compared.rows == (
        Compared("0301", Level.GREEN, Level.RED, Change.WORSE),
        Compared("1103", Level.RED, Level.ORANGE, Change.BETTER),
        Compared("4601", Level.YELLOW, Level.YELLOW, Change.SAME),
        Compared("5001", Level.RED, None, Change.UNKNOWN),
        Compared("5501", None, Level.RED, Change.UNKNOWN),
    )
    assert compared.moves() == {
        (Level.GREEN, Level.RED): 1, (Level.RED, Level.ORANGE): 1, (Level.YELLOW, Level.YELLOW): 1
    }  # fmt: skip


def test_the_ten_largest_of_2018_are_as_the_source_tells_them():
    first, second = given_surveys()["2017"], given_surveys()["2018"]
    compared = compare(first.said, second.said)
    # Five of ten were worse, two of them from green to red, and five as the year before.
    assert (compared.count(Change.WORSE), compared.count(Change.SAME), len(compared.rows)) == (5, 5, 10)
    assert compared.moves() == {(Level.GREEN, Level.ORANGE): 3, (Level.GREEN, Level.RED): 2}
    assert (first.with_trouble, first.asked, first.green_of_ten_largest) == (198, 425, 8)
    assert second.green_of_ten_largest == first.green_of_ten_largest - compared.count(Change.WORSE)


def test_every_row_of_the_source_says_what_it_rests_on():
    for given in given_surveys().values():
        assert set(given.source) == {"nb", "nn", "en"}
        assert all(said.level or said.change or given.key == "2017" for said in given.said.values())
