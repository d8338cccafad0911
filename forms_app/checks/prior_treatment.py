from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from forms_app.checks.circumstances import Circumstances
from forms_app.checks.finding import Finding
from trial.crf.reading import Reading
from trial.protocol import STUDY
from trial.protocol.marker import N_
from trial.protocol.partial_date import PartialDate, add_months
from trial.words import sentence

# How long before the injection the block may lie.
MOST_MONTHS, FEWEST_DAYS = 6, 7


def hard(reading: Reading, circumstances: Circumstances) -> Iterator[tuple[str, str]]:
    """What was tried before the study began before the consent."""
    consent = circumstances.consent_date
    if consent is None:
        return
    told = _("Enter a date up to the consent, {day}; what began later is no prior treatment.")
    for key, row in reading.groups.get("treatment", {}).items():
        began = row.values.get("ptstdat")
        if began is not None and PartialDate.parse(began).first > consent:
            yield f"treatment.{key}.ptstdat", told.format(day=date_format(consent))
    for key, row in reading.groups.get("block", {}).items():
        if row.values.get("mbbdat") is not None and row.values["mbbdat"] > consent:
            yield f"block.{key}.mbbdat", told.format(day=date_format(consent))


def soft(reading: Reading, circumstances: Circumstances) -> Iterator[Finding]:
    """Ask for rows that lack, and about blocks that were no entry test as the protocol wants it."""
    if reading.header.values.get("ptyn") == "Y" and not reading.groups.get("treatment"):
        yield Finding("ptyn", "rows", sentence(N_("No treatment is listed.")))
    blocks = reading.groups.get("block", {})
    if reading.header.values.get("mbbyn") == "Y" and not blocks:
        yield Finding("mbbyn", "rows", sentence(N_("No block is listed.")))
    for key, row in blocks.items():
        yield from _block(f"block.{key}.", row.values)
    if any(row.values.get("mbbdat") for row in blocks.values()) and circumstances.injection_date:
        for key, row in blocks.items():
            yield from _before_injection(
                f"block.{key}.", row.values.get("mbbdat"), circumstances.injection_date
            )


def _block(prefix: str, values: dict[str, Any]) -> Iterator[Finding]:
    if values.get("mbblat") not in (None, "BILATERAL"):
        said = N_("The protocol asks for a block on both sides.")
        yield Finding(f"{prefix}mbblat", "one_side", sentence(said))
    relief, response = values.get("mbbrelief"), values.get("mbbresp")
    if relief is not None and response is not None and response != expected_response(relief):
        said = N_("A relief of {relief} % does not agree with it: the threshold is {threshold} %.")
        about = sentence(said, relief=relief, threshold=STUDY.thresholds.relief_percent)
        yield Finding(f"{prefix}mbbresp", "relief", about)


def expected_response(relief: Decimal) -> str:
    """The response that a relief in per cent stands for."""
    return "POSITIVE" if relief >= STUDY.thresholds.relief_percent else "NEGATIVE"


def _before_injection(prefix: str, day: date | None, injected: date) -> Iterator[Finding]:
    if day is None:
        return
    if add_months(day, MOST_MONTHS) < injected:
        said = N_("The block lies more than {months} months before the injection of {day}.")
        about = sentence(said, months=MOST_MONTHS, day=injected)
        yield Finding(f"{prefix}mbbdat", "early", about)
    if day > injected - timedelta(days=FEWEST_DAYS):
        said = N_("The block lies less than {days} days before the injection of {day}.")
        yield Finding(f"{prefix}mbbdat", "late", sentence(said, days=FEWEST_DAYS, day=injected))
