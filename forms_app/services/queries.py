"""The queries of a record: those of its checks, kept in step with them, and those that people raise.

A person raises an open question, or proposes one (a candidate) that the site does not see until somebody
who settles questions releases it. The site answers; who settles questions closes.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from forms_app.checks.finding import Finding
from forms_app.models.query import (
    ANSWERED,
    CANCELLED,
    CANDIDATE,
    CLOSED,
    MANUAL,
    OPEN,
    QUERY_MOVES,
    Query,
)
from forms_app.services import news
from trial import typed_text
from trial.access import Right, can, check_right
from trial.audit.context import attributed
from trial.crf import paths, registry
from trial.models import Record, User
from trial.refusals import Refusal
from trial.services import webhooks
from trial.services.participants import lock

LONGEST = 300
NOTHING: Mapping[str, str] = {}
# What a question says: its state, its sentence with the values in it, the kind of deviation, the answer.
Content = tuple[str, str, dict[str, Any], str, str]
# States in which a question waits for somebody, so that it can be given to a person.
PENDING = (CANDIDATE, OPEN, ANSWERED)

# What the trail says of an act about a question for which nobody wrote a reason.
RELEASED = "Put to the site"
SETTLED = "Settled"
ASKED_AGAIN = "Asked again"
TAKEN_BACK = "Taken back"
GIVEN_TO = "Given to {person}"
GIVEN_BACK = "Given to anybody of the site"


def errors(explanations: Mapping[str, str]) -> dict[str, str]:
    """A sentence for each explanation that cannot be stored, at `explanations.<check>`."""
    said = {code: typed_text.problem(text.strip(), LONGEST) for code, text in explanations.items()}
    return {f"explanations.{code}": problem for code, problem in said.items() if problem}


@dataclass(frozen=True)
class Asked:
    """The queries of the checks that fire, those that a save has moved or opened, and of these the ones that
    now stand open and did not before."""

    standing: tuple[Query, ...]
    moved: tuple[Query, ...]
    opened: tuple[Query, ...] = ()

    @property
    def closed(self) -> tuple[Query, ...]:
        """Those that closed by themselves: what the check spoke of was corrected."""
        return tuple(query for query in self.moved if query.state == CLOSED)


def follow(
    record: Record,
    findings: Sequence[Finding],
    explanations: Mapping[str, str],
    changed: set[str],
    *,
    created: bool,
) -> Asked:
    """The queries of a saved form, moved by `settle`; those of a new record are none yet."""
    kept = Query.objects.select_related("raised_by", "assigned_to").filter(record=record)
    stored = [] if created else list(kept)
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
    return Asked(tuple(known[code] for code in fired), moved, _opened(moved, before))


def store(queries: Sequence[Query]) -> None:
    """Write queries in one statement, or none. Part of a caller's transaction."""
    Query.objects.bulk_create(
        queries,
        update_conflicts=True,
        unique_fields=["record", "item", "check_code"],
        update_fields=[
            "sentence",
            "values",
            "deviation",
            "state",
            "opened_at",
            "moved_at",
            "explanation",
        ],
    )


def raise_query(*, by: User, record: Record, text: str, item: str = "") -> Query:
    """Ask a question of one's own about an item, or about the record as a whole.

    It keeps no form from being complete. Who may only propose questions raises a candidate.
    """
    state = _first_state(by, record)
    if item:
        _check_item(record, item)
    asked = _checked(text, "text")
    with attributed(by=by, reason=asked):
        lock(record.participant)
        _check_in_use(record)
        number = 1 + Query.objects.filter(record=record, item=item, check_code__startswith=MANUAL).count()
        raised = Query.objects.create(
            record=record,
            item=item,
            check_code=f"{MANUAL}{number}",
            sentence=asked,
            state=state,
            raised_by=by,
        )
        _tell(record, raised)
        return raised


def answer(*, by: User, query: Query, explanation: str) -> Query:
    """Answer a question that a person raised. Whoever enters data may."""
    check_right(by, Right.ENTER_DATA, query.record.participant.site)
    said = _checked(explanation, "explanation")
    return _act(by, query, ANSWERED, said, explanation=said)


def release(*, by: User, query: Query) -> Query:
    """Put a candidate to the site."""
    return _settle(by, query, OPEN, RELEASED, came_from=(CANDIDATE,))


