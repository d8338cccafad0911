"""Who may sign what, what is written of it, and what is refused."""

from datetime import timedelta
from hashlib import sha256

import pytest

from forms_app.models import Signature
from forms_app.models.lock import FROZEN, LOCKED
from forms_app.models.signature import APPROVAL, AUTHORSHIP, CASEBOOK, REVIEW, VISIT
from forms_app.selectors import signatures as selector
from forms_app.services import queries, records, signatures
from forms_app.services.signatures import Target
from tests import answers, journey, signing
from tests.cast import Cast
from tests.locking import lock_form
from tests.sql import actor, refused, run
from trial.models import Event, Participant, Record, User
from trial.refusals import Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def participant(cast: Cast) -> Participant:
    """Week 1 is complete, and so is all that is saved before it."""
    found = journey.with_outcomes(cast)
    day = journey.day_of(found, "W1")
    forms = answers.every_form(day)
    for visit, form in (("W1", "interval"),):
        journey.save(cast.investigator, found, visit, form, forms[form])
    return found


def pain(participant: Participant) -> Record:
    return Record.objects.select_related("participant__site", "visit").get(
        participant=participant, visit__code="W1", form="pain"
    )


def week_1(participant: Participant) -> Target:
    return Target(participant, participant.visits.get(code="W1"))


def refusal_of(target: Target, by: User, **changes: str) -> Refusal:
    sent = {"meaning": APPROVAL, "shown_hash": target.content().hash} | changes
    with pytest.raises(Refusal) as raised:
        signatures.sign(by=by, target=target, prove=signing.proved, **sent)
    assert not Signature.objects.filter(broken_at=None).exists()
    return raised.value


@pytest.mark.requirement("P11.50")
def test_a_signature_carries_name_time_meaning_and_role(cast: Cast, participant: Participant) -> None:
    signed = signing.form(cast.sub_investigator, pain(participant), AUTHORSHIP)
    kept = Signature.objects.get(pk=signed.pk)
    assert (kept.printed_name, kept.role, kept.meaning) == ("Sunna North", "sub-investigator", "authorship")
    event = Event.objects.get(table_name="forms_app_signature", key=str(kept.pk))
    assert event.actor_id == cast.sub_investigator.pk
    assert abs((event.at - kept.signed_at).total_seconds()) < 60


@pytest.mark.requirement("P11.70")
def test_the_hash_is_the_sha_256_of_what_was_shown(cast: Cast, participant: Participant) -> None:
    target = Target(participant, pain(participant).visit, pain(participant))
    shown = target.content()
    assert shown.hash == sha256(shown.text.encode()).hexdigest()
    assert signing.sign(cast.investigator, target).content_hash == shown.hash
    assert list(shown.records[pain(participant).pk].plain["answers"]) == [""]


@pytest.mark.requirement("P11.70")
def test_two_participants_with_the_same_answers_have_different_contents(cast: Cast) -> None:
    one, other = journey.consented(cast), journey.consented(cast)
    hashes = {
        Target(each, record=Record.objects.get(participant=each)).content().hash for each in (one, other)
    }
    assert len(hashes) == 2


def test_a_visit_and_a_casebook_are_signed_by_who_may(cast: Cast, participant: Participant) -> None:
    visit = signing.sign(cast.sub_investigator, week_1(participant), REVIEW)
    assert (visit.scope, len(visit.contents)) == (VISIT, 4)
    complete_everything(cast, participant)
    casebook = signing.casebook(cast.investigator, participant)
    assert casebook.scope == CASEBOOK
    found = selector.of_participant(participant)
    assert [(each.signature.pk, each.is_intact) for each in found] == [(visit.pk, True), (casebook.pk, True)]


def complete_everything(cast: Cast, participant: Participant) -> None:
    day = journey.day_of(participant, "SCR")
    for visit in ("SCR", "BL", "INJ"):
        for form in {"SCR": ("demographics", "surgery", "prior_treatment", "mri")}.get(visit, ()):
            journey.save(cast.investigator, participant, visit, form, answers.every_form(day)[form])


