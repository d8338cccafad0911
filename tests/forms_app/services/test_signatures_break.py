"""A signature breaks on any change of any item under it, by any path, and only then.

Random acts by the screen, the API, raw SQL as the app role and as the owner, with the triggers and without.
What is under a signature is read here row by row, without the code that is tested.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
from django.db import connections, transaction
from django.test import Client
from django.urls import reverse

from forms_app.models import Signature, Verification
from forms_app.models.signature import APPROVAL
from forms_app.selectors import signatures as selector
from forms_app.services import queries
from forms_app.services.signatures import Target
from tests import answers, journey, pictures
from tests.cast import Cast
from tests.sql import actor, rows, run
from trial.audit.context import attributed
from trial.crf import registry
from trial.models import Participant, Record
from trial.services import tokens

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("P11.70")]

ACTS = 50
BOOKKEEPING = {"id", "record_id", "state", "version"}
VISIT = "select to_jsonb(t) from trial_visit t where id = %s"
RECORDS = "select to_jsonb(t) from trial_record t where {} = %s order by id"


# What is under a signature


def under(target: Target) -> Any:
    """Every row under a form, a visit or a casebook that counts, column by column."""
    if target.record is not None:
        (record,) = _rows(RECORDS.format("id"), target.record.pk)
        return [_plain(record), _visit(record["visit_id"]), _answers(record)]
    column, key = ("visit_id", target.visit.pk) if target.visit else ("participant_id", target.participant.pk)
    used = [each for each in _rows(RECORDS.format(column), key) if not each["removed"]]
    if target.visit is not None:
        visits = [_visit(target.visit.pk)]
    else:
        keys = rows("select id from trial_visit where participant_id = %s order by id", [key])
        visits = [_visit(each) for (each,) in keys]
    return [visits, [[_plain(each), _answers(each)] for each in used]]


def _visit(key: int | None) -> Any:
    return [_plain(each) for each in _rows(VISIT, key)] if key else None


def _answers(record: dict[str, Any]) -> Any:
    form = registry.form(record["form"])
    assert form is not None
    found = []
    for row in (form, *form.groups):
        table = row._meta.db_table
        held = _rows(f"select to_jsonb(t) from {table} t where record_id = %s", record["id"])
        found.append(sorted(json.dumps(_plain(each)) for each in held if not each.get("removed")))
    return found


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in BOOKKEEPING}


def _rows(statement: str, key: Any) -> list[dict[str, Any]]:
    return [json.loads(row) if isinstance(row, str) else row for (row,) in rows(statement, [key])]


# The trial that is changed


@dataclass
class Life:
    """A participant whose forms, visits and casebook are signed, and another whom nobody signs."""

    cast: Cast
    random: Random
    participant: Participant
    other: Participant
    client: Client
    token: str
    signed: dict[int, tuple[Target, Any]] = field(default_factory=dict)

    def targets(self) -> list[Target]:
        held = {visit.code: visit for visit in self.participant.visits.all()}
        records = Record.objects.select_related("visit", "participant__site").filter(
            participant=self.participant, form__in=("pain", "injection", "medication")
        )
        forms = [Target(self.participant, record.visit, record) for record in records]
        return [
            *forms,
            *(Target(self.participant, held[code]) for code in ("BL", "INJ", "W1")),
            Target(self.participant),
        ]

    def sign(self) -> None:
        """Sign everything that has no signature that stands."""
        with attributed(by=self.cast.investigator):
            for target in self.targets():
                standing = [each for each, _rows_then in self.signed.values() if each == target]
                if not standing:
                    self.signed[_sign(self.cast, target).pk] = target, under(target)

    def version(self, form: str, visit: str | None = None) -> int:
        record = Record.objects.get(participant=self.participant, form=form, visit__code=visit, repeat=1)
        return record.version


def _sign(cast: Cast, target: Target) -> Signature:
    # By hand: a service signs only what is complete, and raw SQL leaves what it likes.
    return Signature.objects.create(
        scope=target.scope,
        participant=target.participant,
        visit=target.visit,
        record=target.record,
        meaning=APPROVAL,
        signer=cast.investigator,
        printed_name=cast.investigator.full_name,
        role="investigator",
        content_hash=target.content().hash,
    )


@pytest.fixture
def begin(cast: Cast) -> Callable[[int], Life]:
    def begun(seed: int) -> Life:
        participant, other = journey.with_outcomes(cast), journey.consented(cast)
        day = journey.day_of(participant, "W1")
        for _ in range(2):
            journey.log(cast.investigator, participant, "medication", answers.medication(day))
        client = Client()
        client.force_login(cast.investigator)
        token = tokens.create(by=cast.investigator)[1]
        return Life(cast, Random(seed), participant, other, client, token)

    return begun


# What may happen to it


def by_screen(life: Life) -> None:
    """With a value that may be the old one, and a comment."""
    address = reverse("record", args=[life.participant.code, "W1", "pain"])
    sent = {
        "version": life.version("pain", "W1"),
        "reason": "read again",
        "nrs_avg24": life.random.choice([7, 7, 6]),
        "comment:nrs_avg24": life.random.choice(["", "said twice"]),
    }
    assert life.client.post(address, sent).status_code in (302, 409)


def by_api(life: Life) -> None:
    address = reverse("api-record", args=[life.participant.code, "BL", "pain"])
    body = {"items": {"nrs_avg24": life.random.choice([7, 7, 5])}, "reason": "read again"}
    headers = {"Authorization": f"Token {life.token}", "If-Match": f'"{life.version("pain", "BL")}"'}
    response = Client().put(address, json.dumps(body), "application/json", headers=headers)
    assert response.status_code in (200, 409), response.content


def injection_by_service(life: Life) -> None:
    """Rows of groups come and go; what derives from them follows."""
    drugs = life.random.choice([None, {"1": answers.both_drugs()["1"]}])
    day = journey.day_of(life.participant, "INJ")
    left = {"passes": life.random.choice([1, 2])}
    submission = answers.injection(day, left=left, drugs=drugs)
    version = life.version("injection", "INJ")
    if Record.objects.filter(participant=life.participant, form="injection", removed=False).exists():
        journey.save(
            life.cast.investigator, life.participant, "INJ", "injection", submission, version, reason="again"
        )


STATEMENTS: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("update trial_pain set nrs_rest = %s where record_id = {pain}", (1, 2, None)),
    ("update trial_pain set nrs_move = null, nrs_move_missing = %s where record_id = {pain}", ("ND", None)),
    ("update trial_pain set nrs_now = %s where record_id = {baseline}", (3, 4)),
    ("update trial_injectionside set passes = %s where record_id = {injection} and key = 'LEFT'", (2, 3)),
    ("update trial_injectiondrug set eclot = %s where record_id = {injection} and key = '2'", ("a", "b")),
    (
        "update trial_injectiondrug set removed = %s where record_id = {injection} and key = '2'",
        (True, False),
    ),
    ("update trial_injection set antisep = %s where record_id = {injection}", ("Iodine", None)),
    ("update trial_medication set cmtrt = %s where record_id = {second}", ("Ibuprofen", "Paracetamol")),
    ("update trial_record set removed = %s where id = {second}", (True, False)),
    ("update trial_record set removed = %s where id = {pain}", (True, False)),
    ("update trial_record set version = version + %s where id = {pain}", (1,)),
    ("update trial_record set state = %s where id = {baseline}", ("complete", "in progress")),
    ("update trial_visit set contact_mode = %s where id = {week}", ("IN PERSON", "TELEPHONE CALL")),
    ("update trial_visit set version = version + %s where id = {week}", (1,)),
    ("update trial_visit set visit_date = visit_date + %s where id = {week}", (0, 1)),
    ("update trial_consent set icver = %s where record_id = {stranger}", ("1.0", "2.0")),
    (
        "insert into trial_record (participant_id, form, repeat, state, version, protocol_version, removed) "
        "select {participant}, 'adverse_event', coalesce(max(repeat), 0) + 1, 'in progress', 1, '2.0', %s "
        "from trial_record where participant_id = {participant} and form = 'adverse_event'",
        (True, False),
    ),
    (
        "insert into trial_adverseevent (record_id) select id from trial_record r "
        "where form = 'adverse_event' and participant_id = {participant} and repeat > %s "
        "and not exists (select from trial_adverseevent a where a.record_id = r.id) limit 1",
        (0,),
    ),
    (
        "insert into trial_visit (participant_id, code, occurred, visit_date, contact_mode, reason_not_done, "
        "reason_unscheduled, version) select {participant}, 'U' || count(*) + 1, 'Y', current_date, "
        "'IN PERSON', '', %s, 1 from trial_visit where participant_id = {participant} and code ~ 'U'",
        ("More pain",),
    ),
)


def statement(life: Life) -> tuple[str, Any]:
    text, values = life.random.choice(STATEMENTS)
    forms = Record.objects.filter(participant=life.participant)
    keys = {
        "pain": forms.get(form="pain", visit__code="W1").pk,
        "baseline": forms.get(form="pain", visit__code="BL").pk,
        "injection": forms.get(form="injection").pk,
        "second": forms.get(form="medication", repeat=2).pk,
        "week": life.participant.visits.get(code="W1").pk,
        "participant": life.participant.pk,
        "stranger": Record.objects.get(participant=life.other, form="consent").pk,
    }
    return text.format(**keys), life.random.choice(values)


def by_sql(life: Life) -> None:
    text, value = statement(life)
    with transaction.atomic():
        actor(life.cast.investigator.pk, "by hand")
        run(text, [value])


def by_owner(life: Life) -> None:
    text, value = statement(life)
    with transaction.atomic(using="owner"):
        run("select set_config('fascicle.reason', 'by hand', true)", using="owner")
        run(text, [value], using="owner")


def past_the_triggers(life: Life) -> None:
    text, value = statement(life)
    table = text.split()[2] if text.startswith("insert") else text.split()[1]
    with transaction.atomic(using="owner"):
        run(f"alter table {table} disable trigger user", using="owner")
        run(text, [value], using="owner")
        run("set constraints all immediate", using="owner")
        run(f"alter table {table} enable trigger user", using="owner")


# What changes no item


def ask(life: Life) -> None:
    record = Record.objects.get(participant=life.participant, form="pain", visit__code="BL")
    asked = queries.raise_query(by=life.cast.monitor, record=record, item="nrs_avg24", text="Is this so?")
    if life.random.random() < 0.5:
        queries.answer(by=life.cast.coordinator, query=asked, explanation="It is")


def verify(life: Life) -> None:
    record = Record.objects.get(participant=life.participant, form="pain", visit__code="BL")
    with attributed(by=life.cast.monitor):
        Verification.objects.get_or_create(
            record=record, item="nrs_avg24", defaults={"verified_by": life.cast.monitor}
        )


def attach(life: Life) -> None:
    pictures.stored(life.cast, life.participant)


QUIET: tuple[Callable[[Life], None], ...] = (ask, verify, attach)
ALL: tuple[Callable[[Life], None], ...] = (
    *(by_screen, by_api, injection_by_service),
    *(by_sql, by_sql, by_sql, by_owner, by_owner, by_owner, past_the_triggers, past_the_triggers),
    *(ask, verify),
)


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
@pytest.mark.requirement("FAS.breaks")
def test_a_signature_breaks_on_any_change_of_any_item_under_it_and_only_then(
    begin: Callable[[int], Life], seed: int
) -> None:
    life = begin(seed)
    met: set[tuple[str, bool]] = set()
    for number in range(ACTS):
        life.sign()
        before = {key: under(target) for key, (target, _then) in life.signed.items()}
        act = life.random.choice(ALL)
        act(life)
        standing = {each.signature.pk: each for each in selector.of_participant(life.participant)}
        gone = []
        for key, (target, then) in life.signed.items():
            changed, differs = under(target) != before[key], under(target) != then
            said = f"act {number}, {act.__name__}, {target}"
            if act is past_the_triggers:
                assert not standing[key].is_broken, said
            else:
                assert standing[key].is_broken == changed, said
            assert standing[key].is_intact == (not standing[key].is_broken and not differs), said
            met.add((act.__name__, changed))
            if standing[key].is_broken:
                gone.append(key)
        for key in gone:
            del life.signed[key]
    assert {name for name, changed in met if changed} >= {"by_sql", "by_owner"}


def test_what_is_no_item_breaks_nothing(begin: Callable[[int], Life]) -> None:
    life = begin(0)
    life.sign()
    for act in QUIET:
        act(life)
    assert all(each.is_intact for each in selector.of_participant(life.participant))


@pytest.mark.parametrize("using", ["default", "owner"])
def test_a_value_that_comes_back_does_not_mend_it(begin: Callable[[int], Life], using: str) -> None:
    life = begin(0)
    life.sign()
    record = Record.objects.get(participant=life.participant, form="pain", visit__code="W1")
    for value in (3, None):
        set_rest(life, record.pk, value, using)
    broken = {each.signature.scope for each in selector.of_participant(life.participant) if each.is_broken}
    assert broken == {"form", "visit", "casebook"}
    again = next(each for each in selector.of_participant(life.participant) if each.is_of("form", record.pk))
    assert (again.is_intact, again.signature.content_hash) == (False, hash_of(life, record))


def hash_of(life: Life, record: Record) -> str:
    return Target(life.participant, record.visit, record).content().hash


def set_rest(life: Life, key: int, value: int | None, using: str) -> None:
    with transaction.atomic(using=using):
        settings: Sequence[Any] = [str(life.cast.investigator.pk), "by hand"]
        with connections[using].cursor() as cursor:
            cursor.execute(
                "select set_config('fascicle.actor', %s, true), set_config('fascicle.reason', %s, true)",
                settings,
            )
        run("update trial_pain set nrs_rest = %s where record_id = %s", [value, key], using=using)


def test_the_owner_neither_changes_nor_deletes_a_signature(begin: Callable[[int], Life]) -> None:
    life = begin(0)
    life.sign()
    for statement, words in {
        "update forms_app_signature set printed_name = 'Somebody'": "never changes",
        "update forms_app_signature set broken_at = now()": "breaks by a change",
        "delete from forms_app_signature": "never deleted",
    }.items():
        with pytest.raises(Exception, match=words), transaction.atomic(using="owner"):
            run(statement, using="owner")


def test_a_later_column_that_is_empty_breaks_nothing(begin: Callable[[int], Life]) -> None:
    """An item that is added to a form must not break every signature over it."""
    life = begin(0)
    life.sign()
    run("alter table trial_pain add column nrs_later smallint", using="owner")
    try:
        assert all(each.is_intact for each in selector.of_participant(life.participant))
    finally:
        run("alter table trial_pain drop column nrs_later", using="owner")
