"""The open data as programs read them: filters, pages, what is new, versions, forms, languages and refusals."""

from __future__ import annotations

import csv
import gzip
import shutil
from datetime import date
from io import StringIO

import orjson
import pytest
from django.test import Client
from open_data_scene import DAYS, install, write_edition

from fastlege.access.protection import protection
from fastlege.figures.catalogue import definitions
from fastlege.reporting.edition import read_edition
from fastlege.rules.parameters import load_rulebook
from fastlege.rules.tariffs import fee_on, load_fees
from fastlege.web.login import rates

ROOT = "/api/v1/"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return write_edition(tmp_path_factory.mktemp("open-data") / "built")


@pytest.fixture
def editions(built, tmp_path, settings):
    """The folder of the site's editions, with those of two days."""
    settings.EDITION, settings.EDITIONS = tmp_path / "none", tmp_path / "editions"
    for day in DAYS:
        install(built, settings.EDITIONS, day)
    rates.forget()
    yield settings.EDITIONS
    rates.forget()


@pytest.fixture
def ask(editions):
    """Ask for an address, and get the answer as a program reads it."""
    client = Client()

    def fetch(address, **headers):
        answer = client.get(address if address.startswith("/") else ROOT + address, headers=headers)
        assert answer.status_code == 200, answer.content
        return orjson.loads(answer.content)

    return fetch


def refused(client, address, **headers):
    answer = client.get(ROOT + address, headers=headers)
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = orjson.loads(answer.content)
    assert problem["status"] == answer.status_code
    return problem


def all_pages(ask, address):
    rows, found = [], ask(address)
    rows += found["values"]
    while found["next"]:
        found = ask(found["next"])
        rows += found["values"]
    return rows, found


def test_the_first_address_leads_to_all_others(ask):
    found = ask("")
    for each in found["resources"]:
        if "{" not in each["address"] and not each["address"].endswith(".csv"):
            assert ask(each["address"])
    assert found["latest"].startswith(DAYS[-1])
    assert ask(found["description"])["openapi"] == "3.1.0"


def test_values_are_those_of_the_editions_and_no_others(ask, editions):
    rows, _ = all_pages(ask, "values?dimension=all&limit=400")
    expected = []
    for day in DAYS:
        edition = read_edition(editions / day)
        groups = [(*_cells(row), row["dimension"], row["group"]) for row in edition.groups.to_pylist()]
        expected += [(day, *_cells(row), None, None) for row in edition.table.to_pylist()]
        expected += [(day, *row) for row in groups]
    assert [(row["as_of"], *_cells(row), row["dimension"], row["group"]) for row in rows] == expected
    assert {row["unit"] for row in rows if row["figure"] == "lists_vacant"} == {"lists"}


def _cells(row):
    return tuple(row[name] for name in ("figure", "level", "area", "value", "numerator", "denominator", "suppressed"))


def test_groups_come_only_when_they_are_asked_for(ask):
    whole = ask("values?limit=5000")["values"]
    assert {row["dimension"] for row in whole} == {None}
    divided = ask("values?dimension=sex&limit=5000")["values"]
    assert {row["dimension"] for row in divided} == {"sex"}
    women = ask("values?group=female&limit=5000")["values"]
    assert {row["group"] for row in women} == {"female"}
    assert len(ask("values?dimension=none&dimension=sex&limit=5000")["values"]) == len(whole) + len(divided)


def test_filters_work_together(ask):
    found = ask("values?figure=lists_vacant&figure=lists&level=county&area=11&edition=2023-10-01")["values"]
    assert [(row["figure"], row["level"], row["area"], row["as_of"]) for row in found] == [
        ("lists", "county", "11", "2023-10-01"),
        ("lists_vacant", "county", "11", "2023-10-01"),
    ]


