from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from forms_app.checks.adverse_event import LINK
from forms_app.checks.circumstances import Circumstances
from forms_app.checks.finding import Finding
from trial.crf.codelists import COMPLICATION, LATERALITY
from trial.crf.reading import Reading
from trial.models import AdverseEvent, Demographics, Eligibility
from trial.models.injection import swapped
from trial.protocol import STUDY
from trial.protocol.drugs import DRUGS
from trial.protocol.marker import N_
from trial.protocol.scoring import dose
from trial.services.visits import IN_PERSON
from trial.words import Sentence, sentence

SHORTEST, LONGEST = 3, 90  # minutes
SIDE_VOLUME = (Decimal(5), Decimal(30))  # mL
USUAL_SEGMENTS = (2, 6)
UNUSUAL_PATTERNS = ("INTRAMUSCULAR", "EPIDURAL", "VASCULAR")
HIGHEST_CURVILINEAR, LOWEST_LINEAR = Decimal(8), Decimal(5)  # MHz

# The check that asks for the adverse event of a complication.
NO_EVENT = "no_event"
# What was seen on a side, and the complication that has to be ticked with it.
SEEN = (("aspneg", "N", "VASCULAR PUNCTURE"), ("vasupt", "Y", "INTRAVASCULAR CONTRAST"))


def hard(reading: Reading, circumstances: Circumstances) -> Iterator[tuple[str, str]]:
    """No injection before consent; the dispersion runs from cranial to caudal."""
    day, consent = reading.header.values.get("injdat"), circumstances.consent_date
    if day is not None and consent is not None and day < consent:
        told = _("Enter a date from the consent on ({consent}); {day} lies before it.")
        yield "injdat", told.format(consent=date_format(consent), day=date_format(day))
    for key, side in reading.groups.get("side", {}).items():
        cranial, caudal = side.values.get("dispcrn"), side.values.get("dispcau")
        if cranial is not None and caudal is not None and swapped(cranial, caudal):
            yield f"side.{key}.dispcau", _("Choose a vertebra that is not above the cranial one.")


def soft(reading: Reading, circumstances: Circumstances) -> Iterator[Finding]:
    """Ask about everything that is possible but outside the protocol or the usual."""
    if reading.header.values.get("injperf") != "Y":
        return
    if circumstances.visit.contact_mode != IN_PERSON:
        said = N_("The visit is recorded as not in person.")
        yield Finding("injperf", "contact_mode", sentence(said))
    yield from _header(reading.header.values, circumstances.visit.visit_date)
    yield from _order(reading.header.values, circumstances)
    for key, side in reading.groups.get("side", {}).items():
        yield from _side(f"side.{key}.", side.values)
    yield from _complications(reading)
    yield from _events(reading, circumstances)
    yield from _drugs(reading)
    yield from _doses(reading, circumstances)


def _header(values: dict[str, Any], visit_date: date | None) -> Iterator[Finding]:
    minutes = _minutes(values.get("injsttim"), values.get("injentim"))
    if minutes is not None and not SHORTEST <= minutes <= LONGEST:
        said = N_("The injection took {minutes} min; usual is {shortest} to {longest}.")
        about = sentence(said, minutes=minutes, shortest=SHORTEST, longest=LONGEST)
        yield Finding("injentim", "duration", about)
    if values.get("injdat") not in (None, visit_date):
        said = N_("The date differs from the date of the visit, {day}.")
        yield Finding("injdat", "visit_date", sentence(said, day=visit_date))
    if values.get("position") not in (None, "PRONE"):
        yield Finding(
            "position",
            "position",
            sentence(N_("The protocol asks for the prone position.")),
            "PROCEDURE",
        )
    if values.get("fluoro") == "N":
        yield Finding("fluoro", "fluoro", sentence(N_("The protocol asks for fluoroscopy.")), "PROCEDURE")
    yield from _probe(values.get("probetype"), values.get("probefreq"))


def _probe(kind: str | None, frequency: Decimal | None) -> Iterator[Finding]:
    if frequency is None:
        return
    if kind == "CURVILINEAR" and frequency > HIGHEST_CURVILINEAR:
        said = N_("The frequency is high for a curvilinear probe.")
        yield Finding("probefreq", "probe", sentence(said))
    if kind == "LINEAR" and frequency < LOWEST_LINEAR:
        yield Finding("probefreq", "probe", sentence(N_("The frequency is low for a linear probe.")))


def _order(values: dict[str, Any], circumstances: Circumstances) -> Iterator[Finding]:
    """Consent comes before the injection to the minute, and the judgement of the criteria to the day."""
    day, start = values.get("injdat"), values.get("injsttim")
    consent = circumstances.consent
    if consent and consent.ictim and start and day == consent.dsstdat_ic and start < consent.ictim:
        said = N_("The consent was given later on the same day, at {time}.")
        yield Finding("injsttim", "consent", sentence(said, time=f"{consent.ictim:%H:%M}"), "CONSENT")
    judged = circumstances.the(Eligibility)
    if judged and judged.iedat and day and day < judged.iedat:
        said = N_("The criteria were judged only afterwards, on {day}.")
        yield Finding("injdat", "eligibility", sentence(said, day=judged.iedat), "ORDER")


