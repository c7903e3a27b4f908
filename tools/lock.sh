#!/bin/sh
# Pin every dependency with its hashes, for Python 3.11 to 3.13 on any platform, without index addresses.
set -eu
bin=$1
for pair in "requirements.txt:" "requirements-dev.txt:--extra=dev"; do
    "$bin/uv" pip compile pyproject.toml tools/build-requirements.in ${pair#*:} --universal --python-version 3.11 \
        --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --quiet --output-file "${pair%%:*}"
done
"$bin/uv" pip compile tools/node-requirements.in --universal --python-version 3.11 --generate-hashes --no-header \
    --no-emit-index-url --no-emit-find-links --quiet --output-file requirements-node.txt