def test_hidden_values_are_null_and_say_why(ask, editions):
    rows, _ = all_pages(ask, "values?dimension=all&limit=5000")
    hidden = [row for row in rows if row["suppressed"]]
    assert hidden
    assert all(row["value"] is None and row["reason"] == "few_persons" for row in hidden)
    empty = [row for row in rows if row["value"] is None and not row["suppressed"]]
    assert empty
    assert {row["reason"] for row in empty} == {"nothing_to_count"}
    assert {row["reason"] for row in rows if row["value"] is not None} == {None}


def test_csv_has_the_same_values_and_the_names_of_the_areas(ask):
    rows, _ = all_pages(ask, "values?dimension=all&limit=5000")
    answer = Client().get(ROOT + "values.csv?dimension=all&language=en")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    found = list(csv.DictReader(StringIO(answer.content.decode())))
    assert len(found) == len(rows)
    for told, row in zip(found, rows, strict=True):
        assert {name: _written(row[name]) for name in row} == {name: told[name] for name in row}
    assert {row["area_name"] for row in found if row["level"] == "country"} == {"The whole country"}
    assert "Link" not in answer.headers


def _written(value):
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def test_pages_of_csv_say_where_the_next_one_is(editions):
    client, lines, address = Client(), [], ROOT + "values.csv?level=county&limit=100"
    while address:
        answer = client.get(address)
        lines += answer.content.decode().splitlines()[1:]
        address = answer.headers["Link"].split(">")[0].removeprefix("<") if "Link" in answer.headers else ""
    assert lines == client.get(ROOT + "values.csv?level=county").content.decode().splitlines()[1:]


def test_what_has_come_and_what_was_withdrawn_since_the_last_reading(ask, built, editions):
    rows, last = all_pages(ask, "values?figure=lists&limit=3")
    assert ask(f"values?figure=lists&since={last['state']}")["values"] == []
    install(built, editions, "2021-10-01")
    install(built, editions, "2023-10-01", note="a correction")
    new = ask(f"values?figure=lists&since={last['state']}")
    assert {row["as_of"] for row in new["values"]} == {"2021-10-01", "2023-10-01"}
    assert new["withdrawn"] == [next(row["edition"] for row in rows if row["as_of"] == "2023-10-01")]
    told = ask(f"editions?since={last['state']}")
    assert [each["as_of"] for each in told["editions"]] == ["2021-10-01", "2023-10-01"]
    assert told["withdrawn"] == new["withdrawn"]
    assert ask(f"values?since={new['state']}") | {"state": ""} == {
        "values": [], "next": None, "withdrawn": [], "state": "",
    }  # fmt: skip
    later = ask("values?figure=lists&since=2022-10-01")["values"]
    assert {row["as_of"] for row in later} == {"2023-10-01"}


def test_an_edition_that_is_replaced_in_the_middle_ends_the_reading(ask, built, editions):
    address = ask("values?limit=10")["next"]
    install(built, editions, "2022-10-01", note="a correction")
    problem = refused(Client(), address.removeprefix(ROOT))
    assert problem["status"] == 410
    assert problem["type"] == "/api/#problem-410"


def test_an_edition_that_comes_in_the_middle_waits_for_the_next_reading(ask, built, editions):
    found = ask("values?limit=400")
    rows = found["values"]
    install(built, editions, "2023-01-01")
    install(built, editions, "2024-01-01")
    while found["next"]:
        found = ask(found["next"])
        rows += found["values"]
    assert {row["as_of"] for row in rows} == set(DAYS)
    new, _ = all_pages(ask, f"values?limit=400&since={found['state']}")
    assert {row["as_of"] for row in new} == {"2023-01-01", "2024-01-01"}


def test_definitions_are_whole_and_in_three_languages(ask):
    rows, address = [], "definitions?limit=50"
    while address:
        found = ask(address)
        rows += found["definitions"]
        address = found["next"]
    assert [row["id"] for row in rows] == [each.id for each in definitions()]
    assert all(set(row["title"]) == {"nb", "nn", "en"} and row["unit_words"]["en"] for row in rows)
    assert ask("definitions/lists_vacant") in rows
    brief = ask("figures?figure=lists_vacant")["figures"][0]
    assert ask(brief["definition"])["id"] == "lists_vacant"
    assert [each.split(".")[0] for each in brief["editions"]] == list(DAYS)


