"""What other systems are told, by whom that is set up, and what they are never told."""

import json
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from forms_app.models import Query
from forms_app.services import queries, records
from tests import answers, journey
from tests.cast import Cast
from trial.audit.context import COMMAND_LINE, attributed
from trial.concealment import WEBHOOK, InvalidToken, reveal
from trial.models import Delivery, Event, Happening, Participant, Record, Site, User, Webhook
from trial.models.delivery import DELIVERED, GIVEN_UP, WAITING
from trial.models.webhook import CHOSEN
from trial.refusals import Refusal
from trial.services import webhooks
from trial.services.webhooks import Setup

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS = "https://hooks.example.org/told"
EVERYTHING = tuple(each.value for each in CHOSEN)
REASON = "The registry is told"


def setup(*happenings: str, address: str = ADDRESS, name: str = "Registry") -> Setup:
    return Setup(name=name, address=address, happenings=happenings or EVERYTHING)


def hook(cast: Cast, *happenings: str, address: str = ADDRESS) -> Webhook:
    """A webhook of the north, told of everything unless something is named."""
    given = setup(*happenings, address=address)
    return webhooks.add(by=cast.data_manager, site=cast.north, setup=given, reason=REASON)[0]


def told(webhook: Webhook) -> list[dict[str, object]]:
    return [json.loads(each.body) for each in Delivery.objects.filter(webhook=webhook).order_by("pk")]


def events(webhook: Webhook) -> list[object]:
    return [each["event"] for each in told(webhook)]


def at_baseline(cast: Cast) -> Participant:
    participant = journey.enrolled(cast)
    journey.attend(cast.investigator, participant, "BL")
    return participant


def test_a_complete_form_is_told_by_its_codes_and_by_no_value(cast: Cast) -> None:
    participant = at_baseline(cast)
    told_of = hook(cast)
    journey.save(cast.investigator, participant, "BL", "pain", answers.pain(7))
    (said,) = told(told_of)
    about = {"participant": participant.code, "visit": "BL", "form": "pain", "repeat": 1, "version": 1}
    assert said.pop("about") == about
    assert said.pop("address") == f"/api/v1/participants/{participant.code}/visits/BL/forms/pain/"
    assert set(said) == {"id", "event", "happened_at", "study", "site"}
    assert (said["event"], said["site"]) == ("record.completed", "01")
    body = Delivery.objects.get().body
    assert cast.investigator.full_name not in body
    assert str(Delivery.objects.get().message) == said["id"]


def test_a_form_is_told_of_when_it_comes_to_be_complete_and_not_at_each_change(cast: Cast) -> None:
    participant = at_baseline(cast)
    told_of = hook(cast, "record.completed")
    journey.save(cast.investigator, participant, "BL", "pain", answers.pain(None))
    assert events(told_of) == []
    journey.save(cast.investigator, participant, "BL", "pain", answers.pain(6), 1)
    journey.save(cast.investigator, participant, "BL", "pain", answers.pain(5), 2, reason="typing error")
    assert events(told_of) == ["record.completed"]


def test_the_question_of_a_check_is_told_when_it_opens_and_when_it_opens_again(cast: Cast) -> None:
    participant = journey.injected(cast)
    journey.attend(cast.investigator, participant, "W2")
    told_of = hook(cast, "query.opened")
    unlikely, likely = answers.pain(6, nrs_worst24=3), answers.pain(6, nrs_worst24=8)
    journey.save(cast.investigator, participant, "W2", "pain", unlikely)
    asked = told(told_of)
    assert {each["event"] for each in asked} == {"query.opened"}
    assert {each["about"]["form"] for each in asked} == {"pain"}  # type: ignore[index]
    checks = {each["about"]["check"] for each in asked}  # type: ignore[index]
    assert checks == set(Query.objects.filter(state="open").values_list("check_code", flat=True))
    journey.save(cast.investigator, participant, "W2", "pain", likely, 1)
    before = len(told(told_of))
    journey.save(cast.investigator, participant, "W2", "pain", unlikely, 2, reason="read again")
    assert len(told(told_of)) == before + len(asked)


