from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from forms_app.checks.circumstances import Circumstances
from forms_app.checks.finding import Finding
from trial.crf.reading import Reading, RowReading
from trial.lifecycle import ELIGIBLE, ENROLLED, SCREENING, TREATED
from trial.protocol import STUDY
from trial.protocol.marker import N_
from trial.protocol.study import ConsentVersion
from trial.words import sentence

# In these states a participant is asked again when a new version of the consent form comes into use.
STILL_ASKED = (SCREENING, ELIGIBLE, ENROLLED, TREATED)


@dataclass(frozen=True)
class Signature:
    """One consent, the first or a renewed one, with the paths of its items."""

    row: RowReading
    prefix: str
    day_item: str
    version_item: str
    language_item: str

    @property
    def day(self) -> date | None:
        return self.row.values.get(self.day_item)

    @property
    def named(self) -> str | None:
        return self.row.values.get(self.version_item)

    @property
    def version(self) -> ConsentVersion | None:
        return STUDY.consent_version(self.named) if self.named else None


def hard(reading: Reading, circumstances: Circumstances) -> Iterator[tuple[str, str]]:
    """Nobody can consent before the site was activated, nor to a version before it was approved."""
    day, activated = reading.header.values.get("dsstdat_ic"), circumstances.participant.site.activated_on
    if day is not None and day < activated:
        told = _("Enter a date from {day} on, when the site was activated.")
        yield "dsstdat_ic", told.format(day=date_format(activated))
    for each in _signatures(reading):
        if each.version and each.day and each.day < each.version.approved_on:
            told = _("Enter a date from {day} on, when version {version} was approved.")
            path = f"{each.prefix}{each.day_item}"
            yield path, told.format(day=date_format(each.version.approved_on), version=each.version.version)


def soft(reading: Reading, circumstances: Circumstances) -> Iterator[Finding]:
    """Ask about copies, versions, languages, and procedures that were as early as the consent."""
    if reading.header.values.get("iccopy") == "N":
        yield Finding("iccopy", "no_copy", sentence(N_("The participant has no copy of the consent form.")))
    for each in _signatures(reading):
        yield from _version(each)
    yield from _renewals(reading, circumstances)
    day = reading.header.values.get("dsstdat_ic")
    if day is not None:
        yield from _against_procedures(day, reading, circumstances.procedure_dates)


def _signatures(reading: Reading) -> Iterator[Signature]:
    yield Signature(reading.header, "", "dsstdat_ic", "icver", "iclang")
    for key, row in reading.groups.get("reconsent", {}).items():
        yield Signature(row, f"reconsent.{key}.", "recdat", "recver", "reclang")


def _version(signature: Signature) -> Iterator[Finding]:
    version, path = signature.version, f"{signature.prefix}{signature.version_item}"
    if version is None:
        if signature.named:
            said = N_("This version of the consent form is not among those of the study.")
            yield Finding(path, "version", sentence(said))
        return
    if version.superseded_on and signature.day and signature.day >= version.superseded_on:
        said = N_("Version {version} had been superseded on {day}.")
        about = sentence(said, version=version.version, day=version.superseded_on)
        yield Finding(path, "superseded", about, "CONSENT")
    language = signature.row.values.get(signature.language_item)
    if language and language not in version.languages:
        said = N_("Version {version} was approved in: {languages}.")
        about = sentence(said, version=version.version, languages=", ".join(version.languages))
        yield Finding(f"{signature.prefix}{signature.language_item}", "language", about)


def _renewals(reading: Reading, circumstances: Circumstances) -> Iterator[Finding]:
    first = reading.header.values.get("dsstdat_ic")
    rows = reading.groups.get("reconsent", {})
    for key, row in rows.items():
        if first and row.values.get("recdat") and row.values["recdat"] < first:
            said = N_("The renewed consent lies before the first, of {day}.")
            yield Finding(f"reconsent.{key}.recdat", "before", sentence(said, day=first))
    active = STUDY.consent_version_on(circumstances.today)
    given = {reading.header.values.get("icver"), *(row.values.get("recver") for row in rows.values())}
    asked = circumstances.participant.state in STILL_ASKED
    if active and asked and first and first < active.approved_on and active.version not in given:
        said = N_("Version {version} is in use since {day}: the consent has to be renewed.")
        yield Finding("icver", "renew", sentence(said, version=active.version, day=active.approved_on))


def _against_procedures(day: date, reading: Reading, procedures: list[date]) -> Iterator[Finding]:
    if procedures and procedures[0] < day:
        said = N_("A visit took place before it, on {day}.")
        yield Finding("dsstdat_ic", "late", sentence(said, day=procedures[0]), "CONSENT")
    if day in procedures and _time_is_empty(reading):
        said = N_("A visit followed on the same day, so the time is needed.")
        yield Finding("ictim", "time", sentence(said))


def _time_is_empty(reading: Reading) -> bool:
    return reading.header.values.get("ictim") is None and "ictim" not in reading.header.missing
