"""What was compared with its source, and what is still to be: of a record, a casebook, all participants.

What the plan asks for follows from the answers that are there. An answer that changed after it was
verified is to be looked at again, also when it was emptied, and when the plan did not ask for it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from forms_app.models import Verification
from forms_app.models.verification import CHANGED, VERIFIED
from trial.crf.answers import Answers, Row
from trial.crf.submission import Entry, Submission
from trial.models import Participant, Record
from trial.protocol import STUDY

PLAN = STUDY.verification


@dataclass(frozen=True)
class Mark:
    """What was said of one item, by whom and when."""

    state: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Standing:
    """How far a verification is, in items.

    `required` are the answers that the plan asks for, `verified` those of them that stand verified, `changed`
    all that changed since, `open` what the plan asks for and nobody verified yet.
    """

    required: int = 0
    verified: int = 0
    changed: int = 0
    open: int = 0

    def __add__(self, other: "Standing") -> "Standing":
        return Standing(
            self.required + other.required,
            self.verified + other.verified,
            self.changed + other.changed,
            self.open + other.open,
        )

    @property
    def to_do(self) -> int:
        return self.open + self.changed

    @property
    def is_done(self) -> bool:
        """Whether everything that the plan asks for is verified, and there was something."""
        return self.required > 0 and not self.to_do

    @property
    def percent(self) -> int:
        """The verified share of what the plan asks for, never 100 before it is all."""
        return 100 * self.verified // self.required if self.required else 0


NOTHING = Standing()


def marks(record: Record) -> dict[str, Mark]:
    """The marks of a record by path; one statement."""
    return marks_of([record.pk])[record.pk]


def marks_of(records: Iterable[int]) -> defaultdict[int, dict[str, Mark]]:
    """The marks of records by their keys; one statement."""
    found: defaultdict[int, dict[str, Mark]] = defaultdict(dict)
    held = Verification.objects.filter(record__in=list(records)).order_by("id")
    columns = ("record_id", "item", "state", "verified_by__full_name", "verified_at")
    for record, item, state, name, at in held.values_list(*columns):
        found[record][item] = Mark(state, name, at)
    return found


def answered(form: type[Answers], answers: Submission) -> list[str]:
    """The paths of the answers that somebody gave, a reason for no value included, in their order.

    What is derived follows from them, and what the system fills in has no source.
    """
    rows: list[tuple[str, type[Row], Entry]] = [("", form, answers.header)]
    for group in form.groups:
        for key, entry in answers.groups.get(group.code, {}).items():
            rows.append((f"{group.code}.{key}.", group, entry))
    return [f"{prefix}{name}" for prefix, row, entry in rows for name in _given(row, entry)]


def submission(plain: Mapping[str, Any]) -> Submission:
    """The answers of a document in JSON's types."""
    groups = {
        code: {key: Entry(row["items"], row["missing"]) for key, row in rows.items()}
        for code, rows in plain["groups"].items()
    }
    return Submission(Entry(plain["items"], plain["missing"]), groups)


def required(participant: str, form: type[Answers], paths: Iterable[str]) -> list[str]:
    """Those of the answers that the plan asks for."""
    return [path for path in paths if PLAN.requires(participant, form.code, path)]


def standing(
    participant: str, form: type[Answers], answers: Submission, marked: Mapping[str, Mark]
) -> Standing:
    """How far the verification of one record is."""
    states = Counter(mark.state for mark in marked.values())
    asked = required(participant, form, answered(form, answers))
    said = Counter(marked[path].state for path in asked if path in marked)
    return Standing(
        required=len(asked),
        verified=said[VERIFIED],
        changed=states[CHANGED],
        open=len(asked) - said[VERIFIED] - said[CHANGED],
    )


def of_records(
    participant: Participant,
    records: Iterable[tuple[Record, type[Answers]]],
    answers: Mapping[int, Submission],
) -> dict[int, Standing]:
    """How far each record in use is, by its key; one statement beside the stored answers."""
    kept = [(record, form) for record, form in records if not record.removed and record.pk in answers]
    marked = marks_of(record.pk for record, _form in kept)
    return {
        record.pk: standing(participant.code, form, answers[record.pk], marked[record.pk])
        for record, form in kept
    }


def total(standings: Iterable[Standing]) -> Standing:
    return sum(standings, NOTHING)


def _given(row: type[Row], entry: Entry) -> Iterator[str]:
    for item in row.items():
        name = str(item.name)
        if is_entered(item) and (entry.items.get(name) is not None or entry.missing.get(name)):
            yield name


def is_entered(item: Any) -> bool:
    """Whether a person answers it, so that there is a source."""
    return not item.derived and not item.system