def _side(prefix: str, values: dict[str, Any]) -> Iterator[Finding]:
    expected = {
        "sidedone": ("Y", "one_side", N_("The protocol asks for both sides."), "PROCEDURE"),
        "level": ("L3-4", "level", N_("The protocol asks for level L3-4."), "PROCEDURE"),
        "aspneg": ("Y", "aspiration", N_("The aspiration was not negative."), ""),
        "vasupt": ("N", "uptake", N_("Vascular uptake was seen."), ""),
    }
    for item, (usual, check, said, deviation) in expected.items():
        if values.get(item) not in (None, usual):
            yield Finding(f"{prefix}{item}", check, sentence(said), deviation)
    segments = values.get("dispseg")
    if segments is not None and not USUAL_SEGMENTS[0] <= segments <= USUAL_SEGMENTS[1]:
        said = N_("The dispersion spans {segments} segments; usual is {fewest} to {most}.")
        about = sentence(said, segments=segments, fewest=USUAL_SEGMENTS[0], most=USUAL_SEGMENTS[1])
        yield Finding(f"{prefix}dispcau", "segments", about)
    if values.get("disppat") in UNUSUAL_PATTERNS:
        said = N_("The contrast did not spread in the plane alone.")
        yield Finding(f"{prefix}disppat", "pattern", sentence(said))


def _complications(reading: Reading) -> Iterator[Finding]:
    sides = reading.groups.get("side", {}).values()
    ticked = reading.groups.get("complication", {})
    for item, code, complication in SEEN:
        seen = any(side.values.get(item) == code for side in sides)
        row = ticked.get(complication)
        if seen and row is not None and row.values.get("cpoccur") == "N":
            said = N_("One of the sides says that this occurred.")
            yield Finding(f"complication.{complication}.cpoccur", "seen", sentence(said))


def _events(reading: Reading, circumstances: Circumstances) -> Iterator[Finding]:
    """What occurred is an adverse event, too, and is open until that is recorded."""
    rows = reading.groups.get("complication", {})
    occurred = [key for key, row in rows.items() if row.values.get("cpoccur") == "Y"]
    recorded = {event.aelink for event in circumstances.rows(AdverseEvent)} if occurred else set()
    for key in occurred:
        if f"{LINK}{key}" not in recorded:
            said = N_("Record the adverse event: {complication}.")
            about = sentence(said, complication=sentence(COMPLICATION.label(key)))
            yield Finding(f"complication.{key}.cpoccur", NO_EVENT, about)


def _drugs(reading: Reading) -> Iterator[Finding]:
    drugs = reading.groups.get("drug", {})
    for side, label in LATERALITY.terms:
        done = reading.groups["side"][side].values.get("sidedone") == "Y"
        volumes = [
            row.values.get("ecvol") or Decimal(0) for row in drugs.values() if row.values.get("lat") == side
        ]
        if done and not SIDE_VOLUME[0] <= sum(volumes) <= SIDE_VOLUME[1]:
            said = N_("{side}: {volume} mL given in all; usual is {least} to {most} mL.")
            about = sentence(
                said, side=sentence(label), volume=sum(volumes), least=SIDE_VOLUME[0], most=SIDE_VOLUME[1]
            )
            yield Finding(f"side.{side}.sidedone", "volume", about, "DOSE")
        if sum(volumes) > 0:
            yield from _tip(f"side.{side}.", reading.groups["side"][side].values)
    day = reading.header.values.get("injdat")
    for key, row in drugs.items():
        if row.values.get("ectrt") and DRUGS.find(row.values["ectrt"]) is None:
            said = N_(
                "This drug is not on the list {list}. Say whether it is a local anaesthetic or a steroid."
            )
            yield Finding(f"drug.{key}.ectrt", "unknown", sentence(said, list=DRUGS.name))
        expiry = row.values.get("ecexp")
        if expiry is not None and day is not None and expiry < day:
            said = N_("The drug had expired on the day of the injection.")
            yield Finding(f"drug.{key}.ecexp", "expired", sentence(said), "PROCEDURE")


def _tip(prefix: str, values: dict[str, Any]) -> Iterator[Finding]:
    unconfirmed = {
        "tipus": N_("A drug was given without the tip confirmed by ultrasound."),
        "tipfl": N_("A drug was given without the tip confirmed by fluoroscopy."),
    }
    for item, said in unconfirmed.items():
        if values.get(item) == "N":
            yield Finding(f"{prefix}{item}", "tip", sentence(said), "PROCEDURE")


def _doses(reading: Reading, circumstances: Circumstances) -> Iterator[Finding]:
    steroid, most = reading.header.values.get("steroidmg"), STUDY.thresholds.steroid_mg
    if steroid is not None and steroid > most:
        said = N_("{given} mg of steroids in all; the study's limit is {most} mg.")
        yield Finding("steroidmg", "most", sentence(said, given=steroid, most=most), "DOSE")
    person = circumstances.the(Demographics)
    if person is None or not person.weight:
        return
    for drug, per_kilogram in dose.above_alert(_given(reading), person.weight).items():
        said = N_("{drug}: {dose} mg/kg; the alert level is {alert} mg/kg.")
        about = sentence(said, drug=_named(drug), dose=per_kilogram, alert=dose.ALERTS[drug])
        yield Finding("lamg", drug.replace(" ", "_"), about, "DOSE")


def _given(reading: Reading) -> list[dose.Given]:
    rows = reading.groups.get("drug", {}).values()
    return [
        dose.Given(row.values.get("ectrt"), row.values.get("ecdose"), row.values.get("ecvol")) for row in rows
    ]


def _named(drug: str) -> Sentence:
    """A drug by its name in the codelist, in the reader's language."""
    return sentence(drug.capitalize())


def _minutes(start: time | None, end: time | None) -> int | None:
    if start is None or end is None:
        return None
    day = date.min
    return int((datetime.combine(day, end) - datetime.combine(day, start)).total_seconds() // 60)