def test_groups_of_values_have_their_names(ask):
    known = {row["id"]: {group["code"] for group in row["groups"]} for row in ask("dimensions")["dimensions"]}
    rows, _ = all_pages(ask, "values?dimension=all&limit=5000")
    assert all(row["group"] in known[row["dimension"]] for row in rows if row["dimension"] and known[row["dimension"]])


def test_areas_have_the_days_they_have_held(ask):
    by_code = {row["code"]: row for row in ask("areas?level=municipality&limit=2000")["areas"]}
    assert by_code["0301"]["valid_to"] is None
    assert by_code["1507"]["valid_to"] == "2023-12-31"
    assert by_code["1507"]["followed_by"] == ["1508", "1580"]
    assert by_code["1580"]["valid_from"] == "2024-01-01"
    then, now = (
        {row["code"] for row in ask(f"areas?level=municipality&on={day}&limit=2000")["areas"]}
        for day in ("2023-12-31", "2024-01-01")
    )
    assert len(then) == 356
    assert len(now) == 357
    assert {"3005"} <= then - now
    assert {"3301"} <= now - then


def test_rules_and_tariffs_are_those_of_the_day(ask):
    on, book = date(2025, 11, 1), load_rulebook()
    rows = ask(f"parameters?on={on}&limit=2000")["parameters"]
    for row in rows:
        held = [each for each in book.history(row["parameter"]) if each.period.contains(on)]
        assert row["source"] in {each.source for each in held}
    assert [row["value"] for row in rows if row["parameter"] == "switch.max_per_year"] == [
        book.whole("switch.max_per_year", on=on)
    ]
    fees = ask(f"tariffs?on={on}&limit=2000")["tariffs"]
    assert len(fees) == sum(each.validity.period.contains(on) for each in load_fees())
    found = ask(f"tariffs?on={on}&code=2ad")["tariffs"][0]
    assert (found["amount"], found["source"]) == (fee_on("2ad", on=on).amount, fee_on("2ad", on=on).source)
    rules = ask(f"tariff-rules?on={on}&code=2ad&rule=not_with")["tariff_rules"]
    assert rules
    assert {(row["code"], row["rule"]) for row in rules} == {("2ad", "not_with")}


