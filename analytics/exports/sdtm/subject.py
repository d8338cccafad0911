"""What several domains need to know of a participant: who, from when to when, in which epoch."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from analytics.exports.casebooks import Casebook, FilledForm
from analytics.exports.sdtm.record import Given
from trial.models import Visit
from trial.protocol import STUDY
from trial.protocol.schedule import ANCHOR

SCREENING, TREATMENT, FOLLOW_UP = "SCREENING", "TREATMENT", "FOLLOW-UP"
DAY = len("2026-03-31")


@dataclass(frozen=True)
class Subject:
    """A casebook with what follows from it as a whole."""

    casebook: Casebook

    @property
    def key(self) -> str:
        """USUBJID."""
        return f"{STUDY.code}-{self.casebook.participant.code}"

    def forms(self, code: str) -> Iterator[FilledForm]:
        """The filled forms of a kind, in the order of the casebook."""
        return (filled for filled in self.casebook.forms if filled.record.form == code)

    def form(self, code: str) -> FilledForm | None:
        return next(self.forms(code), None)

    def given(self, code: str) -> Given | None:
        """The first form of a kind."""
        form = self.form(code)
        return Given.of(form) if form else None

    @cached_property
    def started(self) -> str | None:
        """The start of the injection: RFSTDTC, RFXSTDTC."""
        return self._of_injection("injsttim")

    @cached_property
    def stopped(self) -> str | None:
        """The end of the injection: RFXENDTC."""
        return self._of_injection("injentim")

    def _of_injection(self, clock: str) -> str | None:
        injection = self.given("injection")
        performed = injection and injection("injperf") == "Y"
        return injection.moment("injdat", clock) if injection and performed else None

    @cached_property
    def consented(self) -> str | None:
        consent = self.given("consent")
        return consent.moment("dsstdat_ic", "ictim") if consent else None

    @cached_property
    def ended(self) -> str | None:
        """The end of the participation, as it is known."""
        for code, item in (("study_end", "sedat"), ("withdrawal", "wddat")):
            form = self.given(code)
            if form and form(item):
                return form(item)
        return None

    @cached_property
    def died(self) -> str | None:
        """The day of the death by the fatal event; "" when it is not known, None when nobody died."""
        for form in self.forms("adverse_event"):
            given = Given.of(form)
            if given("aeout") == "FATAL" or given("aesdth") == "Y":
                return given("aeendat") or ""
        return None

    def visit_number(self, visit: Visit) -> str:
        """VISITNUM: the place in the schedule; of an unscheduled visit that of the planned one before it, and
        the number of the unscheduled ones since behind the point."""
        if not STUDY.schedule.is_unscheduled(visit.code):
            return str(STUDY.schedule.position(visit.code) + 1)
        before = self._last_planned_before(visit)
        place = STUDY.schedule.position(before.code) + 1 if before else 0
        others = [
            each
            for each in self.casebook.visits
            if STUDY.schedule.is_unscheduled(each.code) and self._last_planned_before(each) == before
        ]
        width = 1 if len(others) < 10 else 2
        return f"{place}.{others.index(visit) + 1:0{width}}"

    def visit_name(self, visit: Visit) -> str:
        """VISIT."""
        if STUDY.schedule.is_unscheduled(visit.code):
            return f"UNSCHEDULED {self.visit_number(visit)}"
        declared = STUDY.schedule.declared(visit.code)
        assert declared is not None
        return declared.label.upper()

    def _last_planned_before(self, visit: Visit) -> Visit | None:
        day = visit.visit_date
        held = [
            each
            for each in self.casebook.visits
            if not STUDY.schedule.is_unscheduled(each.code)
            and each.visit_date
            and day
            and each.visit_date <= day
        ]
        return held[-1] if held else None

    def day(self, moment: str | None) -> int | None:
        """The study day: 1 on the day of the injection, -1 on the day before; None of a partial date."""
        if not moment or not self.started or len(moment) < DAY:
            return None
        return study_day(moment, self.started)

    def epoch(self, moment: str | None, visit: Visit | None = None) -> str | None:
        """In which epoch a moment lies, or the visit when no moment is known."""
        if visit is not None and not STUDY.schedule.is_unscheduled(visit.code):
            return epoch_of_visit(visit.code)
        if moment is None or len(moment) < DAY:
            return None
        day = self.day(moment)
        if day is None or day < 0:
            return SCREENING
        return TREATMENT if day == 1 else FOLLOW_UP


def epoch_of_visit(code: str) -> str:
    place = STUDY.schedule.position(code) - STUDY.schedule.position(ANCHOR)
    return SCREENING if place < 0 else TREATMENT if place == 0 else FOLLOW_UP


def study_day(moment: str, reference: str) -> int:
    """The number of days from the reference, of which there is no day 0."""
    days = (date.fromisoformat(moment[:DAY]) - date.fromisoformat(reference[:DAY])).days
    return days + 1 if days >= 0 else days
