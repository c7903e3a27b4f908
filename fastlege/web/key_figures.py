"""The cards of the front page: one figure each, with a small picture and a sentence that says what it shows."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from fastlege.figures.levels import COUNTRY, Level
from fastlege.reporting.edition import Edition
from fastlege.web.pictures.bars import strip
from fastlege.web.published import amount, served, unit, words


@dataclass(frozen=True)
class Card:
    """One key figure."""

    figure: str
    title: str
    value: str
    unit: str
    picture: SafeString
    text: str


class _Country:
    """The figures of the whole country, as text and as parts of each other."""

    def __init__(self, edition: Edition) -> None:
        self._definitions = {figure.id: figure for figure in edition.figures}
        self._values = edition.of_area(Level.COUNTRY, COUNTRY)

    def value(self, figure: str) -> float:
        found = self._values.get(figure)
        return found.value if found is not None and found.value is not None else 0.0

    def text(self, figure: str) -> str:
        return amount(self._definitions[figure], self._values.get(figure))

    def share(self, part: str, whole: str) -> float:
        return self.value(part) / self.value(whole) if self.value(whole) else 0.0

    def card(self, figure: str, picture: SafeString, text: str) -> Card:
        definition = self._definitions[figure]
        return Card(figure, words(definition.title), self.text(figure), unit(definition), picture, text)


def key_cards(edition: Edition) -> list[Card]:
    """The cards, in the order of a visitor's questions: have people a GP, is there room, who waits?"""
    country = _Country(edition)
    without_room, municipalities = _without_room(edition)
    room_share = 1 - without_room / municipalities if municipalities else 0.0
    return [
        country.card(
            "residents_with_gp",
            strip(country.share("residents_with_gp", "residents"), country.share("residents_without_gp", "residents")),
            _("%(count)s står på en liste uten fast lege. Det er %(share)s av alle på liste.")
            % {"count": country.text("residents_without_gp"), "share": country.text("share_residents_without_gp")},
        ),
        country.card(
            "lists_vacant",
            strip(country.share("lists_with_gp", "lists"), country.share("lists_vacant", "lists")),
            _("Av %(lists)s lister har %(filled)s en fast lege. %(long)s har stått uten i mer enn et år.")
            % {
                "lists": country.text("lists"),
                "filled": country.text("lists_with_gp"),
                "long": country.text("lists_vacant_over_year"),
            },
        ),
        country.card(
            "gps",
            strip(country.value("share_gps_women") / 100),
            _("%(women)s er kvinner, og %(specialists)s er spesialister i allmennmedisin.")
            % {"women": country.text("share_gps_women"), "specialists": country.text("share_gps_specialist")},
        ),
        country.card(
            "free_places_with_gp",
            strip(room_share),
            _("%(none)s av %(all)s kommuner har ingen ledige plasser på lister med fastlege.")
            % {"none": without_room, "all": municipalities},
        ),
        country.card(
            "waiting_persons",
            strip(country.share("waiting_persons", "residents")),
            _("Det er %(rate)s av 1 000 på liste. I tillegg er det %(unplaced)s uten noen liste.")
            % {"rate": country.text("waiting_persons_per_1000"), "unplaced": country.text("unplaced")},
        ),
        country.card(
            "mean_list_length_with_gp",
            strip(country.share("mean_list_length_with_gp", "mean_cap_with_gp")),
            _("Listetaket er i gjennomsnitt %(cap)s. Forskjellen er %(difference)s plasser per liste.")
            % {"cap": country.text("mean_cap_with_gp"), "difference": country.text("mean_cap_minus_length")},
        ),
    ]


def _without_room(edition: Edition) -> tuple[int, int]:
    places = served(edition, Level.MUNICIPALITY)
    found = [edition.value("free_places_with_gp", Level.MUNICIPALITY, area.code) for area in places]
    return sum(each is not None and each.value == 0 for each in found), len(places)
