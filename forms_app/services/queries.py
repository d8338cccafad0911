"""The queries of a record: those of its checks, kept in step with them, and those that people raise."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from forms_app.checks.finding import Finding
from forms_app.models.query import ANSWERED, CLOSED, MANUAL, OPEN, QUERY_MOVES, Query
from trial import typed_text
from trial.access import Right, check_right
from trial.audit.context import attributed
from trial.crf import paths, registry
from trial.models import Record, User
from trial.refusals import Refusal
from trial.services.participants import lock

LONGEST = 300
NOTHING: Mapping[str, str] = {}


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
    """The queries of a saved form, moved by `settle`; those of a new record are none yet."""
    stored = [] if created else list(Query.objects.filter(record=record))
    return settle(record, stored, findings, explanations, changed)


def settle(
    record: Record,
    stored: Sequence[Query],
    findings: Sequence[Finding],
    explanations: Mapping[str, str] = NOTHING,
    changed: Collection[str] = (),
) -> Asked:
    """Open, answer and close queries so that they say what the checks say; `store` writes them.

    An explanation holds for what it was given for: when the item or what the check says of it
    changed, it is asked again.
    """
    known = {query.code: query for query in stored if not query.is_manual}
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
        update_fields=["sentence", "values", "deviation", "state", "explanation"],
    )


def raise_query(*, by: User, record: Record, item: str, text: str) -> Query:
    """Ask a question of one's own about an item. It keeps no form from being complete."""
    check_right(by, Right.QUERY, record.participant.site)
    _check_item(record, item)
    asked = _checked(text, "text")
    with attributed(by=by, reason=asked):
        lock(record.participant)
        _check_in_use(record)
        number = 1 + Query.objects.filter(record=record, item=item, check_code__startswith=MANUAL).count()
        return Query.objects.create(
            record=record, item=item, check_code=f"{MANUAL}{number}", sentence=asked, state=OPEN
        )


def answer(*, by: User, query: Query, explanation: str) -> Query:
    """Answer a question that a person raised. Whoever enters data may."""
    check_right(by, Right.ENTER_DATA, query.record.participant.site)
    said = _checked(explanation, "explanation")
    return _act(by, query, ANSWERED, said, explanation=said)


def close(*, by: User, query: Query) -> Query:
    """Say that a question of a person is settled."""
    check_right(by, Right.QUERY, query.record.participant.site)
    return _act(by, query, CLOSED, query.sentence)


def reopen(*, by: User, query: Query) -> Query:
    """Ask a question again: its answer did not settle it."""
    check_right(by, Right.QUERY, query.record.participant.site)
    return _act(by, query, OPEN, query.sentence)


def _act(by: User, query: Query, state: str, reason: str, **columns: Any) -> Query:
    # A complete record changes with a reason only: here it is what was asked, or answered.
    if not query.is_manual:
        raise Refusal("query_of_check")
    with attributed(by=by, reason=reason):
        lock(query.record.participant)
        held = Query.objects.get(pk=query.pk)
        if state not in QUERY_MOVES[held.state]:
            raise Refusal("query_move", state=held.state, target=state)
        Query.objects.filter(pk=held.pk).update(state=state, **columns)
        return Query.objects.select_related("record").get(pk=held.pk)


def _check_item(record: Record, item: str) -> None:
    form = registry.form(record.form)
    if form is None or paths.find(form, item) is None:
        raise Refusal("unknown_item", form=record.form, item=item)


def _checked(text: str, field: str) -> str:
    said = text.strip()
    problem = typed_text.problem(said, LONGEST) if said else _("Write what is to be said.")
    if problem:
        raise Refusal("answers", extra={"errors": {field: problem}}, count=1)
    return said


def _check_in_use(record: Record) -> None:
    if Record.objects.filter(pk=record.pk, removed=True).exists():
        raise Refusal("record_removed")


def _ask(query: Query, finding: Finding, explanation: str, changed: bool) -> None:
    said = finding.sentence.plain()
    if (
        query.state != ANSWERED
        or changed
        or (query.sentence, query.values) != (said["template"], said["values"])
    ):
        _move(query, OPEN)
    if explanation:
        _move(query, ANSWERED)
        query.explanation = explanation
    query.sentence, query.values = said["template"], said["values"]
    query.deviation = finding.deviation


def _move(query: Query, state: str) -> None:
    if query.state != state and state not in QUERY_MOVES[query.state]:
        raise ValueError(f"A query cannot go from {query.state} to {state}.")
    query.state = state


def _content(query: Query) -> tuple[str, str, dict[str, Any], str, str]:
    return query.state, query.sentence, query.values, query.deviation, query.explanation
