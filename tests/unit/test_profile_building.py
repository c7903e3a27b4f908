"""Building the static pages, and the same content on the site: whole or not at all, in every language."""

import re
from datetime import date

import orjson
import pytest
from django.test import Client
from profiles_scene import BODO, MOSKENES, write_edition
from typer.testing import CliRunner

from fastlege.cli.main import app
from fastlege.kernel.errors import DataError
from fastlege.reporting.edition import read_edition
from fastlege.reporting.profiles.building import build_profiles
from fastlege.reporting.profiles.comparing import Profiles

IBESTAD, SALANGEN = "5514", "5522"


@pytest.fixture(scope="module")
def edition(tmp_path_factory):
    folder = tmp_path_factory.mktemp("building") / "edition"
    write_edition(folder)
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """An edition of one municipality."""
    folder = tmp_path_factory.mktemp("small") / "edition"
    write_edition(folder, counties=["03"])
    return folder


@pytest.fixture(scope="module")
def built(edition, tmp_path_factory):
    out = tmp_path_factory.mktemp("built") / "pages"
    told = run("--edition", edition, "--out", out)
    assert "Wrote profiles of 41 municipalities" in told.stdout
    return out


def run(*words):
    done = CliRunner().invoke(app, ["profiles", "build", *map(str, words)])
    assert done.exit_code == 0, done.output
    return done


def test_every_municipality_has_a_page_in_every_language(built):
    codes = orjson.loads((built / "profiles.json").read_bytes())["municipalities"]
    assert len(codes) == 41
    for language in ("nb", "nn", "en"):
        pages = {path.name for path in (built / language).iterdir()}
        assert pages == {*(f"{code}.html" for code in codes), "index.html", "definitions.html"}
        assert f'<html lang="{language}">' in (built / language / f"{BODO}.html").read_text()


def test_a_municipality_without_lists_of_its_own_leads_to_the_one_that_it_works_with(tmp_path):
    edition = write_edition(tmp_path / "edition", counties=["55"])
    build_profiles(Profiles([edition]), tmp_path / "out", languages=["nn"], tell=lambda what, share: None)
    page = (tmp_path / "out" / "nn" / f"{IBESTAD}.html").read_text()
    assert "<h1>Ibestad har ikkje eigne lister</h1>" in page
    assert re.search(rf'<a href="{SALANGEN}.html">Profilen til Salangen', page)
    assert f'Ibestad: <a href="{SALANGEN}.html">' in (tmp_path / "out" / "nn" / "index.html").read_text()


def test_every_link_leads_to_something(built):
    pages = {page.resolve(): page.read_text() for page in built.rglob("*.html")}
    anchors = {page: set(re.findall(r'id="([^"]+)"', text)) for page, text in pages.items()}
    missing = []
    for page, text in pages.items():
        for address in set(re.findall(r'(?:href|src)="([^"]+)"', text)):
            file, _, anchor = address.partition("#")
            target = (page.parent / file).resolve() if file else page
            if not target.exists() or (anchor and anchor not in anchors[target]):
                missing.append((page.name, address))
    assert missing == []


def test_the_same_edition_gives_the_same_bytes(small, tmp_path):
    contents = []
    for name in ("one", "two"):
        run("--edition", small, "--out", tmp_path / name)
        files = sorted(path for path in (tmp_path / name).rglob("*") if path.is_file())
        contents.append([(path.relative_to(tmp_path / name), path.read_bytes()) for path in files])
    assert contents[0] == contents[1]
    assert len(contents[0]) > 10


def test_an_older_build_is_replaced_and_anything_else_is_left_alone(small, tmp_path):
    run("--edition", small, "--out", tmp_path / "pages", "--languages", "nb,en")
    run("--edition", small, "--out", tmp_path / "pages", "--languages", "en")
    assert sorted(path.name for path in (tmp_path / "pages").iterdir() if path.is_dir()) == ["en", "fonts"]
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "note.txt").write_text("kept")
    with pytest.raises(DataError, match="holds no profiles, so it is not replaced"):
        build_profiles(Profiles([read_edition(small)]), tmp_path / "mine", tell=lambda what, share: None)
    assert (tmp_path / "mine" / "note.txt").read_text() == "kept"


def test_a_build_that_breaks_off_leaves_nothing(small, tmp_path):
    def stop(what, share):
        if share > 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_profiles(Profiles([read_edition(small)]), tmp_path / "pages", tell=stop)
    assert list(tmp_path.iterdir()) == []


