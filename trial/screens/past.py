"""As of when a page is read: the seal that was asked for, and what the page says of it."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from trial.models import Seal
from trial.refusals import Refusal
from trial.selectors import seals

# The parameters of an address: the number of a seal, or a day, of which the last seal is taken.
NUMBER, DAY = "as_of", "as_of_day"


@dataclass(frozen=True)
class Past:
    """A seal as a page names it; the moment is that of the place."""

    seal: Seal
    moment: datetime

    @property
    def sentence(self) -> str:
        return _("As of seal {number}, {day} {time} ({zone}); today it may differ.").format(
            number=self.seal.number,
            day=date_format(self.moment, "DATE_FORMAT"),
            time=f"{self.moment:%H:%M}",
            zone=self.moment.tzinfo,
        )


def asked(request: HttpRequest, zone: str = "UTC") -> Past | None:
    """What the address asks for; None for today. Refused: a seal that is not there, no date."""
    seal = seals.asked(request.GET.get(NUMBER, ""))
    if seal is None and (day := request.GET.get(DAY, "")):
        seal = seals.last_of(_day(day), zone)
    return Past(seal, seal.sealed_at.astimezone(ZoneInfo(zone))) if seal else None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refusal("malformed", problem=_("“{day}” is no date.").format(day=text)) from error
