"""The ends: of the study treatment, of the participation, and of the study."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from forms_app.checks.circumstances import Circumstances
from forms_app.checks.finding import Finding
from trial.crf.reading import Reading
from trial.models import AdverseEvent, TreatmentStop, Withdrawal
from trial.models.disposition import LOST
from trial.protocol import STUDY
from trial.protocol.marker import N_
from trial.services.participants import visits_ahead
from trial.words import sentence

FATAL = "FATAL"
DEATH = "DEATH"
FEWEST_ATTEMPTS = 3


def treatment_stop_hard(reading: Reading, circumstances: Circumstances) -> Iterator[tuple[str, str]]:
    """Nobody dies without a fatal adverse event."""
    yield from _death(reading, circumstances, "tsdecod")


def withdrawal_hard(reading: Reading, circumstances: Circumstances) -> Iterator[tuple[str, str]]:
    """Nobody dies without a fatal adverse event."""
    yield from _death(reading, circumstances, "wddecod")


def study_end_hard(reading: Reading, circumstances: Circumstances) -> Iterator[tuple[str, str]]:
    """Nobody completes while planned visits are ahead."""
    if reading.header.values.get("secomp") != "Y":
        return
    if ahead := visits_ahead(circumstances.participant):
        told = _("Visits are still ahead: {visits}. Record each, done or not done, or record the withdrawal.")
        yield "secomp", told.format(visits=", ".join(ahead))


def withdrawal_soft(reading: Reading, circumstances: Circumstances) -> Iterator[Finding]:
    """Ask when little was tried to reach somebody, and when dates are out of their order."""
    values = reading.header.values
    yield from _endless(reading, "wddat", "wddecod")
    attempts = len(reading.groups.get("attempt", {}))
    if values.get("wddecod") == LOST and attempts < FEWEST_ATTEMPTS:
        said = N_("Attempts to make contact: {count}; the protocol asks for at least {fewest}.")
        yield Finding("wddecod", "attempts", sentence(said, count=attempts, fewest=FEWEST_ATTEMPTS))
    left, last = values.get("wddat"), values.get("wdlast")
    if left is not None and last is not None and last > left:
        yield Finding("wdlast", "order", sentence(N_("The last contact lies after the withdrawal.")))
    consent = circumstances.consent_date
    if left is not None and consent is not None and left < consent:
        yield Finding("wddat", "before_consent", sentence(N_("The withdrawal lies before the consent.")))


def study_end_soft(reading: Reading, circumstances: Circumstances) -> Iterator[Finding]:
    """Ask when the end contradicts what is recorded of the visits, the withdrawal or the events."""
    values = reading.header.values
    if values.get("secomp") == "Y":
        yield from _endless(reading, "sedat")
        yield from _last_planned(circumstances)
    if values.get("secomp") == "N" and not circumstances.rows(Withdrawal):
        said = N_("No withdrawal is recorded. Record when and why the participation ended.")
        yield Finding("secomp", "no_withdrawal", sentence(said))
    days = [visit.visit_date for visit in circumstances.visits if visit.visit_date]
    if values.get("selast") is not None and days and values["selast"] != max(days):
        said = N_("The last visit that is recorded took place on {day}.")
        yield Finding("selast", "last_visit", sentence(said, day=max(days)))
    open_ones = [str(event.record.repeat) for event in circumstances.rows(AdverseEvent) if not event.aeout]
    if values.get("seaeok") == "Y" and open_ones:
        said = N_("Adverse events without an outcome, by number: {numbers}.")
        yield Finding("seaeok", "outcomes", sentence(said, numbers=", ".join(open_ones)))


def is_dead(circumstances: Circumstances) -> bool:
    """Whether one of the ends says so."""
    stops = (row.tsdecod for row in circumstances.rows(TreatmentStop))
    left = (row.wddecod for row in circumstances.rows(Withdrawal))
    return DEATH in (*stops, *left)


def _endless(reading: Reading, *items: str) -> Iterator[Finding]:
    """Ask for what the participation does not end without."""
    for item in items:
        if item in reading.header.missing:
            said = N_("The participation does not end without it: give what is known best.")
            yield Finding(item, "endless", sentence(said))


def _death(reading: Reading, circumstances: Circumstances, item: str) -> Iterator[tuple[str, str]]:
    events = circumstances.rows(AdverseEvent)
    if reading.header.values.get(item) == DEATH and not any(event.aeout == FATAL for event in events):
        yield item, _("Record the adverse event with the outcome “fatal” first, then the death.")


def _last_planned(circumstances: Circumstances) -> Iterator[Finding]:
    last = STUDY.schedule.planned[-1]
    if not any(visit.code == last.code for visit in circumstances.visits):
        said = N_("The last planned visit, {visit}, did not take place.")
        yield Finding("secomp", "last_planned", sentence(said, visit=sentence(last.label)))
