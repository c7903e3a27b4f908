"""The embedded PostgreSQL starts on demand, is shared, survives kill -9, and says in one line what is wrong."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import mkdtemp

import psycopg
import pytest

from fastlege.database.address import database_settings, home, short_folder, socket_folder
from fastlege.database.binaries import binaries, major_version
from fastlege.database.cluster import Cluster
from fastlege.database.server import address, ensure_running, server_version
from fastlege.kernel.errors import DataError

SMALL = ("fsync=off", "shared_buffers=16MB")


@pytest.fixture(scope="module")
def cluster():
    folder = Path(mkdtemp(prefix="fl-server-", dir="/tmp"))
    cluster = Cluster(folder)
    cluster.start(*SMALL)
    yield cluster
    cluster.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def empty_home(tmp_path, monkeypatch):
    monkeypatch.delenv("FASTLEGE_DATABASE_URL", raising=False)
    monkeypatch.setenv("FASTLEGE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_starting_twice_and_from_other_processes_is_harmless(cluster):
    cluster.start()
    script = "import sys, pathlib, fastlege.database.cluster as c; c.Cluster(pathlib.Path(sys.argv[1])).start()"
    others = [subprocess.Popen([sys.executable, "-c", script, str(cluster.home)]) for _ in range(2)]
    assert [other.wait() for other in others] == [0, 0]
    assert cluster.is_running()


def test_nobody_else_may_reach_the_server(cluster):
    assert (cluster.socket.stat().st_mode & 0o777, cluster.data.stat().st_mode & 0o777) == (0o700, 0o700)


def test_letters_of_norwegian_have_a_lower_case(cluster):
    with psycopg.connect(cluster.conninfo()) as connection:
        assert connection.execute("select lower('ÆØÅ')").fetchone() == ("æøå",)


def test_the_server_comes_back_after_kill_9_with_what_was_committed(cluster):
    cluster.ensure_database("kept")
    cluster.ensure_database("kept")
    with psycopg.connect(cluster.conninfo("kept")) as connection:
        connection.execute("create table one as select 1 as number")
    postmaster = int((cluster.data / "postmaster.pid").read_text().splitlines()[0])
    os.kill(postmaster, signal.SIGKILL)
    cluster.start(*SMALL)
    with psycopg.connect(cluster.conninfo("kept")) as connection:
        assert connection.execute("select number from one").fetchone() == (1,)


def test_a_stopped_server_starts_again(cluster):
    assert cluster.stop()
    assert not cluster.is_running()
    cluster.start(*SMALL)
    assert cluster.is_running()


def test_a_cluster_of_another_version_is_left_alone(empty_home):
    data = empty_home / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("13\n")
    with pytest.raises(DataError, match="made by PostgreSQL 13, and the programs are version"):
        ensure_running()
    assert [path.name for path in data.iterdir()] == ["PG_VERSION"]


def test_a_folder_that_is_no_cluster_is_left_alone(empty_home):
    data = empty_home / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "thesis.txt").write_text("years of work")
    with pytest.raises(DataError, match="not a PostgreSQL cluster, or a damaged one"):
        ensure_running()
    assert (data / "thesis.txt").exists()


def test_a_damaged_cluster_is_told_with_the_servers_reason(empty_home, monkeypatch):
    monkeypatch.setattr("fastlege.database.cluster._PATIENCE", 0.1)
    data = empty_home / "postgres" / "data"
    data.mkdir(parents=True, mode=0o700)
    data.chmod(0o700)
    (data / "PG_VERSION").write_text(f"{major_version(binaries())}\n")
    with pytest.raises(DataError, match="the embedded PostgreSQL does not start"):
        ensure_running()


def test_a_home_that_cannot_be_written_is_told(tmp_path, monkeypatch):
    monkeypatch.delenv("FASTLEGE_DATABASE_URL", raising=False)
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("FASTLEGE_HOME", str(tmp_path / "file" / "home"))
    with pytest.raises(DataError, match="cannot be written"):
        ensure_running()


def test_a_long_path_gets_a_short_socket(tmp_path):
    deep = tmp_path / ("long" * 25)
    assert socket_folder(tmp_path) == tmp_path / "postgres" / "socket"
    assert socket_folder(deep) == short_folder(deep)
    assert len(str(short_folder(deep))) < 60


def test_a_folder_of_programs_without_initdb_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("FASTLEGE_PG_BIN", str(tmp_path))
    with pytest.raises(DataError, match="FASTLEGE_PG_BIN: there is no initdb"):
        binaries()


def test_programs_that_are_too_old_are_told(tmp_path):
    (tmp_path / "postgres").write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 14.9'\n")
    (tmp_path / "postgres").chmod(0o755)
    with pytest.raises(DataError, match="holds PostgreSQL 14; 15 or newer"):
        major_version(tmp_path)


class TestANamedServer:
    def test_its_address_is_read_whole(self, monkeypatch):
        monkeypatch.setenv("FASTLEGE_DATABASE_URL", "postgresql://a%40b:s%2F3@db.example:5433/register")
        place = database_settings()
        told = [place[name] for name in ("USER", "PASSWORD", "HOST", "PORT", "NAME")]
        assert told == ["a@b", "s/3", "db.example", "5433", "register"]

    def test_it_answers(self, cluster, monkeypatch):
        monkeypatch.setenv("FASTLEGE_DATABASE_URL", cluster.url("postgres"))
        ensure_running()
        assert server_version() >= 15
        assert "dbname=postgres" in address()

    @pytest.mark.parametrize("url", ["postgresql://postgres@/x?host=/nowhere", "postgresql://nobody@127.0.0.1:1/x"])
    def test_one_that_does_not_answer_is_told(self, monkeypatch, url):
        monkeypatch.setenv("FASTLEGE_DATABASE_URL", url)
        with pytest.raises(DataError, match="FASTLEGE_DATABASE_URL: the database does not answer"):
            ensure_running()

    @pytest.mark.parametrize(
        ("url", "told"), [("mysql://x/y", "must start with postgresql://"), ("postgresql://x:port/y", "not a number")]
    )
    def test_an_impossible_address_is_told(self, monkeypatch, url, told):
        monkeypatch.setenv("FASTLEGE_DATABASE_URL", url)
        with pytest.raises(DataError, match=told):
            database_settings()

    def test_one_that_is_too_old_is_told(self, cluster, monkeypatch):
        monkeypatch.setenv("FASTLEGE_DATABASE_URL", cluster.url("postgres"))
        monkeypatch.setattr("fastlege.database.server.OLDEST", 99)
        with pytest.raises(DataError, match="99 or newer is needed"):
            ensure_running()


def test_home_is_where_the_setting_says(monkeypatch, tmp_path):
    monkeypatch.setenv("FASTLEGE_HOME", str(tmp_path))
    assert home() == tmp_path
    monkeypatch.delenv("FASTLEGE_HOME")
    assert home() == Path.cwd() / ".fastlege"
