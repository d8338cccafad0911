"""Keeping the queries of a record in step with the checks that fire on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forms_app.checks.finding import Finding
from forms_app.models.query import ANSWERED, CLOSED, OPEN, QUERY_MOVES, Query
from trial import typed_text
from trial.models import Record

LONGEST = 300


def errors(explanations: Mapping[str, str]) -> dict[str, str]:
    """A sentence for each explanation that cannot be stored, at `explanations.<check>`."""
    said = {code: typed_text.problem(text.strip(), LONGEST) for code, text in explanations.items()}
    return {f"explanations.{code}": problem for code, problem in said.items() if problem}


@dataclass(frozen=True)
class Asked:
    """The queries of the checks that fire, and those that a save has moved or opened."""

    standing: tuple[Query, ...]
    moved: tuple[Query, ...]


def follow(
    record: Record,
    findings: Sequence[Finding],
    explanations: Mapping[str, str],
    changed: set[str],
    *,
    created: bool,
) -> Asked:
    """Open, answer and close queries so that they say what the checks say; `store` writes them.

    An explanation holds for what it was given for: when the item or what the check says of it
    changed, it is asked again.
    """
    stored = [] if created else Query.objects.filter(record=record)
    known = {f"{query.item}.{query.check_code}": query for query in stored}
    before = {code: _content(query) for code, query in known.items()}
    fired = {finding.code: finding for finding in findings}
    for code, query in known.items():
        if code not in fired:
            _move(query, CLOSED)
    for code, finding in fired.items():
        query = known.setdefault(code, Query(record=record, item=finding.item, check_code=finding.check))
        _ask(query, finding, explanations.get(code, "").strip(), finding.item in changed)
    moved = tuple(query for code, query in known.items() if before.get(code) != _content(query))
    return Asked(tuple(known[code] for code in fired), moved)


def store(queries: Sequence[Query]) -> None:
    """Write queries in one statement, or none. Part of a caller's transaction."""
    Query.objects.bulk_create(
        queries,
        update_conflicts=True,
        unique_fields=["record", "item", "check_code"],
        update_fields=["sentence", "state", "explanation"],
    )


def _ask(query: Query, finding: Finding, explanation: str, changed: bool) -> None:
    if query.state != ANSWERED or changed or query.sentence != finding.sentence:
        _move(query, OPEN)
    if explanation:
        _move(query, ANSWERED)
        query.explanation = explanation
    query.sentence = finding.sentence


def _move(query: Query, state: str) -> None:
    if query.state != state and state not in QUERY_MOVES[query.state]:
        raise ValueError(f"A query cannot go from {query.state} to {state}.")
    query.state = state


def _content(query: Query) -> tuple[str, str, str]:
    return query.state, query.sentence, query.explanation
