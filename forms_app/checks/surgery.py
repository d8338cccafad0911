from collections.abc import Iterator, Mapping

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from forms_app.checks.circumstances import Circumstances
from forms_app.checks.finding import Finding
from trial.crf.reading import Reading, RowReading
from trial.models import Demographics
from trial.protocol.marker import N_
from trial.protocol.partial_date import PartialDate
from trial.protocol.scoring.interval import whole_months
from trial.words import sentence

TARGET = "L3-4"
LONGEST_AGO = 240  # months


def hard(reading: Reading, circumstances: Circumstances) -> Iterator[tuple[str, str]]:
    """An operation lies between birth and consent; at most one is the index operation."""
    operations = reading.groups.get("operation", {})
    yield from _between_birth_and_consent(operations, circumstances)
    index = [key for key, row in operations.items() if row.values.get("index") == "Y"]
    for key in index[1:]:
        yield f"operation.{key}.index", _("Answer No: another one is marked as the index operation.")


def _between_birth_and_consent(
    operations: Mapping[str, RowReading], circumstances: Circumstances
) -> Iterator[tuple[str, str]]:
    consent, person = circumstances.consent_date, circumstances.the(Demographics)
    for key, row in operations.items():
        done, path = row.values.get("surgdat"), f"operation.{key}.surgdat"
        if done is None:
            continue
        day = PartialDate.parse(done)
        if consent is not None and day.first > consent:
            yield path, _("Enter a date up to the consent, {day}.").format(day=date_format(consent))
        if person is not None and person.brthyy is not None and day.last.year < person.brthyy:
            yield path, _("Enter a date after the birth, in {year}.").format(year=person.brthyy)


def soft(reading: Reading, circumstances: Circumstances) -> Iterator[Finding]:
    """Ask which operation is the index operation, about a scar at the target, and what is long ago."""
    operations = reading.groups.get("operation", {})
    index = [row for row in operations.values() if row.values.get("index") == "Y"]
    if reading.header.values.get("surgyn") == "Y" and not index:
        said = N_("None of the operations is marked as the index operation.")
        yield Finding("surgyn", "index", sentence(said))
    for key, row in operations.items():
        if TARGET in (row.values.get("levels") or ()):
            said = N_("Operated at {level}: expect a scar at the target of the injection.")
            yield Finding(f"operation.{key}.levels", "target", sentence(said, level=TARGET))
        yield from _long_ago(key, row.values.get("surgdat"), circumstances)


def _long_ago(key: str, done: str | None, circumstances: Circumstances) -> Iterator[Finding]:
    consent = circumstances.consent_date
    if done is None or consent is None:
        return
    months = whole_months(PartialDate.parse(done).last, consent)
    if months > LONGEST_AGO:
        said = N_("The operation lies {months} months before the consent; usual is at most {most}.")
        about = sentence(said, months=months, most=LONGEST_AGO)
        yield Finding(f"operation.{key}.surgdat", "long_ago", about)
