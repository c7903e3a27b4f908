"""What the site answers to what it cannot show, and how programs read it. No browser needed."""

import json
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from site_scheme import LISTS


def get(site, address):
    try:
        with urlopen(Request(site + address), timeout=60) as answer:
            return answer.status, answer.read().decode(), answer.headers
    except HTTPError as error:
        with error:
            return error.code, error.read().decode(), error.headers


@pytest.mark.parametrize(
    ("address", "status", "text"),
    [
        ("/finn-fastlege/?side=abc", 400, "Sidetallet må være et helt tall"),
        ("/finn-fastlege/?side=0", 400, "Sidetallet må være et helt tall"),
        ("/finn-fastlege/?side=%D9%A3", 400, "Sidetallet må være et helt tall"),
        ("/finn-fastlege/?side=99", 404, "færre sider"),
        ("/finn-fastlege/?kommune=9999", 400, "ingen slik kommune"),
        ("/finn-fastlege/?kjonn=3", 400, "kvinne eller mann"),
        ("/finn-fastlege/?sprak=klingon", 400, "oppgitt det språket"),
        ("/finn-fastlege/?tjeneste=x", 400, "den tjenesten"),
        ("/finn-fastlege/?sorter=x", 400, "plass eller navn"),
        ("/finn-fastlege/?ledig=ja", 400, "verdien 1"),
        ("/finn-fastlege/?q=" + "a" * 101, 400, "for lang"),
        ("/finn-fastlege/?q=a%00b", 400, "Forespørselen kunne ikke leses"),
        ("/%00", 400, "Forespørselen kunne ikke leses"),
        ("/nn/finn-fastlege/?side=abc", 400, "Sidetalet må vere eit heilt tal"),
        ("/en/finn-fastlege/?side=abc", 400, "The page must be a whole number"),
        ("/liste/999999/", 404, "Siden finnes ikke"),
        ("/liste/99999999999999999999999999/", 404, "Siden finnes ikke"),
        ("/en/liste/abc/", 404, "Page not found"),
        ("/tall/ukjent/", 404, "Tallet finnes ikke"),
        ("/tall/lists/?inndeling=planet", 400, "ingen slik inndeling"),
        ("/nn/tall/lists/?omrade=%3Cb%3E", 400, "noko slikt område"),
        ("/en/tall/lists/?utgave=1999-01-01", 400, "no edition of that day"),
        ("/tall/ukjent/kilde/", 404, "Tallet finnes ikke"),
        ("/tall/ukjent.csv", 404, "Tallet finnes ikke"),
    ],
)
def test_a_bad_address_gets_a_clear_page_in_the_visitors_language(site, address, status, text):
    answer = get(site, address)
    assert answer[0] == status
    assert text in answer[1]
    assert "<main" in answer[1]


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "%", "_", "\\", "'; drop table lists; --", "\ud7ff👩‍⚕️", "%(on)s"]
)
def test_hostile_text_is_only_text(site, text):
    from urllib.parse import quote

    status, body, _ = get(site, "/finn-fastlege/?q=" + quote(text))
    assert status == 200
    assert "<script" not in body
    assert "Ingen lister passer" in body


def test_names_from_the_register_are_only_text(site):
    for address in ("/liste/4/", "/finn-fastlege/?q=Haug"):
        _, body, _ = get(site, address)
        assert "Dag &lt;b&gt;Haug&lt;/b&gt;" in body
        assert "<b>Haug" not in body


def test_headers_keep_the_page_to_itself(site):
    _, _, headers = get(site, "/")
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Language"] == "nb"
    assert "Set-Cookie" not in headers


def test_no_page_holds_a_script_or_a_style(site):
    for address in ("/", "/finn-fastlege/", "/liste/1/", "/tall/", "/tall/lists/", "/api/", "/om/"):
        _, body, _ = get(site, address)
        assert "<script" not in body
        assert "<style" not in body
        assert "style=" not in body


def test_the_search_is_there_for_programs(site):
    status, body, _ = get(site, "/finn-fastlege.json?q=Aase")
    found = json.loads(body)
    assert status == 200
    assert (found["as_of"], found["total"], found["pages"]) == ("2023-10-01", 1, 1)
    assert found["lists"] == [
        {
            **{
                "list_id": 1,
                "name": "Aase Ødegård",
                "status": "open",
                "cap": 20,
                "length": 8,
                "free": 12,
                "waiting": 0,
            },
            **{"doctor": "Aase Ødegård", "sex": 2, "specialist": True, "languages": ["nb"], "kilometres": None},
            **{"office": "Lund legesenter", "services": ["blood_tests", "step_free"], "municipality": "Kristiansand"},
        }
    ]
    assert get(site, "/finn-fastlege.json?side=x")[0] == 400


def test_a_figure_is_there_for_programs_with_its_definition(site):
    found = json.loads(get(site, "/tall/lists.json")[1])
    assert found["definition"]["id"] == "lists"
    assert {"level": "country", "area": "country"}.items() <= found["values"][-1].items()


def test_all_values_are_there_for_programs_page_by_page(site):
    address, rows = "/api/v1/values?dimension=all&edition=2023-10-01&limit=500", []
    while address:
        status, body, headers = get(site, address)
        assert (status, headers["Content-Type"]) == (200, "application/json")
        found = json.loads(body)
        rows += found["values"]
        address = found["next"]
    assert len(rows) > 500
    assert [row["value"] for row in rows if (row["figure"], row["level"]) == ("lists", "country")] == [len(LISTS)]
    status, body, headers = get(site, "/api/v1/values?figure=nonsense")
    assert (status, headers["Content-Type"]) == (400, "application/problem+json")
    assert json.loads(body)["parameter"] == "figure"
