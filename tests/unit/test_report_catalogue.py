"""A report's catalog.jsonld holds what DCAT-AP-NO requires of each class, with values of the kinds it names."""

from __future__ import annotations

from datetime import date

import pytest

from fastlege.kernel.errors import DataError
from fastlege.reporting.report.model import Document, Made, Part, Row, Table, Value
from fastlege.reporting.report.outputs.open_data import CONTACT, catalog

REQUIRED = {
    "dcat:Catalog": {"dct:title", "dct:description", "dct:identifier", "dct:publisher", "dcat:contactPoint"},
    "dcat:Dataset": {
        *{"dct:title", "dct:description", "dct:identifier", "dct:publisher", "dcat:contactPoint"},
        "dcat:theme",
    },
    "dcat:Distribution": {"dcat:accessURL", "dct:license"},
    "foaf:Organization": {"foaf:name"},
    "vcard:Organization": {"vcard:fn"},
}
"""What is mandatory (version 2 and 3), by class, and the licence, which we always give."""
IN_A_LANGUAGE = {"dct:title", "dct:description", "foaf:name", "vcard:fn"}
FROM = "http://publications.europa.eu/resource/authority/"
CONTROLLED = {
    "dcat:theme": f"{FROM}data-theme/",
    "dct:language": f"{FROM}language/",
    "dct:accessRights": f"{FROM}access-right/",
    "dct:license": f"{FROM}licence/",
    "dcat:mediaType": "https://www.iana.org/assignments/media-types/",
}
AT_MOST_ONCE = {"dct:publisher", "dct:identifier", "dct:modified", "dct:accessRights"}


def document(language):
    table = Table("1.1", "Lists", "Area", ["Lists"], [Row("Oslo", (Value("3", 3.0),))])
    chapter = Made("chapter-1", "1", "Lists", False, (Part("", (table,)),))
    return Document("trial", language, "A trial", "", date(2026, 5, 1), ("Of a day.",), (chapter,), (), (), ())


def nodes(value):
    """Every described thing in a catalogue, however deep."""
    if isinstance(value, dict):
        if "@type" in value and "@value" not in value:
            yield value
        for each in value.values():
            yield from nodes(each)
    elif isinstance(value, list):
        for each in value:
            yield from nodes(each)


@pytest.fixture(params=["nb", "en"])
def made(request, monkeypatch):
    monkeypatch.setenv(CONTACT, "figures@fastlege.example")
    return catalog(document(request.param)), request.param


def test_each_class_has_what_is_mandatory(made):
    found = list(nodes(made[0]))
    assert {each["@type"] for each in found} == set(REQUIRED)
    assert {
        each["@type"]: REQUIRED[each["@type"]] - each.keys() for each in found if REQUIRED[each["@type"]] - each.keys()
    } == {}


def test_texts_say_their_language_and_are_not_empty(made):
    found, language = made
    for node in nodes(found):
        for name in IN_A_LANGUAGE & node.keys():
            assert node[name]["@language"] == language
            assert node[name]["@value"].strip()


def test_values_are_of_the_vocabularies_that_are_named(made):
    for node in nodes(made[0]):
        for name in CONTROLLED.keys() & node.keys():
            assert node[name]["@id"].startswith(CONTROLLED[name])
        for name in AT_MOST_ONCE & node.keys():
            assert not isinstance(node[name], list)


def test_prefixes_are_declared(made):
    found = made[0]
    used = {name.split(":")[0] for node in nodes(found) for name in (*node, node["@type"]) if ":" in name}
    assert used <= found["@context"].keys()


def test_addresses_are_of_files_beside_the_catalogue(made):
    found = [node for node in nodes(made[0]) if node["@type"] == "dcat:Distribution"]
    assert [each["dcat:downloadURL"]["@id"] for each in found] == ["data/table-1-1.csv", "data/table-1-1.parquet"]


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("figures@fastlege.example", {"vcard:hasEmail": {"@id": "mailto:figures@fastlege.example"}}),
        ("https://fastlege.example/kontakt", {"vcard:hasURL": {"@id": "https://fastlege.example/kontakt"}}),
    ],
)
def test_the_contact_is_an_address_or_a_page(place, told, monkeypatch):
    monkeypatch.setenv(CONTACT, place)
    assert told.items() <= catalog(document("nb"))["dcat:contactPoint"].items()


def test_a_contact_is_not_made_up_and_not_guessed(monkeypatch):
    monkeypatch.delenv(CONTACT, raising=False)
    assert "dcat:contactPoint" not in catalog(document("nb"))
    monkeypatch.setenv(CONTACT, "ask at the desk")
    with pytest.raises(DataError, match="FASTLEGE_CONTACT: is neither an e-mail address nor a page"):
        catalog(document("nb"))
