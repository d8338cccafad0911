"""The documents lead somewhere, and stay short enough to be read."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
DOCUMENTS = [*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")]
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_a_link_leads_to_a_file(document: Path) -> None:
    missing = [link for link in LINK.findall(document.read_text()) if not (document.parent / link).exists()]
    assert not missing


def test_whoever_begins_is_led_to_the_architecture() -> None:
    for name in ("README.md", "CONTRIBUTING.md"):
        assert "docs/explanation/architecture.md" in LINK.findall((PROJECT / name).read_text())


def test_the_first_pages_are_short() -> None:
    assert len((PROJECT / "README.md").read_text().split()) <= 500
    assert len((PROJECT / "docs/explanation/architecture.md").read_text().splitlines()) <= 120


def test_each_folder_of_the_project_is_explained() -> None:
    explained = (PROJECT / "CONTRIBUTING.md").read_text()
    code = {path.parent.name for path in PROJECT.glob("[a-z]*/*") if path.suffix in {".py", ".html", ".sh"}}
    assert not [folder for folder in {*code, "static", "docs"} if f"`{folder}" not in explained]


@pytest.mark.requirement("P11.10k")
def test_decisions_are_numbered_without_gaps() -> None:
    decisions = sorted((PROJECT / "docs" / "decisions").glob("0*.md"))
    headings = [decision.read_text().splitlines()[0] for decision in decisions]
    assert [heading.split(".")[0] for heading in headings] == [f"# {n}" for n in range(1, len(headings) + 1)]
