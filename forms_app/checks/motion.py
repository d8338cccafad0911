from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from forms_app.checks import baseline
from forms_app.checks.circumstances import Circumstances
from forms_app.checks.finding import Finding
from trial.crf.reading import Reading
from trial.models import Motion
from trial.protocol.marker import N_
from trial.protocol.scoring import rom
from trial.services.visits import IN_PERSON
from trial.words import Sentence, sentence

LARGEST_SPREAD = Decimal(5)
LARGEST_CHANGE = Decimal(30)
# Two inclinometers measure the lumbar part alone; the limits on the items are those of the whole trunk.
LUMBAR_METHOD, LARGEST_LUMBAR = "DOUBLE INCLINOMETER", Decimal(75)


def hard(reading: Reading, circumstances: Circumstances) -> Iterator[tuple[str, str]]:
    """Flexion cannot be measured from afar, nor a baseline after the injection."""
    yield from baseline.hard(reading, circumstances)
    if reading.header.values.get("rom_perf") == "Y" and circumstances.visit.contact_mode != IN_PERSON:
        told = _("Answer No with the reason: flexion is measured in person, and this visit was not.")
        yield "rom_perf", told


def soft(reading: Reading, circumstances: Circumstances) -> Iterator[Finding]:
    """Ask about large or differing trials, a large change since before, another method or assessor."""
    values = reading.header.values
    if values.get("rom_perf") != "Y":
        return
    spread = rom.spread([values.get(f"rom_t{trial}") for trial in (1, 2, 3)])
    if spread is not None and spread > LARGEST_SPREAD:
        said = N_("The trials differ by {spread} deg, more than {largest}.")
        yield Finding("rom_t1", "spread", sentence(said, spread=spread, largest=LARGEST_SPREAD))
    if values.get("rom_meth") == LUMBAR_METHOD:
        yield from _lumbar(reading)
    yield from _against_earlier(reading, circumstances)


def _lumbar(reading: Reading) -> Iterator[Finding]:
    for name in ("rom_t1", "rom_t2", "rom_t3"):
        item, trial = reading.header.row.item(name), reading.header.values.get(name)
        if item and item.soft and trial is not None and trial > LARGEST_LUMBAR and item.soft.admits(trial):
            said = N_("{trial} deg is much by double inclinometer; usual is at most {largest}.")
            yield Finding(name, "lumbar", sentence(said, trial=trial, largest=LARGEST_LUMBAR))


def _against_earlier(reading: Reading, circumstances: Circumstances) -> Iterator[Finding]:
    if not circumstances.earlier_motions:
        return
    first, last = circumstances.earlier_motions[0], circumstances.earlier_motions[-1]
    values = reading.header.values
    mean, before = values.get("rom_mean"), last.rom_mean
    if mean is not None and before is not None and abs(mean - before) > LARGEST_CHANGE:
        said = N_("Flexion changed from {before} to {mean} deg since the last visit.")
        yield Finding("rom_mean", "change", sentence(said, before=before, mean=mean))
    if values.get("rom_meth") not in (None, first.rom_meth):
        said = N_("The method differs from the first measurement: {method}.")
        about = sentence(said, method=_label(reading, "rom_meth", first))
        yield Finding("rom_meth", "method", about, "ASSESSOR")
    if values.get("rom_eval") not in (None, first.rom_eval):
        said = N_("The assessor differs from the first measurement: {assessor}.")
        about = sentence(said, assessor=_label(reading, "rom_eval", first))
        yield Finding("rom_eval", "assessor", about, "ASSESSOR")


def _label(reading: Reading, name: str, row: Motion) -> Sentence:
    item = reading.header.row.item(name)
    assert item is not None
    return sentence(item.show(getattr(row, name)))
