"""The papers of the validation pack, from the results of a run: what they say, whatever file they become."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.validation.declared import DOCUMENT, Requirement, measured
from tests.validation.evidence import CLEAN, UNKNOWN

HOLDS = {True: "holds", False: "DOES NOT HOLD", None: "told"}
Results = Mapping[str, Any]


@dataclass(frozen=True)
class Table:
    """`widths` are shares of the page."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]


@dataclass(frozen=True)
class Paper:
    name: str
    title: str
    lead: Sequence[str]
    tables: Sequence[Table]


def papers(results: Results, declared: Mapping[str, Requirement]) -> list[Paper]:
    return [matrix(results, declared), operation(results), installation(results)]


def matrix(results: Results, declared: Mapping[str, Requirement]) -> Paper:
    """Which tests hold which requirement, and whether they passed."""
    held = by_requirement(results)
    chapters: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for code, requirement in declared.items():
        row = (code, requirement.words, listed(held[code]), verdict(held[code]))
        chapters[requirement.chapter].append(row)
    head, widths = ("Id", "Requirement", "Tests", "Verdict"), (0.11, 0.34, 0.43, 0.12)
    tables = [Table(chapter, head, rows, widths) for chapter, rows in chapters.items()]
    apart = [(each.code, each.words, each.chapter) for each in measured()]
    tables.append(Table("Measured apart", ("Id", "What holds", "Where"), apart, (0.13, 0.44, 0.43)))
    sponsor = [(line,) for line in with_the_sponsor()]
    tables.append(Table("With the sponsor", ("What no program can do",), sponsor, (1,)))
    proved = sum(verdict(held[code]) == "passed" for code in declared)
    lead = [*_said(results), f"{proved} of {len(declared)} requirements have passed."]
    return Paper("traceability", "Traceability matrix", lead, tables)


def operation(results: Results) -> Paper:
    """The record of the run: with what, when, and every test that holds a requirement."""
    tests = results["tests"]
    counted = Counter(test["outcome"] for test in tests)
    marked = [test for test in tests if test["requirements"]]
    rows = [
        (test["test"], ", ".join(test["requirements"]), f"{test['seconds']:.2f}", test["outcome"])
        for test in sorted(marked, key=lambda test: test["test"])
    ]
    failed = [(test["test"],) for test in tests if test["outcome"] == "failed"]
    lead = [*_said(results), ", ".join(f"{count} {outcome}" for outcome, count in sorted(counted.items()))]
    tables = [_versions(results)]
    if failed:
        tables.append(Table("What failed", ("Test",), failed, (1,)))
    head = ("Test", "Requirements", "Seconds", "Outcome")
    tables.append(Table("Tests that hold requirements", head, rows, (0.6, 0.2, 0.09, 0.11)))
    return Paper("operation", "Record of the operational qualification", lead, tables)


def installation(results: Results) -> Paper:
    """What the installation of the run said of itself."""
    rows = [(each["subject"], str(each["found"]), HOLDS[each["holds"]]) for each in results["installation"]]
    lead = [
        *_said(results),
        "The installation on which the tests ran. For another, keep what `manage.py self_check` says there.",
    ]
    findings = Table("Findings", ("Subject", "Found", "Verdict"), rows, (0.35, 0.48, 0.17))
    return Paper("installation", "Record of the installation", lead, [_versions(results), findings])


def by_requirement(results: Results) -> Mapping[str, list[Mapping[str, Any]]]:
    held: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for test in results["tests"]:
        for code in test["requirements"]:
            held[code].append(test)
    return held


def verdict(tests: Sequence[Mapping[str, Any]]) -> str:
    outcomes = {test["outcome"] for test in tests}
    if "failed" in outcomes:
        return "FAILED"
    return "passed" if "passed" in outcomes else "NOT TESTED"


def listed(tests: Sequence[Mapping[str, Any]]) -> str:
    """The tests by their functions; how many examples of each passed."""
    functions: dict[str, list[str]] = defaultdict(list)
    for test in tests:
        functions[test["test"].partition("[")[0]].append(test["outcome"])
    return "\n".join(f"{name} ({_count(outcomes)})" for name, outcomes in sorted(functions.items()))


def _count(outcomes: Sequence[str]) -> str:
    passed = outcomes.count("passed")
    return str(passed) if passed == len(outcomes) else f"{passed} of {len(outcomes)}"


def with_the_sponsor() -> list[str]:
    _, _, section = DOCUMENT.read_text(encoding="utf-8").partition("## With the sponsor")
    return [line.removeprefix("- ") for line in section.splitlines() if line.startswith("- ")]


def _versions(results: Results) -> Table:
    return Table("Versions", ("What", "Version"), list(results["versions"].items()), (0.3, 0.7))


def _said(results: Results) -> list[str]:
    run = "The whole run of the tests" if results["whole"] else "A run of the tests that hold requirements"
    of = f"{run}, {results['began']} to {results['ended']}, of"
    versions = results["versions"]
    if versions["tree"] == UNKNOWN:
        return [f"{of} no known commit: outside a repository. This evidence stands for no version."]
    commit = versions["commit"][:12]
    if versions["tree"] == CLEAN:
        return [f"{of} {commit}."]
    return [
        f"{of} {commit} with {versions['changed files']} changed files ({versions['tree']}). "
        "This evidence stands for no version: commit, and run the tests again."
    ]
