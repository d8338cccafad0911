"""The hard rules of every form as PostgreSQL keeps them: each is there by its name, and each is broken.

Generated from the declaration, so a new item brings its tests along.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.db import models

from tests.declared import asking, step, valid
from tests.sql import actor, refused, rows, run
from trial.audit.context import COMMAND_LINE
from trial.crf import items, registry
from trial.crf.answers import Answers, GroupAnswers, Row
from trial.crf.items import Item
from trial.models import Participant, Record, Site

pytestmark = pytest.mark.django_db

TABLES: list[type[Row]] = [table for form in registry.FORMS for table in (form, *form.groups)]


@dataclass(frozen=True)
class Case:
    """One row, and the rule that it breaks (none: the row stands)."""

    table: type[Row]
    values: dict[str, Any]
    rule: str = ""

    def __str__(self) -> str:
        said = ",".join(f"{name}={value}" for name, value in self.values.items())
        return f"{self.rule or self.table._meta.db_table}[{said}]"


def form_of(table: type[Row]) -> type[Answers]:
    return next(form for form in registry.FORMS if table in (form, *form.groups))


def stem(table: type[Row], item: Item) -> str:
    form = form_of(table)
    owner = form.code if table is form else f"{form.code}_{table.code}"
    return f"{owner}_{item.name}"


def breaches() -> Iterator[Case]:
    for table in TABLES:
        for item in table.items():
            yield from breaches_of(table, item)


def breaches_of(table: type[Row], item: Item) -> Iterator[Case]:
    name, rule, asked = str(item.name), stem(table, item), asking(table, item)
    if item.hard and item.hard.low is not None:
        yield Case(table, {**asked, name: item.hard.low - step(item)}, f"{rule}_range")
    if item.hard and item.hard.high is not None:
        yield Case(table, {**asked, name: item.hard.high + step(item)}, f"{rule}_range")
    if isinstance(item, items.Several):
        yield Case(table, {**asked, name: ["no code"]}, f"{rule}_code")
        yield Case(table, {**asked, name: []}, f"{rule}_code")
    elif item.codelist:
        yield Case(table, {**asked, name: "no code"}, f"{rule}_code")
        yield Case(table, {**asked, name: ""}, f"{rule}_code")
    if isinstance(item, items.PartialDay):
        for text in ("19", "2019-13", "2019-05-32", "2019-5", "2019-05-17T10"):
            yield Case(table, {**asked, name: text}, f"{rule}_form")
    if not item.derived:
        yield Case(table, {item.missing_name: "-99"}, f"{rule}_missing_code")
        yield Case(table, {**asked, name: valid(item), item.missing_name: "ND"}, f"{rule}_missing")
    if item.when:
        yield Case(table, {name: valid(item)}, f"{rule}_when")
        asker = table.item(item.when.item)
        assert asker is not None
        assert asker.codelist is not None
        for code in set(asker.codelist.codes) - set(item.when.codes):
            yield Case(table, {**asked, item.when.item: code, name: valid(item)}, f"{rule}_when")


def borders() -> Iterator[Case]:
    """What lies just inside: both ends of every range, every code, every missing code."""
    for table in TABLES:
        for item in table.items():
            name, asked = str(item.name), asking(table, item)
            if item.hard:
                ends = [end for end in (item.hard.low, item.hard.high) if end is not None]
                yield from (Case(table, {**asked, name: end}) for end in ends)
            if isinstance(item, items.Several) and item.codelist:
                yield Case(table, {**asked, name: list(item.codelist.codes)})
            elif item.codelist and name != "elig":
                yield from (Case(table, {**asked, name: code}) for code in item.codelist.codes)
            if not item.derived:
                yield Case(table, {item.missing_name: "REF"})


def declared() -> set[tuple[str, str]]:
    """Table and name of every CHECK that the declarations ask for."""
    return {
        (table._meta.db_table, constraint.name)
        for table in TABLES
        for constraint in table._meta.constraints
        if isinstance(constraint, models.CheckConstraint)
    }


@pytest.fixture
def participant(db: None) -> Participant:
    """Somebody without records; the case brings its own."""
    actor(COMMAND_LINE.pk)
    site = Site.objects.create(code="01", name="North", activated_on=date(2026, 1, 1))
    return Participant.objects.create(site=site, number=1, code="01-001")


def record_of(participant: Participant, form: str, repeat: int = 1) -> int:
    """The number of a record in progress of a form, made when it is asked for first."""
    named: dict[str, Any] = {
        "participant": participant,
        "form": form,
        "repeat": repeat,
        "protocol_version": "1.0",
    }
    return Record.objects.get_or_create(**named)[0].pk


def insert(participant: Participant, case: Case, repeat: int = 1) -> None:
    record = record_of(participant, form_of(case.table).code, repeat)
    values = {"record_id": record, **group_columns(case.table), **case.values}
    names, marks = ", ".join(values), ", ".join(["%s"] * len(values))
    run(f"insert into {case.table._meta.db_table} ({names}) values ({marks})", list(values.values()))


def group_columns(table: type[Row]) -> dict[str, Any]:
    if not issubclass(table, GroupAnswers):
        return {}
    return {"key": table.keys.codes[0] if table.keys else "1", "removed": False}


def test_every_declared_check_is_in_the_database_by_its_name() -> None:
    # The verdict does not judge rows that stand under an earlier version of the criteria.
    present = rows(
        "select c.conrelid::regclass::text, c.conname from pg_constraint c where c.contype = 'c' "
        "and (c.convalidated or c.conname = 'eligibility_elig_verdict') and c.conenforced"
    )
    assert declared() - set(present) == set()


def test_the_database_has_no_check_on_a_form_that_is_not_declared() -> None:
    tables = {table._meta.db_table for table in TABLES}
    present = rows("select conrelid::regclass::text, conname from pg_constraint where contype = 'c'")
    named = {
        (table, name) for table, name in present if table in tables and not name.endswith("_repeat_check")
    }
    assert named - declared() == set()


def test_every_declared_check_is_broken_by_a_case_here() -> None:
    broken = {case.rule for case in breaches()} | set(WHOLE_ROW_RULES)
    assert {name for _, name in declared()} - broken == set()


@pytest.mark.parametrize("case", list(breaches()), ids=str)
def test_a_row_that_breaks_a_rule_is_refused_by_name(participant: Participant, case: Case) -> None:
    with refused(f'violates check constraint "{case.rule}"'):
        insert(participant, case)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_rows_at_the_borders_are_stored(participant: Participant, table: type[Row]) -> None:
    for repeat, case in enumerate(borders(), start=1):
        if case.table is table:
            insert(participant, case, repeat)


WHOLE_ROW_RULES = {
    "eligibility_elig_verdict": "insert into trial_eligibility (record_id, incl01, elig) "
    "values (%s, 'Y', 'Y')",
    "injection_injsttim_order": "insert into trial_injection (record_id, injperf, injsttim, injentim) "
    "values (%s, 'Y', '10:01', '10:00')",
    "injection_side_ndldep_order": "insert into trial_injectionside "
    "(record_id, key, removed, sidedone, ndllen, ndldep) values (%s, 'LEFT', false, 'Y', 80, 81)",
    "injection_side_key_code": "insert into trial_injectionside (record_id, key, removed) "
    "values (%s, 'MIDDLE', false)",
    "injection_drug_key_code": "insert into trial_injectiondrug (record_id, key, removed) "
    "values (%s, '01', false)",
    "injection_complication_key_code": "insert into trial_injectioncomplication (record_id, key, removed) "
    "values (%s, 'HICCUPS', false)",
}


@pytest.mark.parametrize("rule", WHOLE_ROW_RULES)
def test_a_rule_of_the_whole_row_is_kept(participant: Participant, rule: str) -> None:
    with refused(f'violates check constraint "{rule}"'):
        run(WHOLE_ROW_RULES[rule], [record_of(participant, rule.split("_")[0])])


@pytest.mark.parametrize(
    "answers",
    [
        {"excl01": "Y"},
        {"incl04": "N"},
        {"excl02": None},
        dict.fromkeys(("incl01", "incl02", "incl03", "incl04", "excl01", "excl02")),
    ],
    ids=str,
)
def test_a_verdict_cannot_be_forged(participant: Participant, answers: dict[str, Any]) -> None:
    met = dict.fromkeys(("incl01", "incl02", "incl03", "incl04"), "Y") | dict.fromkeys(
        ("excl01", "excl02"), "N"
    )
    form = registry.form("eligibility")
    assert form is not None
    with refused('violates check constraint "eligibility_elig_verdict"'):
        insert(participant, Case(form, {**met, **answers, "elig": "Y"}))


@pytest.mark.parametrize("key", ["1", "99"])
def test_a_group_has_a_row_once(participant: Participant, key: str) -> None:
    drug = next(table for table in TABLES if table.__name__ == "InjectionDrug")
    insert(participant, Case(drug, {"key": key}))
    with refused('violates unique constraint "injection_drug_key_once"'):
        insert(participant, Case(drug, {"key": key, "removed": True}))
