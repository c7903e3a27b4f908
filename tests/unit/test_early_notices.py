"""Early notices: who gets one and who does not, with which evidence, and words in all languages without a verdict."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from fastlege.kernel.errors import DataError
from fastlege.rules.parameters import load_rulebook
from fastlege.rules.texts import LANGUAGES
from fastlege.rules.warnings.notices import KINDS, Notice, limits_on, notices, spread
from fastlege.rules.warnings.profile import Profiles
from fastlege.rules.warnings.watches import consultation_codes, load_watches
from fastlege.rules.warnings.wording import catalogue, in_words

LIMITS = limits_on(load_rulebook(), date(2025, 12, 31))
DOCTORS = 40


def profiles(**changes):
    """Forty doctors of one group, alike but for chance, with 1 000 bills a quarter."""
    watches = len(load_watches())
    chance = np.random.default_rng(1)
    of = np.full((watches, 4, DOCTORS), 1000)
    used = chance.binomial(of, 0.2)
    days = np.zeros((DOCTORS, 366), np.int32)
    made = {"used": used, "of": of, "minutes": days, "consultations": days.copy()}
    made |= {"peers": np.zeros(DOCTORS, np.int8), "first": date(2025, 1, 1)}
    return Profiles(**{**made, **changes})


def found(changed):
    return [(one.kind, one.doctor_id, one.facts.get("watch")) for one in notices(changed, LIMITS)]


def test_doctors_who_are_alike_get_no_notice():
    assert found(profiles()) == []


def test_a_doctor_far_above_like_doctors_gets_a_notice_with_the_evidence():
    made = profiles()
    made.used[0, :, 7] = 600
    assert found(made) == [("above_peers", 7, "time_supplement")]
    facts = next(notices(made, LIMITS)).facts
    assert (facts["share"], facts["bills"], facts["peers"]) == (Decimal("60.0"), 4000, 39)
    assert facts["usual_from"] < Decimal(20) < facts["usual_to"] < Decimal(25)


def test_a_doctor_below_the_others_gets_none():
    made = profiles()
    made.used[0, :, 7] = 5
    assert found(made) == []


def test_few_bills_are_not_compared():
    made = profiles()
    made.used[0, :, 7], made.of[0, :, 7] = 60, 70
    assert found(made) == []


def test_other_groups_are_no_peers():
    """Twenty doctors of another place do twice as much: there it is usual."""
    made = profiles(peers=(np.arange(DOCTORS) % 2).astype(np.int8))
    made.used[0, :, 1::2] *= 2
    assert found(made) == []


def test_where_doctors_differ_much_it_takes_more():
    made = profiles()
    made.used[0] = np.random.default_rng(2).uniform(0, 500, DOCTORS).astype(int)
    assert spread(np.random.default_rng(2).normal(0, 5, 500)) > 3
    assert found(made) == []


def test_a_change_beyond_that_of_the_others_gets_a_notice():
    made = profiles()
    made.used[2, 3, :] += 150
    assert found(made) == []
    made.used[2, 3, 9] = 900
    assert ("changed", 9, "talk_therapy") in found(made)


def test_a_day_with_more_minutes_or_patients_than_a_day_holds_gets_a_notice():
    made = profiles()
    made.minutes[3, [10, 40]] = LIMITS.minutes + 1, LIMITS.minutes + 90
    made.minutes[4, 10] = LIMITS.minutes
    made.consultations[5, 0] = LIMITS.consultations + 1
    assert found(made) == [("long_days", 3, None), ("full_days", 5, None)]
    facts = next(notices(made, LIMITS)).facts
    assert (facts["days"], facts["minutes"], facts["day"]) == (2, LIMITS.minutes + 90, date(2025, 2, 10))


FACTS = {"watch": "digital", "share": Decimal("61.5"), "bills": 4000, "peers": 39, "usual_from": Decimal(1)}
FACTS |= {"usual_to": Decimal(2), "before": Decimal(3), "bills_before": 900, "days": 2, "most": 960, "minutes": 1100}
FACTS |= {"consultations": 90, "day": date(2025, 2, 3), "on": date(2026, 7, 1), "codes": "8, 1e"}
FACTS |= {"since": date(2025, 10, 1)}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_notice_has_words_in_every_language_and_says_nothing_of_guilt(kind, language):
    words = in_words(Notice(1, kind, FACTS), language)
    assert "{" not in words
    assert not {"feil", "misbruk", "juks", "svindel", "fraud", "abuse", "wrong", "guilty"} & set(words.lower().split())


def test_what_is_usual_is_a_range_or_one_number():
    assert "usual" not in FACTS
    assert "municipalities it is 1 to 2 per cent" in in_words(Notice(1, "above_peers", FACTS), "en")
    alike = {**FACTS, "usual_to": Decimal(1)}
    assert "kommunar er det 1 prosent" in in_words(Notice(1, "above_peers", alike), "nn")


def test_every_watch_has_words_and_codes_that_are_known():
    assert {watch.name for watch in load_watches()} == set(catalogue()["watch"])
    assert all(any(map(watch.codes.includes, _codes())) for watch in load_watches())
    assert {"2ad", "2as", "11ad", "2ae"} <= consultation_codes()


def test_a_language_that_is_not_there_is_refused():
    with pytest.raises(DataError, match="is not a language"):
        in_words(Notice(1, "long_days", FACTS), "da")


def _codes():
    from fastlege.rules.tariffs import load_fees

    return {fee.code for fee in load_fees()}
