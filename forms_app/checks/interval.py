from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from forms_app.checks.circumstances import Circumstances
from forms_app.checks.finding import Finding
from trial.crf.reading import Reading
from trial.models import AdverseEvent, Medication, Visit
from trial.protocol import STUDY
from trial.protocol.marker import N_
from trial.protocol.partial_date import PartialDate
from trial.words import sentence


@dataclass(frozen=True)
class Since:
    """The time from the last visit (None: there was none) to this one."""

    last: date | None
    until: date | None

    def may_hold(self, text: str) -> bool:
        """Whether a partial date can lie in it, the days of both visits included."""
        day = PartialDate.parse(text)
        after = self.last is None or day.last >= self.last
        return after and (self.until is None or day.first <= self.until)

    def holds(self, text: str) -> bool:
        """Whether a partial date surely lies in it. The day of the last visit was asked about there."""
        day = PartialDate.parse(text)
        after = self.last is not None and day.first > self.last
        return after and self.until is not None and day.last <= self.until


def soft(reading: Reading, circumstances: Circumstances) -> Iterator[Finding]:
    """Compare the answers with the logs, note intercurrent events, and ask about the order of visits."""
    last = circumstances.last_visit
    since = Since(last.visit_date if last else None, circumstances.visit.visit_date)
    yield from _events(reading, circumstances.rows(AdverseEvent), since)
    yield from _medication(reading, circumstances.rows(Medication), since)
    yield from _interventions(reading, since)
    yield from _order(circumstances)


def _events(reading: Reading, events: list[AdverseEvent], since: Since) -> Iterator[Finding]:
    answer = reading.header.values.get("aeyn")
    begun = [(event.aestdat, event.aeterm) for event in events if event.aestdat]
    if answer == "Y" and not any(since.may_hold(day) for day, _term in begun):
        said = N_("No adverse event since the last visit stands in the log.")
        yield Finding("aeyn", "log", sentence(said))
    new = [term for day, term in begun if since.holds(day)]
    if answer == "N" and new:
        said = N_("The log has an adverse event since the last visit: {event}.")
        yield Finding("aeyn", "log", sentence(said, event=new[0]))


def _medication(reading: Reading, drugs: list[Medication], since: Since) -> Iterator[Finding]:
    answer = reading.header.values.get("cmyn")
    changes = [(day, drug.cmtrt) for drug in drugs for day in (drug.cmstdat, drug.cmendat) if day]
    if answer == "Y" and not any(since.may_hold(day) for day, _drug in changes):
        said = N_("No analgesic of the log began or ended since the last visit.")
        yield Finding("cmyn", "log", sentence(said))
    new = [drug for day, drug in changes if since.holds(day)]
    if answer == "N" and new:
        said = N_("An analgesic of the log began or ended since the last visit: {drug}.")
        yield Finding("cmyn", "log", sentence(said, drug=new[0]))


def _interventions(reading: Reading, since: Since) -> Iterator[Finding]:
    rows = reading.groups.get("intervention", {})
    if reading.header.values.get("intyn") == "Y" and not rows:
        yield Finding("intyn", "rows", sentence(N_("No intervention is listed.")))
    for key, row in rows.items():
        said = N_("An intercurrent event of the analysis: go on with all visits as planned.")
        yield Finding(f"intervention.{key}.intkind", "intercurrent", sentence(said))
        day = row.values.get("intdat")
        if day is not None and not since.may_hold(day):
            said = N_("The date does not lie between the last visit and this one.")
            yield Finding(f"intervention.{key}.intdat", "between", sentence(said))


def _order(circumstances: Circumstances) -> Iterator[Finding]:
    """Planned visits follow one another in time as in the schedule."""
    later = [visit for visit in circumstances.visits if _out_of_order(visit, circumstances.visit)]
    if later:
        said = N_("The visit “{visit}” is dated later, {day}, and comes before this one in the schedule.")
        declared = STUDY.schedule.declared(later[0].code)
        label = sentence(declared.label) if declared else later[0].code
        yield Finding("aeyn", "order", sentence(said, visit=label, day=later[0].visit_date), "ORDER")


def _out_of_order(other: Visit, this: Visit) -> bool:
    schedule = STUDY.schedule
    if schedule.is_unscheduled(other.code) or schedule.is_unscheduled(this.code):
        return False
    before = schedule.position(other.code) < schedule.position(this.code)
    return bool(before and other.visit_date and this.visit_date and other.visit_date > this.visit_date)