def test_a_proposed_question_is_told_only_once_it_is_put_to_the_site(cast: Cast) -> None:
    participant = at_baseline(cast)
    journey.save(cast.investigator, participant, "BL", "pain", answers.pain(7))
    record = Record.objects.get(participant=participant, form="pain")
    told_of = hook(cast, "query.opened")
    proposed = queries.raise_query(by=cast.statistician, record=record, text="Is this so?")
    assert proposed.state == "candidate"
    assert told(told_of) == []
    queries.release(by=cast.monitor, query=proposed)
    (said,) = told(told_of)
    assert said["about"]["check"] == proposed.check_code  # type: ignore[index]
    assert "Is this so?" not in Delivery.objects.get().body


def test_a_persons_question_is_told_when_asked_and_when_asked_again(cast: Cast) -> None:
    participant = at_baseline(cast)
    journey.save(cast.investigator, participant, "BL", "pain", answers.pain(7))
    record = Record.objects.get(participant=participant, form="pain")
    told_of = hook(cast, "query.opened")
    asked = queries.raise_query(by=cast.monitor, record=record, text="Is this so?")
    answered = queries.answer(by=cast.investigator, query=asked, explanation="It is.")
    queries.reopen(by=cast.monitor, query=answered)
    queries.close(by=cast.monitor, query=Query.objects.get(pk=asked.pk))
    assert len(told(told_of)) == 2


def test_a_serious_event_is_told_of_with_each_version_that_the_safety_contact_gets(cast: Cast) -> None:
    participant = journey.with_outcomes(cast)
    told_of = hook(cast, "serious_event.reported")
    event = answers.serious_event(journey.day_of(participant, "W1"))
    saved = journey.log(cast.investigator, participant, "adverse_event", event)
    (said,) = told(told_of)
    assert said["address"] == f"/api/v1/participants/{participant.code}/logs/adverse_event/1/"
    records.remove(
        by=cast.investigator, record=saved.record, expected_version=1, reason="of another participant"
    )
    versions = [each["about"]["version"] for each in told(told_of)]  # type: ignore[index]
    assert versions == [1, 2]


def test_what_another_site_does_is_not_told_and_what_the_study_does_is(cast: Cast) -> None:
    participant = at_baseline(cast)
    north = hook(cast)
    south = webhooks_of(cast.south)
    journey.save(cast.investigator, participant, "BL", "pain", answers.pain(7))
    assert (events(north), events(south)) == (["record.completed"], [])
    with transaction.atomic():
        webhooks.tell(Happening.ANALYSIS_REFRESHED, site=None, about={"run": 3})
    assert events(south) == ["analysis.refreshed"]
    numbers = {each["id"] for each in (told(north)[1], told(south)[0])}
    assert len(numbers) == 1


def webhooks_of(site: Site) -> Webhook:
    with attributed(by=COMMAND_LINE):
        return Webhook.objects.create(
            site=site, name="South", address=ADDRESS, happenings=list(EVERYTHING), secret="-"
        )


def test_nobody_is_told_of_what_was_taken_back(cast: Cast) -> None:
    told_of = hook(cast)
    with transaction.atomic():
        webhooks.tell(Happening.EXPORT_READY, site=cast.north, about={"export": 1})
        assert len(told(told_of)) == 1
        transaction.set_rollback(True)
    assert told(told_of) == []


def test_who_did_not_ask_for_it_is_not_told_nor_who_is_switched_off(cast: Cast) -> None:
    chosen, off = hook(cast, "export.ready"), hook(cast)
    webhooks.switch(by=cast.data_manager, webhook=off, on=False, reason="The registry moves")
    participant = at_baseline(cast)
    journey.save(cast.investigator, participant, "BL", "pain", answers.pain(7))
    assert (told(chosen), told(off)) == ([], [])


