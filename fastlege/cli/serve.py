"""`fastlege serve`: the web site."""

from __future__ import annotations

import multiprocessing
import os
import socket
from typing import Annotated

import typer

from fastlege.cli.output import words
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
    """Run the site's server in this process; comes back when it is told to stop. The database must be open."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    check_free(host, port)
    # Workers start afresh: forked ones would lack the threads of the connection pool that this process has opened.
    multiprocessing.set_start_method("spawn", force=True)
    # The workers are processes of their own and must find the same settings.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fastlege.config.settings")
    server = Granian(
        APPLICATION,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=_THREADS,
        log_access=False,
        log_level=LogLevels.warning,
    )
    words.print(f"The site is at {_address(host, port)} (stop it with Ctrl-C)")
    server.serve()


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
