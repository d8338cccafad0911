from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TypeVar, cast

from trial.crf.answers import Answers, GroupAnswers
from trial.models import Consent, Disability, Motion, Operation, Pain, Participant, Record, Visit
from trial.protocol import STUDY
from trial.selectors import anchors

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
    _rows: dict[type[Answers], list[Answers]] = field(default_factory=dict)
    _groups: dict[type[GroupAnswers], list[GroupAnswers]] = field(default_factory=dict)

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
        if form not in self._rows:
            found = form._default_manager.filter(
                record__participant=self.participant, record__removed=False
            ).select_related("record__visit")
            self._rows[form] = list(found.order_by("record_id"))
        return cast(list[A], self._rows[form])

    def group_rows(self, group: type[G]) -> list[G]:
        """The participant's rows of a group that are in use, each with its record."""
        if group not in self._groups:
            found = group._default_manager.filter(
                record__participant=self.participant, record__removed=False, removed=False
            ).select_related("record")
            self._groups[group] = list(found.order_by("record_id", "id"))
        return cast(list[G], self._groups[group])

    def the(self, form: type[A]) -> A | None:
        """The participant's answers of a form that is filled once, None before."""
        return next(iter(self.rows(form)), None)

    @cached_property
    def today(self) -> date:
        return self.participant.site.today()

    @property
    def consent(self) -> Consent | None:
        return self.the(Consent)

    @property
    def consent_date(self) -> date | None:
        return self.consent.dsstdat_ic if self.consent else None

    @cached_property
    def injection_date(self) -> date | None:
        return anchors.injection_date(self.participant)

    @cached_property
    def index_operation(self) -> Operation | None:
        """The operation after which the pain is treated, None while none is marked as that."""
        return next((row for row in self.group_rows(Operation) if row.index == "Y"), None)

    @cached_property
    def earlier_motions(self) -> list[Motion]:
        """The measured flexions of earlier visits, by date."""
        rows = Motion.objects.filter(
            record__participant=self.participant, record__removed=False, rom_perf="Y"
        ).select_related("record__visit")
        here = _place(self.visit)
        earlier = {_place(row.record.visit): row for row in rows if row.record.visit}
        return [earlier[place] for place in sorted(earlier) if place < here]

    @cached_property
    def visits(self) -> list[Visit]:
        """The visits that took place, in the order of time."""
        dated = Visit.objects.filter(participant=self.participant, visit_date__isnull=False)
        return sorted(dated, key=_place)

    @property
    def procedure_dates(self) -> list[date]:
        """The dates of the visits that took place after screening."""
        return [visit.visit_date for visit in self.visits if visit.visit_date and visit.code != "SCR"]

    @property
    def last_visit(self) -> Visit | None:
        """The visit that took place before this one."""
        earlier = [visit for visit in self.visits if _place(visit) < _place(self.visit)]
        return earlier[-1] if earlier else None

    @cached_property
    def baseline_disability(self) -> Disability | None:
        return Disability.objects.filter(
            record__participant=self.participant, record__removed=False, record__visit__code="BL"
        ).first()

    @cached_property
    def pain_at_visit(self) -> Pain | None:
        return Pain.objects.filter(record__visit=self.visit, record__removed=False).first()


def _place(visit: Visit) -> tuple[date, int]:
    # By date, because an unscheduled visit may lie between planned ones; two on one day as scheduled.
    return visit.visit_date or date.min, STUDY.schedule.position(visit.code)