def close(*, by: User, query: Query) -> Query:
    """Say that a question of a person is settled."""
    return _settle(by, query, CLOSED, SETTLED)


def reopen(*, by: User, query: Query, text: str = "") -> Query:
    """Ask a question again: its answer did not settle it. `text` says what is asked now, in its place."""
    said = _checked(text, "text") if text.strip() else ""
    columns = {"sentence": said} if said else {}
    return _settle(by, query, OPEN, said or ASKED_AGAIN, came_from=(ANSWERED, CLOSED), **columns)


def cancel(*, by: User, query: Query, reason: str = "") -> Query:
    """Take back a question that should not have been asked, or never was."""
    return _settle(by, query, CANCELLED, reason.strip() or TAKEN_BACK)


def assign(*, by: User, query: Query, to: User | None) -> Query:
    """Give a question to somebody of the site who may answer it; None gives it back to everybody.

    Those of checks can be given too. Refused: a question that is over, and somebody who could not answer.
    """
    site = query.record.participant.site
    check_right(by, Right.SETTLE_QUERY, site)
    if to is not None and not (to.is_active and can(to, Right.ENTER_DATA, site)):
        raise Refusal("query_assignee", person=to.full_name, site=site)
    with attributed(by=by, reason=GIVEN_TO.format(person=to.full_name) if to else GIVEN_BACK):
        held = _held(query)
        if held.state not in PENDING:
            raise Refusal("query_over", state=_(held.state))
        Query.objects.filter(pk=held.pk).update(assigned_to=to)
        return _again(held)


def _first_state(by: User, record: Record) -> str:
    site = record.participant.site
    if not can(by, Right.QUERY, site) and can(by, Right.PROPOSE_QUERY, site):
        return CANDIDATE
    check_right(by, Right.QUERY, site)
    return OPEN


def _settle(
    by: User, query: Query, state: str, reason: str, *, came_from: Collection[str] = (), **columns: Any
) -> Query:
    check_right(by, Right.SETTLE_QUERY, query.record.participant.site)
    return _act(by, query, state, reason, came_from=came_from, **columns)


def _act(
    by: User, query: Query, state: str, reason: str, *, came_from: Collection[str] = (), **columns: Any
) -> Query:
    # A complete record changes with a reason only: here it is what was said, or done about the question.
    if not query.is_manual:
        raise Refusal("query_of_check")
    with attributed(by=by, reason=reason):
        held = _held(query)
        if state not in QUERY_MOVES[held.state] or (came_from and held.state not in came_from):
            raise Refusal("query_move", state=_(held.state), target=_(state))
        _move(held, state)
        times = {"opened_at": held.opened_at, "moved_at": held.moved_at}
        Query.objects.filter(pk=held.pk).update(state=state, **times, **columns)
        moved = _again(held)
        _tell(moved.record, moved)
        return moved


def _held(query: Query) -> Query:
    """The question as it stands, of a record in use, while nobody else writes on the participant."""
    lock(query.record.participant)
    _check_in_use(query.record)
    return Query.objects.get(pk=query.pk)


def _again(query: Query) -> Query:
    people = ("raised_by", "assigned_to")
    record = ("record__participant__site", "record__visit")
    return Query.objects.select_related(*record, *people).get(pk=query.pk)


def _check_item(record: Record, item: str) -> None:
    form = registry.form(record.form)
    if form is None or paths.find(form, item) is None:
        raise Refusal("unknown_item", form=record.form, item=item)


def _tell(record: Record, query: Query) -> None:
    """Other systems hear of what the site sees, and of no candidate."""
    if query.state == OPEN:
        webhooks.tell_all([news.opened(record, query)])


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


def _opened(moved: Sequence[Query], before: Mapping[str, Content]) -> tuple[Query, ...]:
    return tuple(
        query
        for query in moved
        if query.state == OPEN and (query.code not in before or before[query.code][0] != OPEN)
    )


def _move(query: Query, state: str) -> None:
    if query.state != state and state not in QUERY_MOVES[query.state]:
        raise ValueError(f"A query cannot go from {query.state} to {state}.")
    if query.state != state and query.pk:
        query.moved_at = timezone.now()
        query.opened_at = query.moved_at if state == OPEN else query.opened_at
    query.state = state


def _content(query: Query) -> Content:
    return query.state, query.sentence, query.values, query.deviation, query.explanation
