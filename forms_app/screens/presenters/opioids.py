"""Opioids over time as a small drawing, and what was raised after the injection in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from forms_app.selectors import opioids as selector
from forms_app.selectors.casebook import FormEntry
from forms_app.selectors.opioids import Opioid, Opioids
from trial.crf.submission import Submission
from trial.models import Participant

FORM = "medication"
WIDTH, HEIGHT = 640, 150
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 12, 22


@dataclass(frozen=True)
class Line:
    """The equivalent from a day on, in words."""

    day: date
    per_day: str


@dataclass(frozen=True)
class Raised:
    drug: str
    per_day: str
    address: str


@dataclass(frozen=True)
class OpioidsView:
    """`path` is the line of the drawing in its own units; `injected` the place of the injection in it."""

    lines: list[Line]
    raised: list[Raised]
    path: str
    injected: str
    most: str
    first: date | None
    last: date
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    foot: int = HEIGHT - BOTTOM


def view(
    participant: Participant,
    injected: date | None,
    entries: Iterable[FormEntry],
    stored: Mapping[int, Submission],
) -> OpioidsView | None:
    """The opioids of a participant, from the forms in use and their stored answers; None without any."""
    read = [
        (entry.record.repeat, stored[entry.record.pk].header.items)
        for entry in entries
        if entry.record and entry.record.form == FORM
    ]
    found = selector.of(read, injected, participant.site.today())
    return _view(participant, found) if found.steps else None


def _view(participant: Participant, found: Opioids) -> OpioidsView:
    first = found.steps[0].day
    begin = min(first, found.injected) if found.injected else first
    scale = _Scale(begin, found.today, found.most)
    return OpioidsView(
        lines=[Line(step.day, _amount(step.per_day, step.is_whole)) for step in found.steps],
        raised=[_raised(participant, opioid) for opioid in found.raised],
        path=_path(found, scale),
        injected=f"{scale.x(found.injected):.1f}" if found.injected else "",
        most=f"{found.most.normalize():f}",
        first=begin,
        last=found.today,
    )


@dataclass(frozen=True)
class _Scale:
    begin: date
    end: date
    most: Decimal

    def x(self, day: date) -> float:
        days = max((self.end - self.begin).days, 1)
        return LEFT + (WIDTH - LEFT - RIGHT) * (day - self.begin).days / days

    def y(self, per_day: Decimal) -> float:
        share = float(per_day / self.most) if self.most else 0.0
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share


def _path(found: Opioids, scale: _Scale) -> str:
    """Up and down at once on each day on which the sum changes, level in between; nothing where a part of
    the sum is not known."""
    parts = [f"M{scale.x(scale.begin):.1f} {scale.y(Decimal(0)):.1f}"]
    drawn = True
    for step in found.steps:
        x, y = f"{scale.x(step.day):.1f}", f"{scale.y(step.per_day):.1f}"
        parts.append(f"H{x}" if drawn else "")
        if step.is_whole:
            parts.append(f"V{y}" if drawn else f"M{x} {y}")
        drawn = step.is_whole
    return "".join([*parts, f"H{scale.x(found.today):.1f}" if drawn else ""])


def _raised(participant: Participant, opioid: Opioid) -> Raised:
    return Raised(
        drug=opioid.drug,
        per_day=_amount(opioid.per_day or Decimal(0), opioid.per_day is not None),
        address=reverse("log", args=(participant.code, FORM, opioid.number)),
    )


def _amount(per_day: Decimal, is_whole: bool) -> str:
    if is_whole:
        return _("{amount} mg a day").format(amount=f"{per_day:f}")
    if per_day:
        return _("more than {amount} mg a day: an opioid has no factor").format(amount=f"{per_day:f}")
    return _("not known: an opioid has no factor")
