"""A run of its own: what the plugin writes down, and when it fails the run."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.validation.declared import PROJECT, Requirement
from tests.validation.evidence import CLEAN, UNKNOWN, reusable, tree
from tests.validation.papers import matrix, operation, papers

CONFTEST = """
from pathlib import Path
from tests.validation.evidence import Evidence

def pytest_addoption(parser):
    parser.addoption("--evidence")

def pytest_configure(config):
    folder = Path(__file__).resolve().parents[1]
    config.pluginmanager.register(Evidence(config, folder / "declared.md", folder / "results.json"))
"""
PROOFS = """
import pytest

@pytest.mark.requirement("A.1")
@pytest.mark.parametrize("number", [1, 2])
def test_one(number):
    pass

@pytest.mark.requirement("A.2", "A.1")
def test_two(record_property):
    record_property("installation", [{"subject": "s", "found": "f", "holds": True}])
    assert {two}

@pytest.mark.requirement("A.3")
def test_three():
    pytest.skip("not here")
"""
ALL = "| `A.1` | one |\n| `A.2` | two |\n"


@pytest.fixture
def study(tmp_path: Path) -> Path:
    (tmp_path / "pytest.ini").write_text("[pytest]\ntestpaths = proofs\nmarkers = requirement\n")
    (tmp_path / "proofs").mkdir()
    (tmp_path / "proofs" / "conftest.py").write_text(CONFTEST)
    return tmp_path


def run(study: Path, *how: str, declared: str = ALL, two: bool = True) -> tuple[int, str, dict[str, Any]]:
    """The exit code, what was said, and the results; none when nothing was written."""
    (study / "declared.md").write_text(f"## Chapter\n\n{declared}")
    (study / "proofs" / "test_proofs.py").write_text(PROOFS.replace("{two}", str(two)))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--import-mode=importlib", "-p", "no:cacheprovider", *how],
        cwd=study,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
    )
    results = study / "results.json"
    return (
        done.returncode,
        done.stdout + done.stderr,
        json.loads(results.read_text()) if results.exists() else {},
    )


@pytest.mark.parametrize("how", [(), ("--numprocesses", "2")])
def test_a_whole_run_says_what_it_proved(study: Path, how: tuple[str, ...]) -> None:
    code, said, results = run(study, *how)
    assert code == 0, said
    outcomes = {test["test"]: (test["outcome"], test["requirements"]) for test in results["tests"]}
    assert outcomes == {
        "proofs/test_proofs.py::test_one[1]": ("passed", ["A.1"]),
        "proofs/test_proofs.py::test_one[2]": ("passed", ["A.1"]),
        "proofs/test_proofs.py::test_two": ("passed", ["A.1", "A.2"]),
        "proofs/test_proofs.py::test_three": ("skipped", ["A.3"]),
    }
    assert results["installation"] == [{"subject": "s", "found": "f", "holds": True}]
    assert results["whole"] is True
    assert results["versions"].keys() >= {"commit", "Python", "Django", "PostgreSQL", "Chromium"}


@pytest.mark.parametrize("how", [(), ("--numprocesses", "2")])
@pytest.mark.requirement("P11.10a", "E6.8")
def test_a_requirement_whose_only_test_was_skipped_fails_the_whole_run(
    study: Path, how: tuple[str, ...]
) -> None:
    code, said, _ = run(study, *how, declared=ALL + "| `A.3` | three |\n| `A.4` | four |\n")
    assert code == 1
    assert "requirements without a passing test" in said
    assert "A.3, A.4" in said


@pytest.mark.requirement("P11.10a")
def test_a_failed_test_proves_nothing(study: Path) -> None:
    code, said, results = run(study, two=False)
    assert code == 1
    assert "A.2" in said
    declared = {name: Requirement(name, "words", "Chapter") for name in ("A.1", "A.2")}
    chapter, *_others = matrix(results, declared).tables
    assert [row[3] for row in chapter.rows] == ["FAILED", "FAILED"]


@pytest.mark.parametrize("how", [("-k", "one"), ("-m", "requirement"), ("proofs/test_proofs.py",)])
def test_a_part_of_the_tests_fails_for_no_requirement_and_writes_nothing(
    study: Path, how: tuple[str, ...]
) -> None:
    code, _, results = run(study, *how, declared=ALL + "| `A.4` | four |\n")
    assert (code, results) == (0, {})


def test_a_part_writes_where_it_is_told(study: Path) -> None:
    run(study, "-k", "one", "--evidence=part.json")
    part = json.loads((study / "part.json").read_text())
    assert part["whole"] is False
    assert len(part["tests"]) == 2


def test_the_papers_say_it_all_as_html_and_pdf(study: Path) -> None:
    from tests.validation.files import as_html, as_pdf

    _, _, results = run(study)
    declared = {name: Requirement(name, f"words & {name}", "Chapter") for name in ("A.1", "A.2", "A.9")}
    said = {paper.name: as_html(paper) for paper in papers(results, declared)}
    assert "words &amp; A.1" in said["traceability"]
    assert "NOT TESTED" in said["traceability"]
    assert "2 of 3 requirements have passed" in said["traceability"]
    assert "test_two" in said["operation"]
    assert "holds" in said["installation"]
    for paper in papers(results, declared):
        assert as_pdf(paper).startswith(b"%PDF")
    assert len(operation(results).tables) == 2


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A commit of one file."""
    (tmp_path / "code.py").write_text("one = 1\n")
    (tmp_path / ".gitignore").write_text("build\n")
    who = ("-c", "user.name=Test", "-c", "user.email=test@example.org")
    for words in (("init", "-q"), ("add", "."), (*who, "commit", "-q", "-m", "One")):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    return tmp_path


def test_what_lies_beside_a_commit_is_told_by_its_content(repository: Path) -> None:
    assert tree(repository) == CLEAN
    (repository / "build").write_text("not of the code")
    assert tree(repository) == CLEAN
    found = {CLEAN}
    for name, words in (("code.py", "one = 2\n"), ("code.py", "one = 3\n"), ("new.py", "a"), ("new.py", "b")):
        (repository / name).write_text(words)
        found.add(tree(repository))
    assert len(found) == 5


def test_a_link_beside_a_commit_is_told_by_where_it_leads(repository: Path) -> None:
    found = set()
    for target in ("here", "there"):
        (repository / target).mkdir()
        (repository / "link").unlink(missing_ok=True)
        (repository / "link").symlink_to(target)
        found.add(tree(repository))
    assert len(found) == 2
    assert CLEAN not in found


def test_outside_of_a_repository_nothing_is_known(tmp_path: Path) -> None:
    assert tree(tmp_path) == UNKNOWN


def test_evidence_of_other_code_is_not_taken() -> None:
    clean = {"commit": "a" * 40, "tree": CLEAN}
    assert reusable(clean, clean)
    for other in ({**clean, "commit": "b" * 40}, {**clean, "tree": "c" * 64}, {"commit": "a" * 40}):
        assert not reusable(other, clean)
    for unsure in ({**clean, "tree": "c" * 64}, {"commit": "none", "tree": UNKNOWN}):
        assert not reusable(unsure, unsure)


@pytest.mark.parametrize("beside", ["c" * 64, UNKNOWN])
def test_the_record_says_that_it_stands_for_no_version(study: Path, beside: str) -> None:
    _, _, results = run(study)
    results["versions"]["tree"] = beside
    assert "stands for no version" in operation(results).lead[0]
    results["versions"]["tree"] = CLEAN
    assert "no version" not in operation(results).lead[0]
