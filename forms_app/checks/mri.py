from collections.abc import Iterator
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from forms_app.checks.circumstances import Circumstances
from forms_app.checks.finding import Finding
from trial.crf.reading import Reading
from trial.protocol.marker import N_
from trial.protocol.partial_date import PartialDate, add_months
from trial.words import sentence

MOST_MONTHS = 6


def hard(reading: Reading, circumstances: Circumstances) -> Iterator[tuple[str, str]]:
    """Nothing is read before it was taken."""
    taken, read = reading.header.values.get("mridat"), reading.header.values.get("mrirddat")
    if taken is not None and read is not None and read < taken:
        yield "mrirddat", _("Enter a date from the examination on, {day}.").format(day=date_format(taken))


def soft(reading: Reading, circumstances: Circumstances) -> Iterator[Finding]:
    """Ask about an examination that does not show the spine as it was operated, or as it is now."""
    taken = reading.header.values.get("mridat")
    if taken is not None:
        yield from _after_operation(taken, circumstances)
        yield from _recent(taken, circumstances.consent_date)


def _after_operation(taken: date, circumstances: Circumstances) -> Iterator[Finding]:
    operation = circumstances.index_operation
    if operation and operation.surgdat and taken <= PartialDate.parse(operation.surgdat).first:
        said = N_("The MRI was not taken after the index operation of {day}.")
        yield Finding("mridat", "operation", sentence(said, day=operation.surgdat))


def _recent(taken: date, consent: date | None) -> Iterator[Finding]:
    if consent is not None and add_months(taken, MOST_MONTHS) < consent:
        said = N_("The MRI is more than {months} months older than the consent.")
        yield Finding("mridat", "old", sentence(said, months=MOST_MONTHS))
