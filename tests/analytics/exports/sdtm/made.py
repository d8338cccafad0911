"""A casebook with every item filled in, made without a database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any

from analytics.exports.casebooks import Casebook, Filled, FilledForm
from trial.crf import items, registry
from trial.crf.answers import GroupAnswers, Row
from trial.crf.items import Item
from trial.lifecycle import COMPLETE, TREATED
from trial.models import Participant, Record, Site, Visit
from trial.protocol import STUDY
from trial.protocol.schedule import ANCHOR

DAY = date(2026, 3, 2)
# An item: its form, its form or group, its name.
Place = tuple[str, str, str]


@dataclass(frozen=True)
class Answered:
    """Yes or no to all that is asked so, and the place of the code that is chosen of every list."""

    yes_no: str
    choice: int = 0


EVERYTHING = (Answered("Y"), Answered("N"), Answered("Y", -1))


def value(item: Item, answered: Answered) -> Any:
    """A value that the item can hold."""
    match item:
        case items.YesNo() | items.CriterionMet():
            return answered.yes_no
        case items.Several():
            assert item.codelist is not None
            return list(item.codelist.codes[:2])
        case items.Choice():
            assert item.codelist is not None
            return item.codelist.codes[answered.choice]
        case items.Measure():
            return Decimal("7.5")
        case items.Whole():
            return int(item.hard.low) if item.hard and item.hard.low is not None else 3
        case items.Day():
            return DAY
        case items.PartialDay():
            return "2019-05"
        case items.Clock():
            return time(10, 30)
    return f"Text of {item.name}"


def casebook(
    answered: Answered,
    empty: Place | None = None,
    missing: Mapping[Place, str] | None = None,
) -> Casebook:
    """Every form once, at the first visit that has it, with a row of every group."""
    site = Site(pk=1, code="01", name="01 North", activated_on=DAY)
    participant = Participant(pk=1, site=site, number=1, code="01-001", state=TREATED)
    visits = tuple(
        Visit(
            pk=place,
            participant=participant,
            code=visit.code,
            occurred="Y",
            visit_date=DAY if visit.code == ANCHOR else date(2026, 2, 1 + place),
            contact_mode="IN PERSON",
        )
        for place, visit in enumerate(STUDY.schedule.planned, start=1)
    )
    left_out = {empty} if empty else set()
    return Casebook(
        participant, visits, tuple(_forms(participant, visits, answered, left_out, missing or {}))
    )


def _forms(
    participant: Participant,
    visits: tuple[Visit, ...],
    answered: Answered,
    left_out: set[Place],
    missing: Mapping[Place, str],
) -> list[FilledForm]:
    made = []
    for number, form in enumerate(registry.FORMS, start=1):
        of_visit = [each for each in STUDY.schedule.planned if form.code in each.forms]
        visit = next((each for each in visits if of_visit and each.code == of_visit[0].code), None)
        record = Record(
            pk=number,
            participant=participant,
            visit=visit,
            form=form.code,
            state=COMPLETE,
            protocol_version="2.0",
        )
        groups = {
            group.code: tuple(
                _filled(form.code, group, answered, left_out, missing, key) for key in _keys(group)
            )
            for group in form.groups
        }
        header = _filled(form.code, form, answered, left_out, missing)
        made.append(FilledForm(record, visit, form, header, groups))
    return made


def _keys(group: type[GroupAnswers]) -> tuple[str, ...]:
    return group.keys.codes[:1] if group.keys else ("1",)


def _filled(
    form: str,
    row: type[Row],
    answered: Answered,
    left_out: set[Place],
    missing: Mapping[Place, str],
    key: str = "",
) -> Filled:
    places = {item.name: (form, row.code, item.name) for item in row.items()}
    values = {
        item.name: None if places[item.name] in {*left_out, *missing} else value(item, answered)
        for item in row.items()
    }
    codes = {name: missing[place] for name, place in places.items() if place in missing}
    return Filled(row, values, codes, key)


def every_item() -> list[tuple[Place, Item]]:
    """Every item of the product with its place."""
    return [
        ((form.code, row.code, item.name), item)
        for form in registry.FORMS
        for row in (form, *form.groups)
        for item in row.items()
    ]