@pytest.mark.parametrize("address", ["values?level=county", "values.csv", "editions", "tariffs", "openapi.json", ""])
def test_what_has_not_changed_is_not_sent_again(built, editions, address):
    client = Client()
    first = client.get(ROOT + address)
    again = client.get(ROOT + address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    since = client.get(ROOT + address, headers={"If-Modified-Since": first.headers["Last-Modified"]})
    assert since.status_code == 304
    install(built, editions, "2024-10-01")
    after = client.get(ROOT + address, headers={"If-None-Match": first.headers["ETag"]})
    # Rules and definitions are the same whichever editions there are.
    assert after.status_code == (304 if address in {"tariffs", "openapi.json"} else 200)
    assert client.get(ROOT + address, headers={"If-Match": '"other"'}).status_code == 412
    assert first.headers["Cache-Control"] == "public, max-age=300"


def test_taking_an_edition_away_is_a_change(editions):
    client = Client()
    tag = client.get(ROOT + "values").headers["ETag"]
    shutil.rmtree(editions / DAYS[0])
    assert client.get(ROOT + "values", headers={"If-None-Match": tag}).status_code == 200


def test_large_answers_are_packed_for_those_who_take_it(editions):
    client = Client()
    plain = client.get(ROOT + "values")
    packed = client.get(ROOT + "values", headers={"Accept-Encoding": "br, gzip;q=0.8"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) * 5 < len(plain.content)
    assert "Content-Encoding" not in client.get(ROOT + "values", headers={"Accept-Encoding": "gzip;q=0"}).headers
    assert "Accept-Encoding" in packed.headers["Vary"]


def test_head_tells_the_same_and_sends_nothing(editions):
    client = Client()
    read, asked = client.get(ROOT + "values?limit=3"), client.head(ROOT + "values?limit=3")
    assert asked.content == b""
    assert asked.headers == read.headers
    assert client.head(ROOT + "nothing").status_code == 404


def test_scripts_of_any_page_may_read_and_nothing_else(editions):
    client = Client(enforce_csrf_checks=True)
    assert client.get(ROOT).headers["Access-Control-Allow-Origin"] == "*"
    assert client.get(ROOT + "values?limit=0").headers["Access-Control-Allow-Origin"] == "*"
    before = client.options(ROOT + "values", headers={"Origin": "https://x.example"})
    assert before.status_code == 204
    assert before.headers["Access-Control-Allow-Methods"] == "GET, HEAD"
    assert "Access-Control-Allow-Credentials" not in before.headers
    for method in (client.post, client.put, client.delete, client.patch):
        answer = method(ROOT + "values")
        assert answer.status_code == 405
        assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
        assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("address", "status", "parameter"),
    [
        ("values?limit=0", 400, "limit"),
        ("values?limit=5001", 400, "limit"),
        ("values?limit=%D9%A3", 400, "limit"),
        ("values?limit=1&limit=2", 400, "limit"),
        ("values?limit=" + "9" * 5000, 400, "limit"),
        ("values?figure=nonsense", 400, "figure"),
        ("values?figure=lists" + "&figure=lists" * 50, 400, "figure"),
        ("values?level=planet", 400, "level"),
        ("values?dimension=colour", 400, "dimension"),
        ("values?area=9999", 404, "area"),
        ("values?area=%3Cscript%3E", 400, "area"),
        ("values?area=", 400, "area"),
        ("values?group=nobody", 404, "group"),
        ("values?edition=2023-13-01", 400, "edition"),
        ("values?edition=2019-01-01", 404, "edition"),
        ("values?since=yesterday", 400, "since"),
        ("values?since=2023-02-30", 400, "since"),
        ("values?cursor=abc", 400, "cursor"),
        ("values?cursor=AAAA", 400, "cursor"),
        ("values?cursor=%C3%A6", 400, "cursor"),
        ("tariffs?cursor=abc", 400, "cursor"),
        ("tariffs?on=2025-02-29", 400, "on"),
        ("tariffs?on=1900-01-01", 404, "on"),
        ("tariffs?code=zz9", 404, "code"),
        ("parameters?parameter=no.such", 404, "parameter"),
        ("areas?on=2019-12-31", 404, "on"),
        ("values?person=1", 400, None),
        ("?x=1", 400, None),
        ("definitions/nonsense", 404, None),
        ("definitions/" + "x" * 3000, 404, None),
        ("nothing", 404, None),
        ("values/", 404, None),
        ("%00", 400, None),
        ("values?area=a%00b", 400, None),
    ],
)
def test_what_cannot_be_answered_is_refused_in_three_languages(editions, address, status, parameter):
    client = Client()
    told = {language: refused(client, address, accept_language=language) for language in ("nb", "nn", "en")}
    assert {problem["status"] for problem in told.values()} == {status}
    assert {problem.get("parameter") for problem in told.values()} == {parameter}
    assert len({problem["title"] + problem["detail"] for problem in told.values()}) == 3


def test_refusals_say_which_language_they_are_in_and_fall_back_on_bokmal(editions):
    client = Client()
    for asked, told in (("en-GB,en;q=0.8", "en"), ("nn-NO", "nn"), ("de", "nb"), ("", "nb"), ("\x7f;;q=x", "nb")):
        answer = client.get(ROOT + "values?limit=0", headers={"Accept-Language": asked})
        assert answer.headers["Content-Language"] == told


def test_a_cursor_is_good_for_its_own_question_only(ask, editions):
    cursor = ask("values?level=county&limit=1")["next"].split("cursor=")[1]
    assert refused(Client(), f"values?level=country&limit=1&cursor={cursor}")["status"] == 400
    cursor = ask("tariffs?code=2ad&limit=1")["next"].split("cursor=")[1]
    assert refused(Client(), f"tariffs?code=2ak&limit=1&cursor={cursor}")["status"] == 410


def test_a_form_that_is_not_there_is_406(editions):
    client = Client()
    assert refused(client, "values", accept="text/html")["status"] == 406
    assert refused(client, "values.csv", accept="application/json")["status"] == 406
    assert client.get(ROOT + "values", headers={"Accept": "text/html, */*;q=0.1"}).status_code == 200


def test_nobody_may_ask_faster_than_the_rate(editions, monkeypatch):
    rates.forget()
    monkeypatch.setattr("fastlege.web.open_data.serving.monotonic", lambda: 1000.0)
    client = Client()
    codes = [client.get(ROOT).status_code for _ in range(protection().rates["open_data"].at_once)]
    assert set(codes) == {200}
    answer = client.get(ROOT)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1
    assert orjson.loads(answer.content)["status"] == 429
    assert client.get(ROOT, REMOTE_ADDR="192.0.2.9").status_code == 200


def test_before_the_first_edition_there_are_no_values(tmp_path, settings):
    settings.EDITION = settings.EDITIONS = tmp_path / "none"
    rates.forget()
    client = Client()
    assert orjson.loads(client.get(ROOT + "values").content)["values"] == []
    assert orjson.loads(client.get(ROOT + "editions").content)["editions"] == []
    assert orjson.loads(client.get(ROOT).content)["latest"] is None
    assert client.get("/api/").status_code == 200


def test_a_damaged_edition_is_said_and_not_half_shown(editions):
    (editions / DAYS[0] / "figures.parquet").write_bytes(b"rubbish")
    client = Client()
    assert refused(client, "values")["status"] == 503
    assert client.get(ROOT + "tariffs").status_code == 200


def test_no_cookie_is_set(editions):
    assert not Client().get(ROOT + "values").cookies


def test_the_licence_is_said_to_programs_and_to_people(ask, editions):
    page = "https://creativecommons.org/licenses/by/4.0/"
    assert ask("")["license"] == page
    assert ask("openapi.json")["info"]["license"]["identifier"] == "CC-BY-4.0"
    assert f'<a href="{page}" lang="en">' in Client().get("/en/api/").content.decode()


def test_the_page_for_people_has_commands_that_work(editions):
    client = Client()
    page = client.get("/en/api/").content.decode()
    commands = [part.split("</code>")[0] for part in page.split('<pre lang="en"><code>')[1:]]
    assert len(commands) == 8
    for command in commands:
        address = command.replace("&amp;", "&").replace("&#x27;", "'").split("http://testserver")[1].split("'")[0]
        answer = client.get(address)
        assert answer.status_code == (400 if address.endswith("...") else 200), (command, answer.content)
    for status in (400, 404, 405, 406, 410, 429, 503):
        assert f'id="problem-{status}"' in page


def test_what_is_refused_before_it_is_read_is_said_as_problems_too(editions):
    client = Client(raise_request_exception=False)
    large = client.generic("GET", ROOT + "values", CONTENT_LENGTH="99999999999")
    unsaid = client.generic("POST", ROOT + "values", HTTP_TRANSFER_ENCODING="chunked")
    assert [answer.status_code for answer in (large, unsaid)] == [413, 411]
    for answer in (large, unsaid):
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert orjson.loads(answer.content)["type"] == "about:blank"


def test_a_fault_of_ours_is_said_without_its_cause(editions, monkeypatch):
    monkeypatch.setattr("fastlege.web.open_data.of_figures.page_of", lambda *_, **__: 1 / 0)
    answer = Client(raise_request_exception=False).get(ROOT + "values", headers={"Accept-Language": "en"})
    assert answer.status_code == 500
    problem = orjson.loads(answer.content)
    assert problem["detail"] == "The fault is ours and is written in the log. Try again in a while."
    assert "division" not in answer.content.decode()
