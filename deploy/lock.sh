#!/bin/sh
# requirements/*.lock from pyproject.toml, for every Python from 3.11 on, with hashes and without any address.
# The tests' lock comes first and constrains the others, so that what is tested is what runs.
set -eu
[ -x .venv/bin/uv ] || { .venv/bin/python -m ensurepip >/dev/null && .venv/bin/python -m pip install -qq uv; }
compile() {
    target=requirements/$1.lock
    shift
    .venv/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --output-file "$target" "$@"
}
mkdir -p requirements
compile test --extra demo --extra test --extra check
compile demo --extra demo --constraint requirements/test.lock
compile base --constraint requirements/test.lock
