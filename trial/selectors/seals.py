"""Reads of seals, as points in time from which the trial can be read."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from trial.models import Seal
from trial.refusals import Refusal

# No number of a seal is longer; what is longer would not fit the column.
LONGEST = 9


def all_seals() -> QuerySet[Seal]:
    """Every seal, the latest first, without what it seals."""
    return Seal.objects.defer("leaves").order_by("-number")


def get(number: int) -> Seal:
    """The seal with this number, or the refusal that there is none."""
    seal = all_seals().filter(number=number).first() if number < 10**LONGEST else None
    if seal is None:
        raise Refusal("not_found")
    return seal


def asked(number: str) -> Seal | None:
    """The seal with this number; None for an empty text, which asks for today. Refused for any other."""
    if not number:
        return None
    known = number.isascii() and number.isdigit() and len(number) <= LONGEST
    seal = all_seals().filter(number=int(number)).first() if known else None
    return seal or _refuse(number)


def last_of(day: date, zone: str) -> Seal:
    """The last seal that was made on a day at a place or before; refused when none is as old."""
    end = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone))
    seal = all_seals().filter(sealed_at__lt=end).first()
    if seal is None:
        raise Refusal("seal_none")
    return seal


def _refuse(number: str) -> Seal:
    last = all_seals().first()
    if last is None:
        raise Refusal("seal_none")
    raise Refusal("seal_unknown", seal=number, last=last.number)
