#!/bin/sh
# Everything that can be said of the code without running it.
set -eu
bin=$1
"$bin/ruff" check .
"$bin/ruff" format --check .
"$bin/lint-imports"
"$bin/mypy" fastlege
