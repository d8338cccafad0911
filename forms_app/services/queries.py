"""Keeping the queries of a record in step with the checks that fire on it."""

from collections.abc import Mapping, Sequence

from forms_app.checks.finding import Finding
from forms_app.models.query import ANSWERED, CLOSED, OPEN, Query
from trial import typed_text
from trial.models import Record

LONGEST = 300


def errors(explanations: Mapping[str, str]) -> dict[str, str]:
    """A sentence for each explanation that cannot be stored, at `explanations.<check>`."""
    said = {code: typed_text.problem(text.strip(), LONGEST) for code, text in explanations.items()}
    return {f"explanations.{code}": problem for code, problem in said.items() if problem}


def follow(
    record: Record,
    findings: Sequence[Finding],
    explanations: Mapping[str, str],
    changed: set[str],
    *,
    created: bool,
) -> list[Query]:
    """Open, answer and close queries so that they say what the checks say; two statements at most.

    An explanation holds for what it was given for: when the item or what the check says of it changed,
    it is asked again.
    Part of a caller's transaction.
    """
    stored = [] if created else Query.objects.filter(record=record)
    known = {f"{query.item}.{query.check_code}": query for query in stored}
    fired = {finding.code: finding for finding in findings}
    moved = [query for code, query in known.items() if code not in fired and _close(query)]
    for code, finding in fired.items():
        query = known.setdefault(code, Query(record=record, item=finding.item, check_code=finding.check))
        if _ask(query, finding, explanations.get(code, "").strip(), finding.item in changed):
            moved.append(query)
    _store(moved)
    return [known[code] for code in fired]


def _close(query: Query) -> bool:
    if query.state == CLOSED:
        return False
    query.state = CLOSED
    return True


def _ask(query: Query, finding: Finding, explanation: str, changed: bool) -> bool:
    before = (query.pk, query.state, query.sentence, query.explanation)
    if query.state != ANSWERED or changed or query.sentence != finding.sentence:
        query.state = OPEN
    if explanation:
        query.state, query.explanation = ANSWERED, explanation
    query.sentence = finding.sentence
    return query.pk is None or before != (query.pk, query.state, query.sentence, query.explanation)


def _store(queries: Sequence[Query]) -> None:
    Query.objects.bulk_create(
        queries,
        update_conflicts=True,
        unique_fields=["record", "item", "check_code"],
        update_fields=["sentence", "state", "explanation"],
    )