@pytest.mark.requirement("P11.100")
@pytest.mark.parametrize(
    "who", ["coordinator", "monitor", "data_manager", "auditor", "southern_investigator"]
)
def test_who_has_no_right_does_not_sign(cast: Cast, participant: Participant, who: str) -> None:
    assert refusal_of(week_1(participant), getattr(cast, who)).code == "right"


def test_a_sub_investigator_does_not_sign_casebooks(cast: Cast, participant: Participant) -> None:
    assert refusal_of(Target(participant), cast.sub_investigator).code == "right"


@pytest.mark.requirement("P11.200")
def test_who_does_not_prove_to_be_the_signer_signs_nothing(cast: Cast, participant: Participant) -> None:
    def prove() -> None:
        raise Refusal("confirmation_failed")

    target = week_1(participant)
    with pytest.raises(Refusal, match="does not prove"):
        signatures.sign(
            by=cast.investigator,
            target=target,
            meaning=APPROVAL,
            shown_hash=target.content().hash,
            prove=prove,
        )
    assert not Signature.objects.exists()


def test_a_meaning_that_is_none_is_refused(cast: Cast, participant: Participant) -> None:
    assert "meaning" in refusal_of(week_1(participant), cast.investigator, meaning="agreed").extra["errors"]


@pytest.mark.requirement("P11.70")
def test_what_changed_since_it_was_shown_is_not_signed(cast: Cast, participant: Participant) -> None:
    target = week_1(participant)
    shown = target.content().hash
    journey.save(cast.investigator, participant, "W1", "pain", answers.pain(4), 1, reason="read again")
    refusal = refusal_of(target, cast.investigator, shown_hash=shown)
    assert refusal.code == "content_changed"
    assert refusal.extra == {"shown": shown, "current": target.content().hash}


def test_what_changes_while_the_password_is_typed_is_not_signed(cast: Cast, participant: Participant) -> None:
    target = week_1(participant)

    def prove() -> None:
        journey.save(cast.coordinator, participant, "W1", "pain", answers.pain(4), 1, reason="read again")

    with pytest.raises(Refusal) as raised:
        signatures.sign(
            by=cast.investigator,
            target=target,
            meaning=APPROVAL,
            shown_hash=target.content().hash,
            prove=prove,
        )
    assert raised.value.code == "content_changed"
    assert not Signature.objects.exists()


def test_a_form_in_progress_is_not_signed(cast: Cast, participant: Participant) -> None:
    journey.attend(cast.investigator, participant, "W2")
    saved = journey.save(cast.investigator, participant, "W2", "pain", answers.pain(None))
    target = Target(participant, saved.record.visit, saved.record)
    assert refusal_of(target, cast.investigator).code == "sign_incomplete"


def test_a_visit_with_a_form_that_lacks_is_not_signed(cast: Cast, participant: Participant) -> None:
    held = participant.visits.get(code="SCR")
    refusal = refusal_of(Target(participant, held), cast.investigator)
    assert refusal.code == "sign_incomplete"
    assert "Demographics" in refusal.sentence


def test_a_casebook_with_a_form_that_lacks_or_an_open_question_is_not_signed(
    cast: Cast, participant: Participant
) -> None:
    assert refusal_of(Target(participant), cast.investigator).code == "sign_incomplete"
    complete_everything(cast, participant)
    asked = queries.raise_query(by=cast.monitor, record=pain(participant), item="nrs_avg24", text="Really?")
    assert refusal_of(Target(participant), cast.investigator).code == "sign_questions_open"
    queries.answer(by=cast.coordinator, query=asked, explanation="Yes")
    signing.casebook(cast.investigator, participant)


def test_nothing_of_an_empty_casebook_is_signed(cast: Cast) -> None:
    assert refusal_of(Target(journey.added(cast)), cast.investigator).code == "sign_incomplete"


