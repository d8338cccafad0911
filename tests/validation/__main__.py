"""`make validation`: the papers of the latest whole run of this commit; without one, of the marked tests.

With anything changed, and outside of a repository, no earlier run is taken: the marked tests are run.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.validation.declared import PROJECT, requirements
from tests.validation.evidence import RESULTS, Proof, reusable, unproved, versions

MARKED = RESULTS.with_name("marked.json")


def main() -> int:
    results = _of_this_commit() or _run_the_marked()
    if results is None:
        print("There are no results: the tests could not be run.")
        return 1
    for path in write(results, RESULTS.parent):
        print(path.relative_to(PROJECT))
    proofs = [Proof(**test) for test in results["tests"]]
    if missing := unproved(proofs, requirements()):
        print("Requirements without a passing test:", ", ".join(missing))
    return 1 if missing or results["exit"] else 0


def write(results: dict[str, Any], folder: Path) -> list[Path]:
    """Each paper as HTML and as PDF."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("FASCICLE_DEBUG", "1")
    import django

    django.setup()
    from tests.validation.files import as_html, as_pdf
    from tests.validation.papers import papers

    written = []
    for paper in papers(results, requirements()):
        page, kept = folder / f"{paper.name}.html", folder / f"{paper.name}.pdf"
        page.write_text(as_html(paper), encoding="utf-8")
        kept.write_bytes(as_pdf(paper))
        written += [page, kept]
    return written


def _of_this_commit() -> dict[str, Any] | None:
    told = _read(RESULTS)
    return told if told and reusable(told["versions"], versions()) else None


def _read(path: Path) -> dict[str, Any] | None:
    if not path.exists():
        return None
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return told


def _run_the_marked() -> dict[str, Any] | None:
    print("No whole run of this commit: the tests that hold requirements are run now.", flush=True)
    MARKED.unlink(missing_ok=True)
    subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-m", "requirement", f"--evidence={MARKED}"),
            *("--numprocesses", "2", "--dist", "loadfile", "-q"),
        ],
        cwd=PROJECT,
        check=False,
    )
    return _read(MARKED)


if __name__ == "__main__":
    sys.exit(main())
