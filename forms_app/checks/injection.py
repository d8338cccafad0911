from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from forms_app.checks.circumstances import Circumstances
from forms_app.checks.finding import Finding
from trial.crf.codelists import LATERALITY
from trial.crf.reading import Reading
from trial.models.injection import swapped
from trial.services.visits import IN_PERSON

SHORTEST, LONGEST = 3, 90  # minutes
SIDE_VOLUME = (Decimal(5), Decimal(30))  # mL
USUAL_SEGMENTS = (2, 6)
UNUSUAL_PATTERNS = ("INTRAMUSCULAR", "EPIDURAL", "VASCULAR")
HIGHEST_CURVILINEAR, LOWEST_LINEAR = Decimal(8), Decimal(5)  # MHz


def hard(reading: Reading, circumstances: Circumstances) -> Iterator[tuple[str, str]]:
    """No injection before consent; the dispersion runs from cranial to caudal."""
    day, consent = reading.header.values.get("injdat"), circumstances.consent_date
    if day is not None and consent is not None and day < consent:
        yield "injdat", f"Enter a date from the consent on ({consent}); {day} lies before it."
    for key, side in reading.groups.get("side", {}).items():
        cranial, caudal = side.values.get("dispcrn"), side.values.get("dispcau")
        if cranial is not None and caudal is not None and swapped(cranial, caudal):
            yield f"side.{key}.dispcau", "Choose a vertebra that is not above the cranial one."


def soft(reading: Reading, circumstances: Circumstances) -> Iterator[Finding]:
    """Ask about everything that is possible but outside the protocol or the usual."""
    if reading.header.values.get("injperf") != "Y":
        return
    if circumstances.visit.contact_mode != IN_PERSON:
        yield Finding("injperf", "contact_mode", "The visit is recorded as not in person.")
    yield from _header(reading.header.values, circumstances.visit.visit_date)
    for key, side in reading.groups.get("side", {}).items():
        yield from _side(f"side.{key}.", side.values)
    yield from _drugs(reading)


def _header(values: dict[str, Any], visit_date: date | None) -> Iterator[Finding]:
    minutes = _minutes(values.get("injsttim"), values.get("injentim"))
    if minutes is not None and not SHORTEST <= minutes <= LONGEST:
        yield Finding("injentim", "duration", f"The injection took {minutes} min; usual is 3 to 90.")
    if values.get("injdat") not in (None, visit_date):
        yield Finding("injdat", "visit_date", f"The date differs from the date of the visit, {visit_date}.")
    if values.get("position") not in (None, "PRONE"):
        yield Finding("position", "position", "The protocol asks for the prone position.")
    if values.get("fluoro") == "N":
        yield Finding("fluoro", "fluoro", "The protocol asks for fluoroscopy.")
    yield from _probe(values.get("probetype"), values.get("probefreq"))


def _probe(kind: str | None, frequency: Decimal | None) -> Iterator[Finding]:
    if frequency is None:
        return
    if kind == "CURVILINEAR" and frequency > HIGHEST_CURVILINEAR:
        yield Finding("probefreq", "probe", "The frequency is high for a curvilinear probe.")
    if kind == "LINEAR" and frequency < LOWEST_LINEAR:
        yield Finding("probefreq", "probe", "The frequency is low for a linear probe.")


def _side(prefix: str, values: dict[str, Any]) -> Iterator[Finding]:
    expected = {
        "sidedone": ("Y", "one_side", "The protocol asks for both sides."),
        "level": ("L3-4", "level", "The protocol asks for level L3-4."),
        "aspneg": ("Y", "aspiration", "The aspiration was not negative."),
        "vasupt": ("N", "uptake", "Vascular uptake was seen."),
    }
    for item, (usual, check, sentence) in expected.items():
        if values.get(item) not in (None, usual):
            yield Finding(f"{prefix}{item}", check, sentence)
    segments = values.get("dispseg")
    if segments is not None and not USUAL_SEGMENTS[0] <= segments <= USUAL_SEGMENTS[1]:
        yield Finding(
            f"{prefix}dispcau", "segments", f"The dispersion spans {segments} segments; usual is 2 to 6."
        )
    if values.get("disppat") in UNUSUAL_PATTERNS:
        yield Finding(f"{prefix}disppat", "pattern", "The contrast did not spread in the plane alone.")


def _drugs(reading: Reading) -> Iterator[Finding]:
    drugs = reading.groups.get("drug", {})
    for side, label in LATERALITY.terms:
        done = reading.groups["side"][side].values.get("sidedone") == "Y"
        volumes = [
            row.values.get("ecvol") or Decimal(0) for row in drugs.values() if row.values.get("lat") == side
        ]
        if done and not SIDE_VOLUME[0] <= sum(volumes) <= SIDE_VOLUME[1]:
            sentence = f"{label}: {sum(volumes)} mL given in all; usual is 5 to 30 mL."
            yield Finding(f"side.{side}.sidedone", "volume", sentence)
        if sum(volumes) > 0:
            yield from _tip(f"side.{side}.", reading.groups["side"][side].values)
    day = reading.header.values.get("injdat")
    for key, row in drugs.items():
        expiry = row.values.get("ecexp")
        if expiry is not None and day is not None and expiry < day:
            yield Finding(f"drug.{key}.ecexp", "expired", "The drug had expired on the day of the injection.")


def _tip(prefix: str, values: dict[str, Any]) -> Iterator[Finding]:
    for item, means in (("tipus", "ultrasound"), ("tipfl", "fluoroscopy")):
        if values.get(item) == "N":
            yield Finding(f"{prefix}{item}", "tip", f"A drug was given without the tip confirmed by {means}.")


def _minutes(start: time | None, end: time | None) -> int | None:
    if start is None or end is None:
        return None
    day = date.min
    return int((datetime.combine(day, end) - datetime.combine(day, start)).total_seconds() // 60)