def test_the_share_that_is_done_only_grows_and_names_each_municipality(edition, tmp_path):
    told = []
    profiles = Profiles([read_edition(edition)])
    build_profiles(profiles, tmp_path / "pages", languages=["en"], tell=lambda *said: told.append(said))
    assert [share for _, share in told] == [at / 41 for at in range(41)]
    assert [name for name, _ in told][:3] == ["Aarborte - Hattfjelldal", "Alstahaug", "Andøy"]


def test_the_command_tells_machines_what_it_wrote_and_refuses_an_unknown_language(small, tmp_path):
    told = orjson.loads(run("--edition", small, "--out", tmp_path / "p", "--languages", "nn", "--json").stdout)
    assert told["languages"] == ["nn"]
    assert (told["municipalities"], told["as_of"], told["years"]) == (1, "2026-05-01", [2026])
    done = CliRunner().invoke(app, ["profiles", "build", "--edition", str(small), "--out", "x", "--languages", "sv"])
    assert done.exit_code == 2
    assert "the languages are nb, nn, en" in done.output


@pytest.fixture
def site(edition, settings, tmp_path):
    settings.EDITION, settings.EDITIONS = edition, tmp_path / "none"
    return Client(HTTP_HOST="localhost")


def main_of(page):
    """The content of a page, without its links: they lead to other places on the site and in a folder."""
    inside = re.search(r'<div class="profile.*?(?=</main>|</div>\s*</main>)', page, re.DOTALL)[0]
    return re.sub(r' href="[^"]*"', "", inside).removesuffix("</div>").strip().removesuffix("</div>")


@pytest.mark.parametrize(("prefix", "language"), [("", "nb"), ("/nn", "nn"), ("/en", "en")])
def test_the_site_serves_the_same_content_as_the_static_page(site, built, prefix, language):
    answer = site.get(f"{prefix}/kommuneprofil/{MOSKENES}/")
    assert answer.status_code == 200
    assert main_of(answer.content.decode()) == main_of((built / language / f"{MOSKENES}.html").read_text())
    index = site.get(f"{prefix}/kommuneprofil/").content.decode()
    assert f'href="{prefix}/kommuneprofil/{MOSKENES}/"' in index
    assert f'href="{prefix}/tall/gps/?' in answer.content.decode()


def test_installed_editions_give_the_past(site, settings, tmp_path):
    settings.EDITIONS = tmp_path / "editions"
    write_edition(settings.EDITIONS / "before", date(2024, 5, 1), times=0.5)
    page = site.get(f"/kommuneprofil/{BODO}/").content.decode()
    assert '<th scope="col">2024</th>' in page
    assert '<th scope="col">2026</th>' in page


@pytest.mark.parametrize(
    ("code", "heading"),
    [
        ("3005", "Drammen har ikke dette nummeret nå"),
        ("1853", "Evenes - Evenášši har ikke egne lister"),
        ("4601", "Bergen har ingen lister i disse tallene"),
        ("9999", "Ingen kommune har dette nummeret"),
        ("%3Cscript%3E", "Ingen kommune har dette nummeret"),
        ("0" * 3000, "Ingen kommune har dette nummeret"),
    ],
)
def test_a_code_without_a_profile_gets_a_page_that_says_why(site, code, heading):
    answer = site.get(f"/kommuneprofil/{code}/")
    page = answer.content.decode()
    assert answer.status_code == 404
    assert f"<h1>{heading}</h1>" in page
    assert "<script" not in page


@pytest.mark.parametrize(("code", "leads_to"), [("3005", "3301"), ("3336", "3334")])
def test_such_a_page_leads_to_the_profile_to_read_instead(site, settings, tmp_path, code, leads_to):
    settings.EDITION = tmp_path / "buskerud"
    write_edition(settings.EDITION, counties=["33"])
    page = site.get(f"/nn/kommuneprofil/{code}/").content.decode()
    assert f'<a class="ds-button" href="/nn/kommuneprofil/{leads_to}/">Profilen til ' in page


def test_a_number_that_came_later_says_from_when(site, settings, tmp_path):
    settings.EDITION = tmp_path / "before"
    write_edition(settings.EDITION, date(2023, 10, 1))
    page = site.get("/en/kommuneprofil/3301/").content.decode()
    assert "<h1>Drammen did not have this number then</h1>" in page
    assert "The number is in use from 1 January 2024, and the figures here are as of 1 October 2023." in page


def test_a_site_without_figures_says_that_they_are_not_ready(settings, tmp_path):
    settings.EDITION, settings.EDITIONS = tmp_path / "a", tmp_path / "b"
    for address in ("/kommuneprofil/", "/kommuneprofil/1804/"):
        answer = Client(HTTP_HOST="localhost").get(address)
        assert answer.status_code == 503
        assert "Tallene er ikke regnet ut" in answer.content.decode()
