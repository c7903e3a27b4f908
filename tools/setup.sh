#!/bin/sh
# Make the virtual environment with the `fastlege` command in it. Needs Python 3.11-3.13 and nothing else.
set -eu
venv=$1

# Run each candidate: version managers leave commands in the path that exist and fail.
find_python() {
    for candidate in python3.13 python3.12 python3.11 python3 python; do
        if "$candidate" -c 'import sys; raise SystemExit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "setup: no working Python 3.11, 3.12 or 3.13 was found in the path. Install one and run make again." >&2
    exit 1
}

if ! "$venv/bin/python" -c '' 2>/dev/null; then
    python=$(find_python)
    rm -rf "$venv"
    if ! "$python" -m venv "$venv" 2>"${TMPDIR:-/tmp}/fastlege-venv.$$"; then
        cat "${TMPDIR:-/tmp}/fastlege-venv.$$" >&2
        echo "setup: $python cannot make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv" >&2
        exit 1
    fi
    rm -f "${TMPDIR:-/tmp}/fastlege-venv.$$"
fi

echo "setup: installing the locked requirements into $venv" >&2
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check uv==0.13.9
"$venv/bin/uv" pip install --quiet --python "$venv/bin/python" --require-hashes --compile-bytecode \
    -r requirements-dev.txt
"$venv/bin/uv" pip install --quiet --python "$venv/bin/python" --no-deps --no-build-isolation --editable .
if [ -d fastlege/locale ]; then
    "$venv/bin/pybabel" -q compile -D django -d fastlege/locale
fi
# Where Python is told to keep no compiled modules, every command would else compile all that it imports anew.
"$venv/bin/python" -m compileall -q fastlege
# The loops of the engine and of claims are compiled once and kept; else the first round, and the first bills, would wait.
echo "setup: compiling what gives out places and controls bills (under a minute)" >&2
"$venv/bin/python" -m fastlege.matching & engine=$!
made=$(mktemp -d)
{
    "$venv/bin/fastlege" population build --recipe norway-2026-05 --area 1101 --out "$made/place" \
        && "$venv/bin/fastlege" claims build --snapshot "$made/place" --year 2025 --out "$made/year" \
        && "$venv/bin/fastlege" claims classify --snapshot "$made/year" --out "$made/year/contacts.parquet" \
        && "$venv/bin/fastlege" claims volumes --claims "$made/year" --out "$made/volumes.parquet" \
        && "$venv/bin/fastlege" claims control-year --claims "$made/year" --out "$made/breaches.parquet" \
        && "$venv/bin/fastlege" figures compute --all --snapshot "$made/year" --by country
} > "$made/log" 2>&1 || { cat "$made/log" >&2; echo "setup: that failed; the first bills will try again." >&2; }
rm -rf "$made"
wait "$engine" || echo "setup: that failed; the first round will try again." >&2
# The demo's login runs on node: the machine's if it is new enough, else one from a Python package.
if "$venv/bin/python" -m fastlege.identity_provider --needs-node; then
    "$venv/bin/uv" pip install --quiet --python "$venv/bin/python" --require-hashes -r requirements-node.txt \
        || echo "setup: no node could be installed; the site works, but nobody can log in to the demo." >&2
fi
"$venv/bin/python" -m fastlege.identity_provider \
    || echo "setup: everything else is in place; the site works, but nobody can log in to the demo." >&2
touch "$venv/.ready"