@pytest.mark.parametrize(("hooks", "most"), [(0, 1), (1, 2), (5, 2)])
def test_what_telling_costs_does_not_grow(cast: Cast, hooks: int, most: int) -> None:
    for _ in range(hooks):
        hook(cast)
    with transaction.atomic(), CaptureQueriesContext(connection) as captured:
        webhooks.tell_all([])
        assert len(captured) == 0
        webhooks.tell_all([webhooks.News(each, cast.north) for each in CHOSEN])
    statements = [each["sql"] for each in captured if not each["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(statements) == most


# Setting up


def test_the_secret_is_shown_once_and_kept_concealed_and_out_of_the_trail(cast: Cast) -> None:
    made, secret = webhooks.add(by=cast.data_manager, site=cast.north, setup=setup(), reason=REASON)
    assert secret.startswith("whsec_")
    stored = Webhook.objects.get()
    assert secret not in str(Webhook.objects.values().get())
    assert reveal(stored.secret, WEBHOOK) == secret
    with pytest.raises(InvalidToken):
        reveal(stored.secret)
    event = Event.objects.get(table_name="trial_webhook")
    assert (event.reason, event.actor_id) == (REASON, cast.data_manager.pk)
    assert stored.secret not in str(event.row)
    assert made.chosen == CHOSEN


def test_a_new_secret_signs_beside_the_former_one_for_a_day(cast: Cast) -> None:
    made = hook(cast)
    first = made.secret
    renewed, secret = webhooks.renew_secret(by=cast.data_manager, webhook=made, reason="It leaked")
    assert reveal(renewed.secret, WEBHOOK) == secret
    assert renewed.former_secret == first
    assert renewed.former_signs(timezone.now())
    assert not renewed.former_signs(timezone.now() + webhooks.OVERLAP)
    with attributed(by=COMMAND_LINE):
        Webhook.objects.update(former_until=timezone.now() - timedelta(seconds=1))
    webhooks.clear()
    assert (Webhook.objects.get().former_secret, Webhook.objects.get().former_until) == ("", None)


def test_secrets_are_concealed_anew_with_the_key(cast: Cast, settings: Settings) -> None:
    made, secret = webhooks.add(by=cast.data_manager, site=cast.north, setup=setup(), reason=REASON)
    webhooks.renew_secret(by=cast.data_manager, webhook=made, reason="It leaked")
    settings.FORMER_SECRET_KEY, settings.SECRET_KEY = settings.SECRET_KEY, "another"
    assert webhooks.reconceal(by=COMMAND_LINE) == 1
    settings.FORMER_SECRET_KEY = ""
    assert reveal(Webhook.objects.get().former_secret, WEBHOOK) == secret


Act = Callable[[Cast, User, Webhook], object]
ACTS: dict[str, Act] = {
    "add": lambda cast, by, made: webhooks.add(by=by, site=cast.north, setup=setup(), reason="x"),
    "change": lambda cast, by, made: webhooks.change(
        by=by, webhook=made, setup=setup(), expected_version=1, reason="x"
    ),
    "switch": lambda cast, by, made: webhooks.switch(by=by, webhook=made, on=False, reason="x"),
    "renew": lambda cast, by, made: webhooks.renew_secret(by=by, webhook=made, reason="x"),
    "ping": lambda cast, by, made: webhooks.ping(by=by, webhook=made),
    "replay": lambda cast, by, made: webhooks.replay(by=by, webhook=made, number=uuid4()),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_only_who_manages_webhooks_of_the_site_may(cast: Cast, act: Act) -> None:
    made = hook(cast)
    for by in (cast.investigator, cast.monitor, cast.administrator, cast.southern_investigator):
        with pytest.raises(Refusal) as refused:
            act(cast, by, made)
        assert refused.value.code == "right"


@pytest.mark.parametrize("act", ["add", "change", "switch", "renew"])
def test_a_change_needs_a_reason(cast: Cast, act: str) -> None:
    made = hook(cast)
    acts: dict[str, Callable[[str], object]] = {
        "add": lambda said: webhooks.add(by=cast.data_manager, site=cast.north, setup=setup(), reason=said),
        "change": lambda said: webhooks.change(
            by=cast.data_manager, webhook=made, setup=setup(), expected_version=1, reason=said
        ),
        "switch": lambda said: webhooks.switch(by=cast.data_manager, webhook=made, on=False, reason=said),
        "renew": lambda said: webhooks.renew_secret(by=cast.data_manager, webhook=made, reason=said),
    }
    with pytest.raises(Refusal) as refused:
        acts[act](" ")
    assert refused.value.code == "reason_missing"


def test_who_changes_what_somebody_else_has_changed_is_refused(cast: Cast) -> None:
    made = hook(cast)
    given = setup("export.ready", name="Registry 2")
    again = {"by": cast.data_manager, "webhook": made, "expected_version": 1, "reason": "moved"}
    webhooks.change(setup=given, **again)  # type: ignore[arg-type]
    with pytest.raises(Refusal) as refused:
        webhooks.change(setup=setup("export.ready", name="Registry 3"), **again)  # type: ignore[arg-type]
    assert refused.value.code == "version_stale"
    assert (Webhook.objects.get().name, Webhook.objects.get().version) == ("Registry 2", 2)


@pytest.mark.parametrize("chosen", [("ping",), ("record.deleted",), ("record.completed", "ping")])
def test_what_nobody_tells_cannot_be_asked_for(cast: Cast, chosen: tuple[str, ...]) -> None:
    with pytest.raises(Refusal) as refused:
        hook(cast, *chosen)
    assert refused.value.code == "webhook_events"
    given = Setup("Registry", ADDRESS, ())
    with pytest.raises(Refusal):
        webhooks.add(by=cast.data_manager, site=cast.north, setup=given, reason="x")


def test_it_is_switched_off_once_and_on_once(cast: Cast) -> None:
    made = hook(cast)
    with pytest.raises(Refusal) as refused:
        webhooks.switch(by=cast.data_manager, webhook=made, on=True, reason="x")
    assert refused.value.code == "webhook_on"
    off = webhooks.switch(by=cast.data_manager, webhook=made, on=False, reason="x")
    for act in (webhooks.ping, lambda **said: webhooks.replay(number=uuid4(), **said)):
        with pytest.raises(Refusal) as refused:
            act(by=cast.data_manager, webhook=off)
        assert refused.value.code == "webhook_off"
    assert webhooks.switch(by=cast.data_manager, webhook=off, on=True, reason="x").off_since is None


# Sending again


def delivered(webhook: Webhook, days: int, state: str = DELIVERED) -> Delivery:
    at = timezone.now() - timedelta(days=days)
    sent = webhooks.message(webhook, webhooks.News(Happening.EXPORT_READY, webhook.site), uuid4(), at)
    sent.state, sent.next_try_at, sent.attempts = state, None, 3
    sent.save()
    return sent


def test_one_message_is_sent_again_with_its_number(cast: Cast) -> None:
    made = hook(cast)
    old = delivered(made, 3, GIVEN_UP)
    again = webhooks.replay(by=cast.data_manager, webhook=made, number=old.message)
    row = Delivery.objects.get()
    assert (row.pk, row.message, row.body, row.state) == (again.pk, old.message, old.body, WAITING)
    assert (row.attempts, row.asked_by) == (0, cast.data_manager)


def test_the_messages_of_a_period_are_sent_again_and_no_other(cast: Cast) -> None:
    made, other = hook(cast), hook(cast)
    within = [delivered(made, 3), delivered(made, 2)]
    delivered(made, 5), delivered(made, 1), delivered(other, 3)
    now = timezone.now()
    since, until = now - timedelta(days=4), now - timedelta(days=1, hours=12)
    assert webhooks.replay_period(by=cast.data_manager, webhook=made, since=since, until=until) == 2
    waiting = Delivery.objects.filter(state=WAITING).order_by("pk")
    assert [each.pk for each in waiting] == [each.pk for each in within]
    with pytest.raises(Refusal) as refused:
        webhooks.replay_period(by=cast.data_manager, webhook=made, since=now, until=now)
    assert refused.value.code == "webhook_nothing"


def test_old_messages_are_cleared_and_waiting_ones_never(cast: Cast) -> None:
    made = hook(cast)
    for days, state in ((91, DELIVERED), (91, GIVEN_UP), (89, DELIVERED)):
        delivered(made, days, state)
    webhooks.ping(by=cast.data_manager, webhook=made)
    Delivery.objects.filter(state=WAITING).update(asked_at=timezone.now() - timedelta(days=100))
    webhooks.clear()
    assert sorted(Delivery.objects.values_list("state", flat=True)) == [DELIVERED, WAITING]
