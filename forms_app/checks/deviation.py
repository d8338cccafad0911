from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from forms_app.checks.circumstances import Circumstances
from forms_app.checks.finding import Finding
from forms_app.selectors import deviations
from trial.crf.reading import Reading
from trial.models import Deviation
from trial.protocol.marker import N_
from trial.words import sentence

SYSTEM = "SYSTEM"


def hard(reading: Reading, circumstances: Circumstances) -> Iterator[tuple[str, str]]:
    """What the system proposed says what it concerns; nothing is discovered before it was."""
    values = reading.header.values
    if values.get("dvorig") == SYSTEM and not values.get("dvlink"):
        yield "dvorig", _("A proposal of the system says what it concerns.")
    began, discovered = values.get("dvstdat"), values.get("dvdiscd")
    if began is not None and discovered is not None and discovered < began:
        yield "dvdiscd", _("Enter a date from the deviation on ({day}).").format(day=date_format(began))


def soft(reading: Reading, circumstances: Circumstances) -> Iterator[Finding]:
    """Ask when a proposal was judged before or its cause is gone, and when a major one was not reported."""
    values = reading.header.values
    link = values.get("dvlink")
    same = (row for row in circumstances.rows(Deviation) if row.record.repeat != circumstances.number)
    judged = [row.record.repeat for row in same if link and row.dvlink == link]
    if judged:
        said = N_("Entry {number} has judged the same.")
        yield Finding("dvterm", "twice", sentence(said, number=judged[0]))
    confirmed = values.get("dvorig") == SYSTEM and values.get("dvconf") == "Y"
    if confirmed and link and deviations.proposal(circumstances.participant, link) is None:
        said = N_("What it was proposed for is gone: a value or a date was corrected since.")
        yield Finding("dvconf", "gone", sentence(said))
    if values.get("dvsev") == "MAJOR" and values.get("dvirbdat") is None:
        said = N_("A major deviation is reported to the ethics committee.")
        yield Finding("dvirbdat", "report", sentence(said))
