"""Drafts by HTTP: who meets them, what is offered back, and that nothing needs a script."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.celery import app
from forms_app.models import Draft
from forms_app.screens.drafts import ASIDE_SECONDS, SIGNED_OUT
from tests import answers, journey
from tests.cast import PASSWORD, Cast
from tests.forms_app.screens.pages import address, sent
from tests.second_factor import code_of
from trial import tasks
from trial.models import InjectionDrug, Pain, Participant, Record, Session, User

pytestmark = pytest.mark.django_db(transaction=True)

OFFERED = "You typed here and have not saved it"


@pytest.fixture
def treated(cast: Cast) -> Participant:
    participant = journey.injected(cast)
    journey.attend(cast.investigator, participant, "W1")
    return participant


def text(response: Any) -> str:
    return str(response.content.decode())


def keep(client: Client, participant: Participant, **fields: str) -> Any:
    where = reverse("draft", args=[participant.code, "W1", "pain"])
    window = {"draft:window": "a", "draft:step": "1"}
    return client.post(where, {**sent(answers.pain(7)), "version": "", **window, **fields})


def test_a_draft_is_kept_offered_and_gone_on_with(cast: Cast, client: Client, treated: Participant) -> None:
    client.force_login(cast.investigator)
    page = address(treated, "W1", "pain")
    assert OFFERED not in text(client.get(page))
    assert keep(client, treated).json()["kept_at"]
    offered = text(client.get(page))
    assert OFFERED in offered
    assert "data-entry" not in offered
    assert re.search(r"Average pain[^<]*</th><td>empty</td><td>7", offered)
    going_on = text(client.get(page + "?draft"))
    assert re.search(r'name="nrs_avg24" value="7" checked', going_on)
    assert "not saved into the casebook yet" in going_on
    assert 'name="draft:seen" value="a"' in going_on
    assert not Pain.objects.exists()


def test_saving_ends_the_draft(cast: Cast, client: Client, treated: Participant) -> None:
    client.force_login(cast.investigator)
    keep(client, treated)
    page = address(treated, "W1", "pain")
    answer = client.post(page, {**sent(answers.pain(7)), "draft:seen": "a", "draft:window": "b"}, follow=True)
    assert not Draft.objects.exists()
    assert "All changes saved" in text(answer)


def test_a_draft_of_another_window_survives_the_save(
    cast: Cast, client: Client, treated: Participant
) -> None:
    client.force_login(cast.investigator)
    keep(client, treated)
    page = address(treated, "W1", "pain")
    answer = client.post(page, {**sent(answers.pain(3)), "draft:window": "b"}, follow=True)
    assert OFFERED in text(answer)
    assert "The form was saved after you had begun" in text(answer)


def test_a_draft_is_thrown_away_on_purpose(cast: Cast, client: Client, treated: Participant) -> None:
    client.force_login(cast.investigator)
    keep(client, treated)
    where = reverse("draft-discard", args=[treated.code, "W1", "pain"])
    assert OFFERED in text(client.post(where, {"draft:seen": "b"}, follow=True))
    assert OFFERED not in text(client.post(where, {"draft:seen": "a"}, follow=True))
    assert not Draft.objects.exists()


def test_nobody_else_is_offered_a_draft(cast: Cast, client: Client, treated: Participant) -> None:
    client.force_login(cast.investigator)
    keep(client, treated)
    for person in (cast.coordinator, cast.monitor, cast.data_manager):
        client.force_login(person)
        assert OFFERED not in text(client.get(address(treated, "W1", "pain")))


@pytest.mark.parametrize(
    ("who", "status"), [("southern_investigator", 404), ("monitor", 403), ("stranger", 404)]
)
def test_who_may_not_type_keeps_and_throws_away_nothing(
    cast: Cast, client: Client, treated: Participant, who: str, status: int
) -> None:
    client.force_login(cast.investigator)
    keep(client, treated)
    client.force_login(getattr(cast, who))
    assert keep(client, treated).status_code == status
    where = reverse("draft-discard", args=[treated.code, "W1", "pain"])
    assert client.post(where, {"draft:seen": "a"}).status_code == status
    assert Draft.objects.get().user == cast.investigator


def test_a_draft_that_says_what_is_saved_is_not_offered(
    cast: Cast, client: Client, treated: Participant
) -> None:
    client.force_login(cast.investigator)
    journey.save(cast.investigator, treated, "W1", "pain", answers.pain(7))
    keep(client, treated, **{"version": "1"})
    shown = text(client.get(address(treated, "W1", "pain")))
    assert OFFERED not in shown
    assert 'data-seen="a"' in shown


def test_another_window_is_told(cast: Cast, client: Client, treated: Participant) -> None:
    client.force_login(cast.investigator)
    keep(client, treated)
    assert keep(client, treated, **{"draft:window": "b"}).status_code == 409
    assert keep(client, treated, **{"draft:window": "b", "draft:seen": "a"}).status_code == 200
    assert keep(client, treated, **{"draft:window": "<b>"}).status_code == 400


def test_a_page_of_somebody_who_has_signed_out_neither_keeps_nor_saves(
    cast: Cast, client: Client, treated: Participant
) -> None:
    client.force_login(cast.coordinator)
    theirs = {"draft:person": cast.investigator.sign}
    assert keep(client, treated, **theirs).status_code == 409
    page = address(treated, "W1", "pain")
    assert client.post(page, {**sent(answers.pain(7)), **theirs}).status_code == 409
    assert not Draft.objects.exists()
    assert not Pain.objects.exists()


def test_what_was_refused_is_a_draft_without_any_script(
    cast: Cast, client: Client, treated: Participant
) -> None:
    client.force_login(cast.investigator)
    page = address(treated, "W1", "motion")
    refused = text(client.post(page, sent(answers.motion(20, "thirty"))))
    assert "not saved into the casebook yet" in refused
    seen = Draft.objects.get().window
    assert f'name="draft:seen" value="{seen}"' in refused
    assert "thirty" in text(client.get(page))
    client.post(page, {**sent(answers.motion(20, "30")), "draft:seen": seen})
    assert not Draft.objects.exists()
    assert Record.objects.filter(form="motion").exists()


def sign_in(client: Client, person: User, then: str) -> Any:
    fields = {"username": person.username, "password": PASSWORD, "next": then}
    answer = client.post(reverse("sign-in"), fields, follow=True)
    if answer.request["PATH_INFO"] == reverse("sign-in-code"):
        return client.post(reverse("sign-in-code"), {"code": code_of(person)}, follow=True)
    return answer


def test_a_form_that_is_sent_after_its_session_has_ended_is_offered_back(
    cast: Cast, client: Client, treated: Participant
) -> None:
    page = address(treated, "W1", "pain")
    away = client.post(page, {**sent(answers.pain(4)), "draft:person": cast.investigator.sign})
    assert away.status_code == 302
    assert away.headers["Location"] == f"{reverse('sign-in')}?next={page}"
    back = text(sign_in(client, cast.investigator, page))
    assert OFFERED in back
    assert re.search(r"Average pain[^<]*</th><td>empty</td><td>4", back)
    assert Draft.objects.get().user == cast.investigator
    client.post(
        reverse("draft-discard", args=[treated.code, "W1", "pain"]),
        {"draft:seen": Draft.objects.get().window},
    )
    assert OFFERED not in text(client.get(page))


def test_it_is_not_offered_to_whoever_else_signs_in(cast: Cast, client: Client, treated: Participant) -> None:
    page = address(treated, "W1", "pain")
    client.post(page, {**sent(answers.pain(4)), "draft:person": cast.investigator.sign})
    assert OFFERED not in text(sign_in(client, cast.coordinator, page))
    assert not Draft.objects.exists()
    assert "nrs_avg24" not in json.dumps(dict(client.session))


def test_what_is_sent_signed_out_waits_an_hour_and_its_author_is_signed_in_for_the_day(
    cast: Cast, client: Client, treated: Participant
) -> None:
    forms = {"pain": answers.pain(4), "motion": answers.motion(20, 21, 22)}
    for form, typed in forms.items():
        client.post(address(treated, "W1", form), {**sent(typed), "draft:person": cast.investigator.sign})
    assert client.session.get_expiry_age() == ASIDE_SECONDS
    for form in forms:
        sign_in(client, cast.investigator, "/")
        assert client.session.get_expiry_age() == settings.SESSION_COOKIE_AGE
        assert OFFERED in text(client.get(address(treated, "W1", form)))


def test_only_the_last_forms_wait(cast: Cast, client: Client, treated: Participant) -> None:
    sign = {"draft:person": cast.investigator.sign}
    pages = [address(treated, visit, "pain") for visit in ("SCR", "BL", "INJ", "W1", "W2", "W4", "W1")]
    for page in pages:
        client.post(page, {**sent(answers.pain(4)), **sign})
    assert list(client.session[SIGNED_OUT]) == [*pages[1:3], *pages[4:]]


def test_sessions_that_have_ended_are_cleared(client: Client) -> None:
    for key, days in (("over", -1), ("holds", 1)):
        Session.objects.create(session_key=key, expire_date=timezone.now() + timedelta(days=days))
    tasks.clear_sessions()
    assert list(Session.objects.values_list("session_key", flat=True)) == ["holds"]
    nightly = settings.CELERY_BEAT_SCHEDULE["sessions"]
    assert str(nightly["task"]) in app.tasks


def test_a_draft_on_an_old_version_leads_to_the_choice(
    cast: Cast, client: Client, treated: Participant
) -> None:
    journey.save(cast.investigator, treated, "W1", "pain", answers.pain(5, nrs_now=3))
    client.force_login(cast.investigator)
    keep(client, treated, **sent(answers.pain(5, nrs_now=4, nrs_worst24=9)), version="1")
    changed = answers.pain(8, nrs_now=3)
    journey.save(cast.coordinator, treated, "W1", "pain", changed, 1, reason="Misheard")
    page = address(treated, "W1", "pain")
    offered = text(client.get(page))
    assert "you choose between both versions" in offered
    answer = client.get(page + "?draft")
    shown = text(answer)
    assert answer.status_code == 200
    assert "Both versions" in shown
    assert chosen(shown) == {"nrs_avg24": "stored", "nrs_worst24": "typed", "nrs_now": "typed"}


def chosen(shown: str) -> dict[str, str]:
    """The choices that stand on the page already."""
    return dict(re.findall(r'name="choice:([\w.]+)" value="(\w+)" checked', shown))


def hidden(shown: str) -> dict[str, str]:
    """What the form of the choices sends beside them."""
    part = shown[shown.index('aria-labelledby="conflict"') :]
    return dict(
        re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', part[: part.index("</form>")])
    )


def test_the_second_saver_chooses_item_by_item(cast: Cast, client: Client, treated: Participant) -> None:
    journey.save(cast.investigator, treated, "W1", "pain", answers.pain(5, nrs_now=3, nrs_least24=1))
    changed = answers.pain(8, nrs_now=3, nrs_least24=2)
    journey.save(cast.coordinator, treated, "W1", "pain", changed, 1, reason="Misheard")
    client.force_login(cast.investigator)
    page = address(treated, "W1", "pain")
    mine = sent(answers.pain(6, nrs_now=4, nrs_least24=1), version="1", reason="Asked again")
    refused = client.post(page, mine)
    shown = text(refused)
    assert refused.status_code == 412
    assert chosen(shown) == {"nrs_now": "typed", "nrs_least24": "stored"}
    assert "changed by both" in shown
    fields = {
        **hidden(shown),
        "reason": "Asked again",
        **{f"choice:{path}": each for path, each in chosen(shown).items()},
    }
    again = client.post(page, fields)
    assert again.status_code == 412
    assert chosen(text(again)) == chosen(shown)
    client.post(page, {**fields, **hidden(text(again)), "choice:nrs_avg24": "typed"})
    stored = Pain.objects.get()
    assert (stored.nrs_avg24, stored.nrs_now, stored.nrs_least24) == (6, 4, 2)
    assert not Draft.objects.exists()


def test_who_saves_in_between_once_more_is_not_overwritten_either(
    cast: Cast, client: Client, treated: Participant
) -> None:
    journey.save(cast.investigator, treated, "W1", "pain", answers.pain(5))
    journey.save(cast.coordinator, treated, "W1", "pain", answers.pain(8), 1, reason="Misheard")
    client.force_login(cast.investigator)
    page = address(treated, "W1", "pain")
    shown = text(client.post(page, sent(answers.pain(6), version="1", reason="Asked again")))
    journey.save(cast.coordinator, treated, "W1", "pain", answers.pain(9), 2, reason="Once more")
    fields = {**hidden(shown), "reason": "Asked again", "choice:nrs_avg24": "typed"}
    answer = client.post(page, fields)
    assert answer.status_code == 412
    assert re.search(r"9</span></label>", text(answer))
    assert Pain.objects.get().nrs_avg24 == 9


def test_two_who_begin_the_same_form_choose_as_well(cast: Cast, client: Client, treated: Participant) -> None:
    journey.save(cast.coordinator, treated, "W1", "pain", answers.pain(8, nrs_now=2))
    client.force_login(cast.investigator)
    page = address(treated, "W1", "pain")
    shown = text(client.post(page, sent(answers.pain(6), reason="Mine")))
    assert chosen(shown) == {"nrs_now": "stored"}
    client.post(
        page, {**hidden(shown), "reason": "Mine", "choice:nrs_avg24": "stored", "choice:nrs_now": "stored"}
    )
    assert (Pain.objects.get().nrs_avg24, Pain.objects.get().nrs_now) == (8, 2)


def test_rows_that_only_the_other_has_can_be_chosen(cast: Cast, client: Client) -> None:
    participant = journey.injected(cast)
    day = journey.day_of(participant, "INJ")
    both = {"1": answers.drug(), "2": answers.drug(lat="RIGHT", ecvol=5)}
    journey.save(
        cast.coordinator, participant, "INJ", "injection", answers.injection(day, drugs=both), 1, reason="x"
    )
    client.force_login(cast.investigator)
    page = address(participant, "INJ", "injection")
    mine = sent(answers.injection(day, drugs={"1": answers.drug(ecvol=7)}), version="1", reason="Mine")
    shown = text(client.post(page, mine))
    choices = {
        f"choice:{path}": "typed" for path in re.findall(r'name="choice:([\w. ]+)" value="stored"', shown)
    }
    rows = {name: "stored" for name in choices if name.startswith("choice:drug.2.")}
    assert rows
    client.post(page, {**hidden(shown), "reason": "Mine", **choices, **rows})
    assert list(
        InjectionDrug.objects.filter(removed=False).order_by("key").values_list("ecvol", flat=True)
    ) == [7, 5]


def test_a_comment_that_somebody_else_changed_is_chosen_too(
    cast: Cast, client: Client, treated: Participant
) -> None:
    client.force_login(cast.investigator)
    page = address(treated, "W1", "pain")
    client.post(page, {**sent(answers.pain(5)), "comment:nrs_avg24": "by telephone"})
    client.force_login(cast.coordinator)
    theirs = {"comment:nrs_avg24": "in the room", "version": "1", "reason": "Asked"}
    client.post(page, {**sent(answers.pain(5)), **theirs})
    client.force_login(cast.investigator)
    mine = {
        **sent(answers.pain(4)),
        "comment:nrs_avg24": "by telephone",
        "version": "1",
        "reason": "Misheard",
    }
    shown = text(client.post(page, mine))
    assert 'name="choice:comment:nrs_avg24" value="stored" checked' in shown
    client.post(
        page,
        {
            **hidden(shown),
            "reason": "Misheard",
            "choice:nrs_avg24": "typed",
            "choice:comment:nrs_avg24": "stored",
        },
    )
    assert Pain.objects.get().nrs_avg24 == 4
    assert "in the room" in text(client.get(page))


def test_entries_of_logs_have_drafts_as_well(cast: Cast, client: Client, treated: Participant) -> None:
    client.force_login(cast.investigator)
    where = [treated.code, "medication"]
    fields = {"cmtrt": "Ibuprofen", "draft:window": "a", "version": ""}
    assert client.post(reverse("log-draft", args=[*where, 0]), fields).status_code == 200
    page = reverse("log-new", args=where)
    assert OFFERED in text(client.get(page))
    assert "Ibuprofen" in text(client.get(page + "?draft"))
    assert client.post(reverse("log-draft", args=[*where, 10**9]), fields).status_code == 404
