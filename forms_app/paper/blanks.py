"""An item of a blank form: what is asked, and the place for its answer."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from reportlab.platypus import Flowable

from forms_app.paper.boxes import Cells, Line, Scale, Shaded, Tick, Ticks
from trial.crf.answers import Row
from trial.crf.codelists import Codelist
from trial.crf.items import (
    Choice,
    Clock,
    CriterionMet,
    Day,
    Item,
    Limits,
    Measure,
    PartialDay,
    Score,
    Several,
    Text,
    When,
)

LONG_TEXT = 120
DATE, TIME = "dddd-dd-dd", "dd:dd"


def place(item: Item) -> Flowable:
    """The place on paper for the answer to an item."""
    if item.derived:
        return Shaded(", ".join(filter(None, (_("derived"), unit(item)))))
    if item.system:
        return Shaded(_("filled in by the system"))
    match item:
        case Score():
            return Scale(item.steps)
        case Several() | Choice():
            assert item.codelist is not None
            return Ticks(ticks(item.codelist), several=isinstance(item, Several))
        case PartialDay():
            return Cells(DATE, _("as far as it is known"))
        case Day():
            return Cells(DATE)
        case Clock():
            return Cells(TIME)
        case Text():
            return Line(2 if (item.max_length or 0) > LONG_TEXT else 1)
    return Cells(digits(item), unit(item))


def unit(item: Item) -> str:
    """The unit of an item; gettext would answer an empty text with its own heading."""
    return _(item.unit) if item.unit else ""


def ticks(codelist: Codelist) -> list[Tick]:
    return [Tick(_(label), code) for code, label in codelist.terms]


def digits(item: Item) -> str:
    """The places of a number: as many before the point as its limits need."""
    limits = [item.hard.low, item.hard.high] if item.hard else []
    whole = max((len(str(abs(int(limit)))) for limit in limits if limit is not None), default=5)
    places = item.places if isinstance(item, Measure) else 0
    return "d" * whole + ("." + "d" * places if places else "")


def remarks(row: type[Row], item: Item) -> Iterator[str]:
    """What is to be known before an item is answered, in short sentences."""
    if isinstance(item, CriterionMet):
        yield item.criterion.code
    if item.hint:
        yield _(item.hint)
    if item.when:
        yield condition(row, item.when)
    if item.hard and not isinstance(item, Score):
        yield _("Possible: {range}").format(range=span(item.hard, unit(item)))
    if item.soft:
        yield _("Usual: {range}").format(range=span(item.soft, unit(item)))
    if isinstance(item, Text) and item.suggestions:
        yield _("For example: {answers}").format(answers=", ".join(_labels(item.suggestions)))


def condition(row: type[Row], when: When) -> str:
    """When an item or a group is asked, in words."""
    asker = row.item(when.item)
    assert asker is not None
    answers = [_(asker.codelist.label(code)) if asker.codelist else code for code in when.codes]
    return _("Only if “{question}” is: {answers}").format(
        question=_(asker.label), answers=_(" or ").join(answers)
    )


def span(limits: Limits, unit: str = "") -> str:
    """Limits in numbers: 0 – 120 deg, ≥ 1, ≤ 50."""
    if limits.low is None:
        text = f"≤ {limits.high}"
    elif limits.high is None:
        text = f"≥ {limits.low}"
    else:
        text = f"{limits.low} – {limits.high}"
    return f"{text} {unit}" if unit else text


def _labels(codelist: Codelist) -> list[str]:
    return [_(label) for _code, label in codelist.terms]
