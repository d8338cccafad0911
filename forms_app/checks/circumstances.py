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
        """The measured flexions of earlier visits, in the order of the schedule."""
        rows = Motion.objects.filter(
            record__participant=self.participant, record__removed=False, rom_perf="Y"
        ).select_related("record__visit")
        here = STUDY.schedule.position(self.visit.code)
        earlier = [row for row in rows if _place(row) < here]
        return sorted(earlier, key=_place)

    @cached_property
    def baseline_disability(self) -> Disability | None:
        return Disability.objects.filter(
            record__participant=self.participant, record__removed=False, record__visit__code="BL"
        ).first()

    @cached_property
    def pain_at_visit(self) -> Pain | None:
        return Pain.objects.filter(record__visit=self.visit, record__removed=False).first()


def _place(row: Motion) -> int:
    visit = row.record.visit
    return STUDY.schedule.position(visit.code) if visit else 0