def test_a_removed_form_is_not_signed(cast: Cast, participant: Participant) -> None:
    record = pain(participant)
    records.remove(by=cast.investigator, record=record, expected_version=1, reason="wrong person")
    assert refusal_of(Target(participant, record.visit, record), cast.investigator).code == "record_removed"


def test_what_is_locked_is_not_signed_and_what_is_frozen_is(cast: Cast, participant: Participant) -> None:
    record = pain(participant)
    lock_form(cast, record, FROZEN)
    signing.form(cast.investigator, record)
    lock_form(cast, record, LOCKED)
    with pytest.raises(Refusal) as raised:
        signing.form(cast.sub_investigator, record)
    assert raised.value.code == "data_locked"


def test_the_same_is_not_signed_twice(cast: Cast, participant: Participant) -> None:
    signing.form(cast.investigator, pain(participant))
    with pytest.raises(Refusal) as raised:
        signing.form(cast.investigator, pain(participant))
    assert raised.value.code == "signed_already"
    signing.form(cast.investigator, pain(participant), REVIEW)
    signing.form(cast.sub_investigator, pain(participant))


# In the database, below every service


@pytest.mark.requirement("P11.70")
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("record_id", None),
        ("meaning", "review"),
        ("signer_id", 0),
        ("printed_name", "Somebody"),
        ("role", "monitor"),
        ("signed_at", "2020-01-01"),
        ("content_hash", "0" * 64),
        ("contents", "{}"),
    ],
)
def test_a_signature_never_changes(cast: Cast, participant: Participant, column: str, value: object) -> None:
    signed = signing.form(cast.investigator, pain(participant))
    actor(cast.investigator.pk, "a reason")
    with refused("never changes"):
        run(f"update forms_app_signature set {column} = %s where id = %s", [value, signed.pk])


@pytest.mark.requirement("P11.70")
def test_a_signature_is_not_broken_by_hand_and_never_mended(cast: Cast, participant: Participant) -> None:
    signed = signing.form(cast.investigator, pain(participant))
    actor(cast.investigator.pk, "a reason")
    with refused("breaks by a change"):
        run("update forms_app_signature set broken_at = now() where id = %s", [signed.pk])
    journey.save(cast.investigator, participant, "W1", "pain", answers.pain(4), 1, reason="read again")
    with refused("stays broken"):
        run("update forms_app_signature set broken_at = null where id = %s", [signed.pk])
    with refused("permission denied"):
        run("delete from forms_app_signature where id = %s", [signed.pk])


@pytest.mark.requirement("P11.70", "P11.100")
def test_a_signature_is_not_copied_to_another_record_or_person(cast: Cast, participant: Participant) -> None:
    signed = signing.form(cast.investigator, pain(participant))
    copied = (
        "insert into forms_app_signature (scope, participant_id, visit_id, record_id, meaning, signer_id, "
        "printed_name, role, signed_at, content_hash, contents) select scope, %s, visit_id, record_id, "
        "meaning, %s, printed_name, role, signed_at, content_hash, contents "
        "from forms_app_signature where id = %s"
    )
    other = journey.added(cast)
    actor(cast.investigator.pk, "a reason")
    with refused("another participant or visit"):
        run(copied, [other.pk, cast.investigator.pk, signed.pk])
    with refused("somebody else"):
        run(copied, [participant.pk, cast.sub_investigator.pk, signed.pk])


@pytest.mark.requirement("P11.50")
def test_when_it_was_signed_the_database_says(cast: Cast, participant: Participant) -> None:
    signed = signing.form(cast.investigator, pain(participant))
    actor(cast.investigator.pk)
    run(
        "insert into forms_app_signature (scope, participant_id, visit_id, record_id, meaning, signer_id, "
        "printed_name, role, signed_at, content_hash, contents) select scope, participant_id, visit_id, "
        "record_id, meaning, signer_id, printed_name, role, '2001-01-01', content_hash, contents "
        "from forms_app_signature"
    )
    signed.refresh_from_db()
    later = Signature.objects.exclude(pk=signed.pk).get()
    assert signed.signed_at < later.signed_at < signed.signed_at + timedelta(minutes=1)
