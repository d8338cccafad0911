import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from forms_app.checks.circumstances import Circumstances
from forms_app.checks.disposition import FATAL, is_dead
from forms_app.checks.finding import Finding
from forms_app.selectors.safety import REPORTED_WITHIN, earliest, elapsed, latest
from trial.crf.codelists import COMPLICATION
from trial.crf.reading import Reading
from trial.models import InjectionComplication
from trial.protocol.marker import N_
from trial.protocol.partial_date import surely_before
from trial.words import sentence

LIFE_THREATENING, DEATH = 4, 5
RESOLVED = ("RECOVERED/RESOLVED", "RECOVERED/RESOLVED WITH SEQUELAE")
# Words between two events. A comma may stand inside one, so only a list of several is asked about.
SEVERAL = re.compile(r"\b(and|with|und|plus)\b|[;&+]|(?:,.*){2}|[、和及]", re.IGNORECASE)
REPORTING = "SAE REPORTING"
# How an event is linked to the complication of the injection that it tells of.
LINK = "INJ.injection.complication."


def hard(reading: Reading, circumstances: Circumstances) -> Iterator[tuple[str, str]]:
    """Awareness comes before the report and neither lies in the future; who leaves was admitted before."""
    values, zone = reading.header.values, circumstances.participant.site.time_zone
    for name in ("aeaw", "aerpt"):
        at = earliest(values.get(f"{name}dat"), values.get(f"{name}tim"), zone)
        if at is not None and at > timezone.now():
            yield f"{name}tim", _("Enter a time up to now; this one lies in the future.")
    if _is_before(values):
        yield "aerpttim", _("Enter a time from the awareness on; the site reports what it is aware of.")
    admitted, left = values.get("aehodat"), values.get("aehoend")
    if admitted is not None and left is not None and left < admitted:
        told = _("Enter a date from the admission on ({day}).")
        yield "aehoend", told.format(day=date_format(admitted))
    link = values.get("aelink")
    if link and link.removeprefix(LINK) not in COMPLICATION.codes:
        yield "aelink", _("This names no complication of the injection.")


def soft(reading: Reading, circumstances: Circumstances) -> Iterator[Finding]:
    """Ask about what contradicts itself, the consent or the ends, and about late reports."""
    values = reading.header.values
    yield from _term(values)
    yield from _begin(values, circumstances)
    yield from _outcome(values)
    yield from _death(values, circumstances)
    yield from _grade(values)
    yield from _report(values, circumstances.participant.site.time_zone)
    yield from _link(values, circumstances)


def _term(values: dict[str, Any]) -> Iterator[Finding]:
    if SEVERAL.search(values.get("aeterm") or ""):
        said = N_("This may be more than one event. Each one is an entry of its own.")
        yield Finding("aeterm", "several", sentence(said))


def _begin(values: dict[str, Any], circumstances: Circumstances) -> Iterator[Finding]:
    began, consent = values.get("aestdat"), circumstances.consent_date
    if began and consent and surely_before(began, consent.isoformat()):
        said = N_("It began before the consent, of {day}: it may belong to the medical history.")
        yield Finding("aestdat", "before_consent", sentence(said, day=consent))


def _outcome(values: dict[str, Any]) -> Iterator[Finding]:
    outcome = values.get("aeout")
    if outcome in (*RESOLVED, FATAL) and values.get("aeongo") == "Y":
        said = N_("The event is said to be still going on.")
        yield Finding("aeout", "ongoing", sentence(said))
    if outcome in RESOLVED and values.get("aeongo") == "N" and values.get("aeendat") is None:
        yield Finding("aeout", "no_end", sentence(N_("The day on which it ended is missing.")))


def _death(values: dict[str, Any], circumstances: Circumstances) -> Iterator[Finding]:
    """Grade 5, the outcome “fatal”, the criterion “death” and an end by death are said together or not."""
    told = {
        "aetoxgr": values.get("aetoxgr") == DEATH,
        "aesdth": values.get("aesdth") == "Y",
        "aeout": values.get("aeout") == FATAL,
    }
    said = {
        "aetoxgr": N_("The grade is not 5, but the event is recorded as fatal."),
        "aesdth": N_("Death is not given as a criterion, but the event is recorded as fatal."),
        "aeout": N_("The outcome is not “fatal”, but the event is recorded as fatal."),
    }
    if not any(told.values()):
        return
    for item, is_told in told.items():
        if not is_told:
            # A criterion is asked of serious events alone.
            path = "aeser" if item == "aesdth" and values.get("aeser") != "Y" else item
            yield Finding(path, "fatal", sentence(said[item]))
    if not is_dead(circumstances):
        yield Finding("aeout", "no_end_by_death", sentence(N_("No withdrawal by death is recorded.")))


def _grade(values: dict[str, Any]) -> Iterator[Finding]:
    if values.get("aetoxgr") == LIFE_THREATENING and values.get("aeslife") != "Y":
        path = "aeslife" if values.get("aeser") == "Y" else "aeser"
        yield Finding(path, "grade", sentence(N_("Grade 4 is life-threatening.")))


def _report(values: dict[str, Any], zone: str) -> Iterator[Finding]:
    """A late report and one that is overdue are one deviation, under one name."""
    aware = earliest(values.get("aeawdat"), values.get("aeawtim"), zone)
    reported = latest(values.get("aerptdat"), values.get("aerpttim"), zone)
    if aware is None or elapsed(aware, reported or timezone.now()) <= REPORTED_WITHIN:
        return
    if reported is None:
        # Without the hours, so that the words stay while it waits.
        said = N_("Not reported within 24 h of the awareness, as the protocol asks.")
        yield Finding("aerptdat", "late", sentence(said), REPORTING)
        return
    if None in (values.get("aeawtim"), values.get("aerpttim")):
        said = N_(
            "Reported up to {hours} h after the awareness, as no time is given; the protocol asks for 24 h."
        )
    else:
        said = N_("Reported {hours} h after the awareness; the protocol asks for 24 h.")
    hours = elapsed(aware, reported) // timedelta(hours=1)
    yield Finding("aerptdat", "late", sentence(said, hours=hours), REPORTING)


def _link(values: dict[str, Any], circumstances: Circumstances) -> Iterator[Finding]:
    code = (values.get("aelink") or "").removeprefix(LINK)
    rows = circumstances.group_rows(InjectionComplication)
    if code in COMPLICATION.codes and not any(row.key == code and row.cpoccur == "Y" for row in rows):
        said = N_("The injection does not say that this occurred: {complication}.")
        about = sentence(said, complication=sentence(COMPLICATION.label(code)))
        yield Finding("aelink", "not_occurred", about)


def _is_before(values: dict[str, Any]) -> bool:
    """Whether the report surely came before the awareness: an unknown time is no contradiction."""
    aware, reported = values.get("aeawdat"), values.get("aerptdat")
    if aware is None or reported is None:
        return False
    if reported != aware:
        return bool(reported < aware)
    known, told = values.get("aeawtim"), values.get("aerpttim")
    return known is not None and told is not None and bool(told < known)
