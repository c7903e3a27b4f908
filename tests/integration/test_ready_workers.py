"""A process that answers has loaded what it answers with: its first visitor does not wait for that."""

import json
import subprocess
import sys

# A form of unknown length, refused before anything is read, and a page; and what each of them loaded.
_ASKING = """
import io, json, sys
from fastlege.config.wsgi import application

def ask(method, path, **more):
    before, told = set(sys.modules), []
    asked = {"REQUEST_METHOD": method, "PATH_INFO": path, "SCRIPT_NAME": "", "QUERY_STRING": "", "REMOTE_ADDR": "::1",
             "SERVER_NAME": "localhost", "SERVER_PORT": "80", "HTTP_HOST": "localhost", "SERVER_PROTOCOL": "HTTP/1.1",
             "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr, "wsgi.url_scheme": "http", **more}
    b"".join(application(asked, lambda status, headers, *_: told.append(status)))
    return told[0], sorted(name for name in set(sys.modules) - before if name.startswith(("fastlege.", "pandas")))

print(json.dumps([ask("POST", "/nn/min-side/bytte/1/", HTTP_TRANSFER_ENCODING="chunked"), ask("GET", "/en/om/")]))
"""


def test_the_first_answer_loads_nothing():
    asked = subprocess.run([sys.executable, "-c", _ASKING], stdout=subprocess.PIPE, text=True, check=True)
    assert json.loads(asked.stdout) == [["411 Length Required", []], ["200 OK", []]]
