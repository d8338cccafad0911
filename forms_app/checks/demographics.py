from collections.abc import Iterator

from django.utils.translation import gettext as _

from forms_app.checks.circumstances import Circumstances
from forms_app.checks.finding import Finding
from trial.crf.reading import Reading
from trial.protocol import STUDY
from trial.protocol.marker import N_
from trial.protocol.scoring import body
from trial.words import sentence


def hard(reading: Reading, circumstances: Circumstances) -> Iterator[tuple[str, str]]:
    """Nobody consents before being born."""
    year, consent = reading.header.values.get("brthyy"), circumstances.consent_date
    if year is not None and consent is not None and year > consent.year:
        told = _("Enter a year up to that of the consent, {year}.")
        yield "brthyy", told.format(year=consent.year)


def soft(reading: Reading, circumstances: Circumstances) -> Iterator[Finding]:
    """Ask about an age outside the usual; remind of glucose in diabetes."""
    year, consent = reading.header.values.get("brthyy"), circumstances.consent_date
    if year is not None and consent is not None:
        yield from _age(body.age(birth_year=year, on=consent))
    if reading.header.values.get("diab") == "Y":
        said = N_("Steroids raise glucose: say how it is watched. High glucose is an adverse event.")
        yield Finding("diab", "glucose", sentence(said))


def _age(age: int) -> Iterator[Finding]:
    youngest, oldest = STUDY.thresholds.youngest, STUDY.thresholds.oldest_usual
    if age < youngest:
        said = N_("The participant is at most {age} years old at consent; the protocol asks for {youngest}.")
        yield Finding("brthyy", "young", sentence(said, age=age, youngest=youngest))
    if age > oldest:
        said = N_("The participant is up to {age} years old at consent; usual is at most {oldest}.")
        yield Finding("brthyy", "old", sentence(said, age=age, oldest=oldest))
