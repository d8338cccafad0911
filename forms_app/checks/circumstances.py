from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from trial.crf.answers import Answers, GroupAnswers
from trial.models import (
    Consent,
    Disability,
    Injection,
    Motion,
    Operation,
    Pain,
    Participant,
    Record,
    Visit,
)
from trial.protocol import STUDY

M = TypeVar("M", bound=Model)
A = TypeVar("A", bound=Answers)
G = TypeVar("G", bound=GroupAnswers)


@dataclass
class Circumstances:
    """What a check may know beyond the form: the participant, the visit, the other records.

    Each part is read at most once, and only when a check asks for it. `held` is None for an entry of a log.
    """

    participant: Participant
    held: Visit | None
    # The number of an entry of a log, so that it is not compared with itself; 0 before it has one.
    number: int = 0
    # What was read so far; shared by the circumstances of all records of the participant.
    _read: dict[type[Model], list[Any]] = field(default_factory=dict)

    def of(self, record: Record) -> "Circumstances":
        """The circumstances of another record of the participant, with what was read so far."""
        return replace(self, held=record.visit, number=record.repeat)

    @property
    def visit(self) -> Visit:
        """The visit of the form. Not for the checks of logs."""
        assert self.held is not None
        return self.held

    def rows(self, form: type[A]) -> list[A]:
        """The participant's answers of a form that are in use, each with its record and visit."""
        found = form._default_manager.filter(
            record__participant=self.participant, record__removed=False
        ).select_related("record__visit")
        return self._once(found.order_by("record_id"))

    def group_rows(self, group: type[G]) -> list[G]:
        """The participant's rows of a group that are in use, each with its record."""
        found = group._default_manager.filter(
            record__participant=self.participant, record__removed=False, removed=False
        ).select_related("record")
        return self._once(found.order_by("record_id", "id"))

    def the(self, form: type[A]) -> A | None:
        """The participant's answers of a form that is filled once, None before."""
        return next(iter(self.rows(form)), None)

    @property
    def today(self) -> date:
        return self.participant.site.today()

    @property
    def consent(self) -> Consent | None:
        return self.the(Consent)

    @property
    def consent_date(self) -> date | None:
        return self.consent.dsstdat_ic if self.consent else None

    @property
    def injection_date(self) -> date | None:
        """The date of the injection, None before one was performed."""
        return next((row.injdat for row in self.rows(Injection) if row.injperf == "Y"), None)

    @property
    def index_operation(self) -> Operation | None:
        """The operation after which the pain is treated, None while none is marked as that."""
        return next((row for row in self.group_rows(Operation) if row.index == "Y"), None)

    @property
    def earlier_motions(self) -> list[Motion]:
        """The measured flexions of earlier visits, by date."""
        here = _place(self.visit)
        measured = [row for row in self.rows(Motion) if row.rom_perf == "Y"]
        earlier = {_place(row.record.visit): row for row in measured if row.record.visit}
        return [earlier[place] for place in sorted(earlier) if place < here]

    @property
    def visits(self) -> list[Visit]:
        """The visits that took place, in the order of time."""
        dated = Visit.objects.filter(participant=self.participant, visit_date__isnull=False)
        return sorted(self._once(dated), key=_place)

    @property
    def procedure_dates(self) -> list[date]:
        """The dates of the visits that took place after screening."""
        return [visit.visit_date for visit in self.visits if visit.visit_date and visit.code != "SCR"]

    @property
    def last_visit(self) -> Visit | None:
        """The visit that took place before this one."""
        earlier = [visit for visit in self.visits if _place(visit) < _place(self.visit)]
        return earlier[-1] if earlier else None

    @property
    def baseline_disability(self) -> Disability | None:
        found = ((row, row.record.visit) for row in self.rows(Disability))
        return next((row for row, visit in found if visit and visit.code == "BL"), None)

    @property
    def pain_at_visit(self) -> Pain | None:
        return next((row for row in self.rows(Pain) if row.record.visit_id == self.visit.pk), None)

    def _once(self, rows: QuerySet[M]) -> list[M]:
        """The rows of a table, read when they are first asked for."""
        if rows.model not in self._read:
            self._read[rows.model] = list(rows)
        return self._read[rows.model]


def _place(visit: Visit) -> tuple[date, int]:
    # By date, because an unscheduled visit may lie between planned ones; two on one day as scheduled.
    return visit.visit_date or date.min, STUDY.schedule.position(visit.code)
