"""Participants with all that was filled in for them, as the formats of casebooks need them.

`read` goes through any number of participants in flat memory: so many of them at a time, each batch by the
same few statements. It reads from Django's default connection, within whatever snapshot is open there.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet, prefetch_related_objects

from forms_app.models import Comment, Query
from forms_app.models.query import CANCELLED, CANDIDATE
from forms_app.selectors import signatures
from forms_app.selectors.documents import place
from forms_app.selectors.signatures import Signed
from trial.crf import registry
from trial.crf.answers import Answers, GroupAnswers, Row
from trial.models import Participant, Record, Visit
from trial.protocol import STUDY

# Participants whose casebooks are held in memory at once.
BATCH = 50
IN_USE = Record.objects.filter(removed=False)


@dataclass(frozen=True)
class Filled:
    """A row of answers: typed values by item, None where there is none; missing codes by item; its key in a
    group, "" of a form itself."""

    row: type[Row]
    values: Mapping[str, Any]
    missing: Mapping[str, str]
    key: str = ""


@dataclass(frozen=True)
class FilledForm:
    """A record that is in use: the form itself, the rows of its groups by the code of the group, the
    questions that were put to the site about it, and the site's remarks by the path of the item."""

    record: Record
    visit: Visit | None
    form: type[Answers]
    answers: Filled
    groups: Mapping[str, tuple[Filled, ...]]
    queries: tuple[Query, ...] = ()
    comments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Casebook:
    """A participant, the visits in the order of the schedule, the forms in the order of the casebook, and the
    signatures over them.

    Questions, remarks and signatures are in people's words and name people: a format leaves them out of what
    is de-identified.
    """

    participant: Participant
    visits: tuple[Visit, ...]
    forms: tuple[FilledForm, ...]
    signatures: tuple[Signed, ...] = ()

    def of_visit(self, visit: Visit | None) -> tuple[FilledForm, ...]:
        """The forms of a visit, or of the logs."""
        key = visit.pk if visit else None
        return tuple(filled for filled in self.forms if filled.record.visit_id == key)


def read(
    participants: QuerySet[Participant],
    *,
    forms: Collection[str] = (),
    visits: Collection[str] = (),
    records: QuerySet[Record] = IN_USE,
) -> Iterator[Casebook]:
    """The casebooks of the participants in the order of their codes.

    `forms` and `visits` are the codes of those that are taken, all of them when empty; with visits chosen the
    logs, which belong to none, are left out. `records` is what else limits them, by state or signature;
    removed records never come. For each batch there are as many statements as there are tables of forms
    that its records fill, and seven more.
    """
    ordered = participants.select_related("site").order_by("code")
    for batch in _batches(ordered):
        yield from _casebooks(batch, forms, visits, records)


def _batches(participants: QuerySet[Participant]) -> Iterator[list[Participant]]:
    last = ""
    while batch := list(participants.filter(code__gt=last)[:BATCH]):
        yield batch
        last = batch[-1].code


def _casebooks(
    batch: list[Participant], forms: Collection[str], visits: Collection[str], records: QuerySet[Record]
) -> Iterator[Casebook]:
    held = _visits(batch, visits)
    filled = _forms(_records(batch, held, forms, visits, records), held)
    signed = _signatures(batch)
    for participant in batch:
        attended = tuple(visit for visit in held.values() if visit.participant_id == participant.pk)
        yield Casebook(participant, attended, filled[participant.pk], signed[participant.pk])


def _visits(batch: list[Participant], codes: Collection[str]) -> dict[int, Visit]:
    """The visits by their key, in the order of the schedule."""
    found = Visit.objects.filter(participant__in=batch)
    chosen = found.filter(code__in=codes) if codes else found
    return {visit.pk: visit for visit in sorted(chosen, key=lambda each: STUDY.schedule.position(each.code))}


def _records(
    batch: list[Participant],
    held: Mapping[int, Visit],
    forms: Collection[str],
    visits: Collection[str],
    records: QuerySet[Record],
) -> list[Record]:
    found = records.filter(participant__in=batch, removed=False)
    if forms:
        found = found.filter(form__in=forms)
    if visits:
        found = found.filter(visit__in=list(held))
    places = {code: number for number, code in enumerate(registry.codes())}
    turns = {key: number for number, key in enumerate(held)}
    last = len(turns)
    return sorted(
        found, key=lambda each: (turns.get(each.visit_id or 0, last), places[each.form], each.repeat)
    )


def _forms(records: list[Record], held: Mapping[int, Visit]) -> defaultdict[int, tuple[FilledForm, ...]]:
    """The filled forms by the key of the participant."""
    by_form: dict[str, list[int]] = defaultdict(list)
    for record in records:
        by_form[record.form].append(record.pk)
    answers: dict[int, Filled] = {}
    groups: dict[int, dict[str, list[Filled]]] = defaultdict(lambda: defaultdict(list))
    for code, keys in by_form.items():
        form = _form(code)
        answers |= {row.record_id: _filled(row) for row in form._default_manager.filter(record__in=keys)}
        for group in form.groups:
            _gather(group, keys, groups)
    queries, comments = _queries(records), _comments(records)
    found: defaultdict[int, tuple[FilledForm, ...]] = defaultdict(tuple)
    for record in records:
        found[record.participant_id] += (
            FilledForm(
                record,
                held[record.visit_id] if record.visit_id else None,
                _form(record.form),
                answers[record.pk],
                {code: tuple(rows) for code, rows in groups[record.pk].items()},
                tuple(queries[record.pk]),
                comments[record.pk],
            ),
        )
    return found


def _gather(
    group: type[GroupAnswers], records: list[int], into: Mapping[int, dict[str, list[Filled]]]
) -> None:
    """The rows of the group that are in use, in their order."""
    for row in sorted(group._default_manager.filter(record__in=records, removed=False), key=place):
        into[row.record_id][group.code].append(_filled(row))


def _filled(row: Row) -> Filled:
    return Filled(type(row), row.answers(), row.missing(), getattr(row, "key", ""))


def _queries(records: Iterable[Record]) -> defaultdict[int, list[Query]]:
    """The questions by the key of the record: not those that no one was asked."""
    found: defaultdict[int, list[Query]] = defaultdict(list)
    keys = [record.pk for record in records]
    asked = Query.objects.filter(record__in=keys).exclude(state__in=(CANDIDATE, CANCELLED))
    for query in asked.select_related("raised_by", "assigned_to").order_by("id"):
        found[query.record_id].append(query)
    return found


def _comments(records: Iterable[Record]) -> defaultdict[int, dict[str, str]]:
    """The remarks that stand, by the key of the record."""
    found: defaultdict[int, dict[str, str]] = defaultdict(dict)
    keys = [record.pk for record in records]
    for comment in Comment.objects.filter(record__in=keys).exclude(text="").order_by("item"):
        found[comment.record_id][comment.item] = comment.text
    return found


def _signatures(batch: list[Participant]) -> defaultdict[int, tuple[Signed, ...]]:
    """The signatures by the key of the participant, in the order in which they were given."""
    found: defaultdict[int, tuple[Signed, ...]] = defaultdict(tuple)
    given = signatures.of_participants(batch)
    prefetch_related_objects([signed.signature for signed in given], "signer")
    for signed in given:
        found[signed.signature.participant_id] += (signed,)
    return found


def _form(code: str) -> type[Answers]:
    form = registry.form(code)
    assert form is not None
    return form
