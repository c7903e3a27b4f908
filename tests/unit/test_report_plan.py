"""Plans of editions: those we have are whole, and a faulty one is refused with its place."""

import re

import pytest
from report_scene import EDITION, small_plan

from fastlege.kernel.errors import DataError
from fastlege.reporting.report.counting import wanted
from fastlege.reporting.report.plan import editions, plan_named
from fastlege.reporting.report.slots import PATTERN


def changed(old, new):
    assert old in EDITION
    return EDITION.replace(old, new)


@pytest.mark.parametrize("name", editions())
def test_an_edition_of_ours_is_whole(name):
    plan = plan_named(name)
    whole, split = wanted(plan)
    assert len(whole) > 30
    assert len(split) > 10


@pytest.mark.parametrize("name", editions())
def test_no_number_is_typed_in_a_sentence(name):
    sentences = [s for c in plan_named(name).chapters for part in c.sections for s in part.sentences]
    assert sentences
    for each in sentences:
        for text in (each.text.nb, each.text.en):
            bare = re.sub(r"per (100|1[ ,]000)", "", PATTERN.sub("", text))
            assert not re.search(r"\d", bare.replace("LIS1", "").replace("del 1", "")), text


def test_both_editions_follow_the_numbers_of_their_sources():
    tables = {
        name: {
            each.number
            for chapter in plan_named(name).chapters
            for part in chapter.sections
            for each in (*part.tables, *part.absent)
        }
        for name in editions()
    }
    assert {f"8.{n}" for n in range(1, 14)} | {"11.1", "11.2", "11.3", "16.1a", "16.1b"} <= tables["arsrapport-2025"]
    assert {f"V1.{n}" for n in range(1, 16)} | {f"V3.{n}" for n in range(1, 9)} <= tables["statusrapport-2023-host"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('["lists"]\nlevel', '["listz"]\nlevel', "no figure 'listz'"),
        ('level = "county"', 'level = "shire"', "no level 'shire'"),
        ('kind = "bars"', 'kind = "pie"', "unknown kind pie"),
        ('by = ["contact_type"]', 'by = ["wait"]', "contacts is not divided by wait"),
        ("{lists} lister", "{lists.most} lister", "unknown slot {lists.most}"),
        ("{lists} lister", "{lists.moved} lister", "must say compares = true"),
        ("{lists} lister", "{lists.against.share_own_gp} lister", "different units"),
        ("{contacts} kontakter", "{contacts.group.month.13} kontakter", "month has no group 13"),
        ('en = "Key figures"', 'en = ""', "a text is missing in en"),
        ('number = "1.2"\ntitle = { nb = "Uten', 'number = "1.1"\ntitle = { nb = "Uten', "two tables are numbered 1.1"),
        ('subtitle = { nb = "En liten utgave", en = "A small edition" }', "", "lacks subtitle"),
        ("[[chapters]]", "[[chapters", "value that does not fit"),
    ],
)
def test_a_faulty_plan_is_refused_with_its_place(old, new, said):
    with pytest.raises(DataError) as refused:
        small_plan(changed(old, new))
    assert said in str(refused.value)
    assert str(refused.value).startswith("prove.toml")


def test_persons_are_not_divided_where_areas_are_small():
    plan = small_plan(changed('by = ["contact_type"]', 'by = ["contact_type"]\nlevels = ["municipality"]'))
    with pytest.raises(DataError, match="too few persons"):
        wanted(plan)


def test_an_unknown_edition_names_near_ones():
    with pytest.raises(DataError, match=r"Did you mean arsrapport-2025\?"):
        plan_named("arsrapport-2024")


def test_an_unknown_state_of_a_sentence_is_refused():
    text = changed("compares = true", 'when = { figure = "lists", is = ["often"] }')
    with pytest.raises(DataError, match="unknown state often; known are nought, some"):
        small_plan(text.replace("{lists.moved}", "{lists}"))
