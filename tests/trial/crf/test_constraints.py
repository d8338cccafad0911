"""The hard rules of every form as PostgreSQL keeps them: each is there by its name, and each is broken.

Generated from the declaration, so a new item brings its tests along.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from typing import Any

import pytest
from django.db import models

from tests.declared import asking, step, valid
from tests.sql import actor, refused, rows, run
from trial.audit.context import COMMAND_LINE
from trial.crf import items, registry
from trial.crf.answers import Answers, GroupAnswers, Row
from trial.crf.items import Item
from trial.models import (
    AdverseEvent,
    ConservativeTreatment,
    Eligibility,
    Injection,
    InjectionDrug,
    InjectionSide,
    Medication,
    Participant,
    Record,
    Site,
    Visit,
)
from trial.models.adverse_event import CRITERIA
from trial.protocol import STUDY
from trial.protocol.criteria import Criterion

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
        for text in ("19", "2019-13", "2019-05-32", "2019-5", "2019-05-1x"):
            yield Case(table, {**asked, name: text}, f"{rule}_form")
    if not item.derived:
        yield Case(table, {item.missing_name: "-99"}, f"{rule}_missing_code")
        yield Case(table, {**asked, name: valid(item), item.missing_name: "ND"}, f"{rule}_missing")
    if item.when:
        yield Case(table, {name: valid(item)}, f"{rule}_when")
        asker = table.item(item.when.item)
        assert asker is not None
        assert asker.codelist is not None
        for code in [code for code in asker.codelist.codes if code not in item.when.codes]:
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
def site(db: None) -> Site:
    """A site without participants; the case brings its own."""
    actor(COMMAND_LINE.pk)
    return Site.objects.create(code="01", name="North", activated_on=date(2026, 1, 1))


def record_of(site: Site, form: str, number: int = 1) -> int:
    """The key of a record in progress of a form and a participant, made when it is asked for first."""
    participant, _ = Participant.objects.get_or_create(site=site, number=number, code=f"01-{number:03}")
    visit = None if STUDY.schedule.log(form) else visit_of(participant)
    named: dict[str, Any] = {"participant": participant, "visit": visit, "form": form, "repeat": 1}
    return Record.objects.get_or_create(**named, protocol_version="1.0")[0].pk


def visit_of(participant: Participant) -> Visit:
    """One visit for every form: the database asks only that there is one."""
    when = {"occurred": "Y", "visit_date": date(2026, 1, 2), "contact_mode": "IN PERSON"}
    return Visit.objects.get_or_create(participant=participant, code="SCR", defaults=when)[0]


def insert(site: Site, case: Case, number: int = 1) -> None:
    record = record_of(site, form_of(case.table).code, number)
    values = {"record_id": record, **group_columns(case.table), **case.values}
    names, marks = ", ".join(f'"{name}"' for name in values), ", ".join(["%s"] * len(values))
    run(f"insert into {case.table._meta.db_table} ({names}) values ({marks})", list(values.values()))


def group_columns(table: type[Row]) -> dict[str, Any]:
    if not issubclass(table, GroupAnswers):
        return {}
    return {"key": table.keys.codes[0] if table.keys else "1", "removed": False}


def test_every_declared_check_is_in_the_database_by_its_name() -> None:
    # Rows that stand under an earlier version of the criteria are not judged by the verdict of this one.
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
    broken = {case.rule for case in (*breaches(), *WHOLE_ROWS)}
    assert {name for _, name in declared()} - broken == set()


@pytest.mark.parametrize("case", list(breaches()), ids=str)
def test_a_row_that_breaks_a_rule_is_refused_by_name(site: Site, case: Case) -> None:
    with refused(f'violates check constraint "{case.rule}"'):
        insert(site, case)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_rows_at_the_borders_are_stored(site: Site, table: type[Row]) -> None:
    cases = [case for case in borders() if case.table is table]
    for number, case in enumerate(cases, start=1):
        insert(site, case, number)


def keys_that_are_none() -> Iterator[Case]:
    for form in registry.FORMS:
        for group in form.groups:
            key = "NOWHERE" if group.keys else "01"
            yield Case(group, {"key": key}, f"{form.code}_{group.code}_key_code")


MET = {criterion.item: criterion.wanted for criterion in STUDY.criteria}
ALL_NO = dict.fromkeys(CRITERIA, "N")
ENDS_BEFORE = ("2019-05-17", "2019-05-16")

# What only several answers of a row break together.
WHOLE_ROWS = [
    *keys_that_are_none(),
    Case(Eligibility, {"incl01": "Y", "elig": "Y"}, "eligibility_elig_verdict"),
    Case(
        Injection,
        {"injperf": "Y", "injsttim": time(10, 1), "injentim": time(10)},
        "injection_injsttim_order",
    ),
    Case(InjectionSide, {"sidedone": "Y", "ndllen": 80, "ndldep": 81}, "injection_side_ndldep_order"),
    Case(
        ConservativeTreatment,
        dict(zip(("ptstdat", "ptendat"), ENDS_BEFORE, strict=True)),
        "prior_treatment_treatment_ptendat_order",
    ),
    Case(
        ConservativeTreatment,
        {"ptstdat": "2019-05", "ptendat": "2018"},
        "prior_treatment_treatment_ptendat_order",
    ),
    Case(
        AdverseEvent,
        {"aeongo": "N", **dict(zip(("aestdat", "aeendat"), ENDS_BEFORE, strict=True))},
        "adverse_event_aeendat_order",
    ),
    Case(AdverseEvent, {"aeser": "Y", **ALL_NO}, "adverse_event_aeser_one_of"),
    Case(
        Medication,
        {"cmongo": "N", **dict(zip(("cmstdat", "cmendat"), ENDS_BEFORE, strict=True))},
        "medication_cmendat_order",
    ),
]


@pytest.mark.parametrize("case", WHOLE_ROWS, ids=str)
def test_a_rule_of_the_whole_row_is_kept(site: Site, case: Case) -> None:
    with refused(f'violates check constraint "{case.rule}"'):
        insert(site, case)


@pytest.mark.parametrize(
    "case",
    [
        Case(ConservativeTreatment, {"ptstdat": "2019-05-17", "ptendat": "2019-05"}),
        Case(ConservativeTreatment, {"ptstdat": "2019-05-17", "ptendat": "2019"}),
        Case(ConservativeTreatment, {"ptstdat": "2019-05", "ptendat": "2019-05-01"}),
        Case(AdverseEvent, {"aeser": "Y", **ALL_NO, "aesmie": "Y"}),
        Case(AdverseEvent, {"aeser": "Y", "aesdth": "N"}),
        Case(Eligibility, {**MET, "elig": "Y"}),
        Case(Eligibility, {**MET, "excl06": "NA", "elig": "Y"}),
    ],
    ids=str,
)
def test_rows_that_only_resemble_a_breach_are_stored(site: Site, case: Case) -> None:
    insert(site, case)


@pytest.mark.parametrize("criterion", STUDY.criteria, ids=lambda criterion: criterion.code)
@pytest.mark.parametrize("unanswered", [True, False])
def test_a_verdict_cannot_be_forged(site: Site, criterion: Criterion, unanswered: bool) -> None:
    against = None if unanswered else {"Y": "N", "N": "Y"}[criterion.wanted]
    with refused('violates check constraint "eligibility_elig_verdict"'):
        insert(site, Case(Eligibility, {**MET, criterion.item: against, "elig": "Y"}))


@pytest.mark.parametrize("key", ["1", "99"])
def test_a_group_has_a_row_once(site: Site, key: str) -> None:
    insert(site, Case(InjectionDrug, {"key": key}))
    with refused('violates unique constraint "injection_drug_key_once"'):
        insert(site, Case(InjectionDrug, {"key": key, "removed": True}))
