from dataclasses import dataclass
from datetime import date
from functools import cached_property

from trial.models import Disability, Motion, Pain, Participant, Visit
from trial.protocol import STUDY
from trial.selectors import anchors


@dataclass
class Circumstances:
    """What a check may know beyond the form: the participant, the visit, earlier records.

    Each part is read at most once, and only when a check asks for it.
    """

    participant: Participant
    visit: Visit

    @cached_property
    def today(self) -> date:
        return self.participant.site.today()

    @cached_property
    def consent_date(self) -> date | None:
        return anchors.consent_date(self.participant)

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
    def procedure_dates(self) -> list[date]:
        """The dates of the visits that took place after screening."""
        visits = Visit.objects.filter(participant=self.participant).exclude(code="SCR")
        return sorted(visit.visit_date for visit in visits if visit.visit_date)

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
