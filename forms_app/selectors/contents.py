"""What a participant's casebook holds: every record with its answers, queries, comments and history.

Read whole for printing, by one statement for each table and not for each record.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from forms_app.models import Comment, Query
from forms_app.selectors import documents, history
from forms_app.selectors.documents import Document
from forms_app.selectors.history import Act
from trial.crf import registry
from trial.crf.answers import Answers, GroupAnswers
from trial.models import Participant, Record, Visit

Rows = dict[int, dict[str, dict[str, GroupAnswers]]]


@dataclass(frozen=True)
class Filed:
    """One record, removed ones too, and the acts on it, the latest first."""

    form: type[Answers]
    document: Document
    acts: list[Act]

    @property
    def record(self) -> Record:
        return self.document.record


@dataclass(frozen=True)
class Contents:
    """Every record, in the order of the casebook, repeats by number; and the acts on what is no record:
    on the participant's state, and on each visit by its key."""

    filed: list[Filed]
    participation: list[Act]
    visits: dict[int, list[Act]]


def read(participant: Participant) -> Contents:
    """All that the casebook of a participant holds."""
    visits = Visit.objects.filter(participant=participant).values_list("pk", flat=True)
    return Contents(
        filed=_filed(participant),
        participation=history.read_rows(Participant._meta.db_table, [participant.pk])[participant.pk],
        visits=history.read_rows(Visit._meta.db_table, list(visits)),
    )


def _filed(participant: Participant) -> list[Filed]:
    records = list(Record.objects.filter(participant=participant).select_related("visit").order_by("repeat"))
    queries, comments, acts = _queries(records), _comments(records), history.read_all(records)
    found = []
    for form in registry.FORMS:
        of_form = [record for record in records if record.form == form.code]
        answers, rows = _answers(form, of_form), _rows(form, of_form)
        for record in of_form:
            document = Document(
                record, answers[record.pk], rows[record.pk], tuple(queries[record.pk]), comments[record.pk]
            )
            found.append(Filed(form, document, acts[record.pk]))
    return found


def _answers(form: type[Answers], records: Sequence[Record]) -> dict[int, Answers]:
    if not records:
        return {}
    return {row.pk: row for row in form._default_manager.filter(record__in=records)}


def _rows(form: type[Answers], records: Sequence[Record]) -> Rows:
    """The rows of groups in use, by record, group code and key, in their order."""
    found: Rows = {record.pk: {group.code: {} for group in form.groups} for record in records}
    for group in form.groups if records else ():
        rows: Iterable[GroupAnswers] = group._default_manager.filter(record__in=records, removed=False)
        for row in sorted(rows, key=documents.place):
            found[row.record_id][group.code][row.key] = row
    return found


def _queries(records: Sequence[Record]) -> dict[int, list[Query]]:
    found: dict[int, list[Query]] = defaultdict(list)
    asked = Query.objects.select_related("raised_by", "assigned_to").filter(record__in=records)
    for query in asked.order_by("id"):
        found[query.record_id].append(query)
    return found


def _comments(records: Sequence[Record]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for comment in Comment.objects.filter(record__in=records).exclude(text="").order_by("id"):
        found[comment.record_id][comment.item] = comment.text
    return found
