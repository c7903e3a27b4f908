"""`fastlege serve`: the web site."""

from __future__ import annotations

import os
import socket
import sys
from typing import Annotated

import typer

from fastlege.cli.output import words
from fastlege.cli.site.translations import ensure_translations
from fastlege.database.ready import open_database
from fastlege.kernel.errors import DataError

APPLICATION = "fastlege.config.wsgi:application"
_WORKERS = 2
_THREADS = 4


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that answer.")] = _WORKERS,
) -> None:
    """Serve the web site until Ctrl-C."""
    open_database()
    serve_site(host, port, workers)


def serve_site(host: str, port: int, workers: int = _WORKERS) -> None:
    """Become the site's server, which runs until it is told to stop. The database must be open."""
    check_free(host, port)
    ensure_translations()
    _open_login(host, port)
    words.print(f"The site is at {_address(host, port)} (stop it with Ctrl-C)")
    sys.stdout.flush()
    # A new program in place of this one: what the command line has loaded, and the threads of its connection pool,
    # have no business in the processes that answer.
    os.environ["FASTLEGE_PROCESSES"] = str(workers)
    command = server_command(host, port, workers)
    os.execv(command[0], command)  # noqa: S606


def server_command(host: str, port: int, workers: int = _WORKERS, application: str = APPLICATION) -> list[str]:
    """What runs the site: processes that answer, each with a few threads: a choice waits for the disk."""
    options = {
        "host": host,
        "port": str(port),
        "interface": "wsgi",
        "workers": str(workers),
        "blocking-threads": str(_THREADS),
        "log-level": "warning",
    }
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    return [sys.executable, "-m", "granian", *words, application]


def _open_login(host: str, port: int) -> None:
    """Let visitors log in as the synthetic people, unless the installation has an identity provider of its own."""
    from fastlege.identity_provider.beside_site import is_wanted, start_beside

    if not is_wanted():
        return
    environment = start_beside(host, port)
    if environment is None:
        words.print("Nobody can log in: the demo's identity provider is not installed. `make setup` installs it.")
    else:
        os.environ.update(environment)
        words.print(f"Log in as a synthetic resident at {_address(host, port)}min-side/")


def _address(host: str, port: int) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"http://{'localhost' if shown in {'127.0.0.1', '0.0.0.0', '[::1]', '[::]'} else shown}:{port}/"  # noqa: S104


def check_free(host: str, port: int) -> None:
    """Refuse a taken port before any worker starts: each of them would fail on its own, at length."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise DataError(
                f"cannot be listened on ({error.strerror}).", where=f"{host}:{port}", remedy="Try another --port."
            ) from error
