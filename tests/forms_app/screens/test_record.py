import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forms_app.models import Query
from tests import answers, journey
from tests.cast import Cast
from tests.forms_app.screens.pages import address, sent
from trial.crf import registry
from trial.crf.submission import Submission
from trial.models import Disability, Pain, Participant, Record
from trial.protocol.scoring import odi

pytestmark = pytest.mark.django_db(transaction=True)

STATEMENTS = {"pain": 15, "motion": 15, "disability": 15, "injection": 25}


@pytest.fixture
def treated(cast: Cast) -> Participant:
    """Somebody whose first week is recorded, without a form yet."""
    participant = journey.injected(cast)
    for visit in ("BL", "W1"):
        journey.attend(cast.investigator, participant, visit)
    return participant


def text(response: Any) -> str:
    shown: str = response.content.decode()
    return shown


def history(client: Client, participant: Participant, form: str) -> str:
    """The history of a form, as its page fetches it."""
    record = Record.objects.get(participant=participant, form=form, visit__code__in=("W1", "INJ"))
    return text(client.get(reverse("record-history", args=[participant.code, record.pk]) + "?part"))


@pytest.mark.parametrize(
    ("form", "visit"),
    [("consent", "SCR"), ("eligibility", "SCR"), ("injection", "INJ"), ("pain", "BL"), ("disability", "BL")],
)
def test_a_page_asks_every_item_of_its_declaration(
    cast: Cast, client: Client, treated: Participant, form: str, visit: str
) -> None:
    client.force_login(cast.investigator)
    shown = text(client.get(address(treated, visit, form)))
    declared = registry.form(form)
    assert declared is not None
    for item in declared.items():
        assert (f'data-derived="{item.name}"' if item.derived else f'name="{item.name}"') in shown


def test_a_form_is_saved_complete_and_the_next_one_opens(
    cast: Cast, client: Client, treated: Participant
) -> None:
    client.force_login(cast.investigator)
    fields = sent(answers.pain(6), then="form")
    answer = client.post(address(treated, "W1", "pain"), fields, follow=True)
    assert answer.redirect_chain == [(address(treated, "W1", "motion"), 302)]
    assert "Pain intensity is saved and complete." in text(answer)
    assert Pain.objects.get().nrs_avg24 == 6


def test_the_last_form_leads_back_to_the_visit(cast: Cast, client: Client, treated: Participant) -> None:
    client.force_login(cast.investigator)
    answer = client.post(address(treated, "W1", "interval"), sent(answers.interval(), then="form"))
    assert answer.headers["Location"] == reverse("visit", args=[treated.code, "W1"])


def test_the_next_visit_due_is_looked_for_after_the_save(
    cast: Cast, client: Client, treated: Participant
) -> None:
    client.force_login(cast.investigator)
    answer = client.post(address(treated, "W1", "pain"), sent(answers.pain(), then="visit"))
    assert answer.headers["Location"] == reverse("next-due", args=[treated.code])


@pytest.mark.parametrize("typed", ["130", "21.55", "thirty", "  <b>1e9 "])
def test_what_cannot_be_stored_is_explained_and_survives_to_the_letter(
    cast: Cast, client: Client, treated: Participant, typed: str
) -> None:
    client.force_login(cast.investigator)
    answer = client.post(address(treated, "W1", "motion"), sent(answers.motion(20, typed)))
    shown = text(answer)
    assert answer.status_code == 422
    assert re.search(r'<a href="#f-rom_t2">Flexion, trial 2</a>: Enter', shown)
    assert 'aria-invalid="true"' in shown
    kept = typed.replace("<", "&lt;").replace(">", "&gt;")
    assert f'name="rom_t2" value="{kept}"' in shown
    assert 'name="rom_t1" value="20"' in shown
    assert not Record.objects.filter(form="motion").exists()


def test_a_date_that_is_none_is_shown_as_it_was_typed(cast: Cast, client: Client) -> None:
    participant = journey.added(cast)
    journey.attend(cast.investigator, participant, "SCR")
    client.force_login(cast.investigator)
    fields = sent(answers.consent(participant.site.today(), dsstdat_ic="31/12/2025"))
    shown = text(client.post(address(participant, "SCR", "consent"), fields))
    assert re.search(r'<input id="[^"]*" name="dsstdat_ic" value="31/12/2025"', shown)


def test_a_value_in_doubt_is_saved_and_asked_about_then_explained(
    cast: Cast, client: Client, treated: Participant
) -> None:
    client.force_login(cast.investigator)
    page = address(treated, "W1", "pain")
    fields = sent(answers.pain(7, nrs_worst24=5), then="form")
    answer = client.post(page, fields, follow=True)
    assert answer.redirect_chain == [(page, 302)]
    assert 'name="explain:nrs_worst24.worst_below_average"' in text(answer)
    explained = {
        **fields,
        "version": Record.objects.get(form="pain").version,
        "explain:nrs_worst24.worst_below_average": "Asked again",
    }
    answer = client.post(page, explained, follow=True)
    assert answer.redirect_chain == [(address(treated, "W1", "motion"), 302)]
    assert "is saved and complete" in text(answer)
    assert "Explained: Asked again" in text(client.get(page))


def test_a_doubt_holds_back_once_and_not_twice(cast: Cast, client: Client, treated: Participant) -> None:
    client.force_login(cast.investigator)
    page = address(treated, "W1", "pain")
    fields = sent(answers.pain(7, nrs_worst24=5), then="form")
    client.post(page, fields)
    version = Record.objects.get(form="pain").version
    answer = client.post(page, {**fields, "version": version})
    assert answer.headers["Location"] == address(treated, "W1", "motion")
    assert Query.objects.get().state == "open"


def test_the_page_says_what_keeps_a_form_from_being_complete(
    cast: Cast, client: Client, treated: Participant
) -> None:
    client.force_login(cast.investigator)
    fields = sent(answers.disability(odi05="", odi_mode=""))
    shown = text(client.post(address(treated, "W1", "disability"), fields, follow=True))
    assert "2 required answers to give" in shown
    assert 'class="message info"' in shown
    assert 'class="message warning"' not in shown
    assert '<a href="#f-odi05">Sitting</a>' in shown


def test_a_reason_for_no_value_takes_the_place_of_an_answer(
    cast: Cast, client: Client, treated: Participant
) -> None:
    client.force_login(cast.investigator)
    client.post(
        address(treated, "W1", "disability"), sent(answers.disability(odi08=""), **{"missing:odi08": "REF"})
    )
    stored = Disability.objects.get()
    assert (stored.odi08, stored.missing(), stored.odi_n) == (None, {"odi08": "REF"}, 9)


def test_a_whole_form_is_marked_as_not_done(cast: Cast, client: Client, treated: Participant) -> None:
    client.force_login(cast.investigator)
    client.post(address(treated, "W1", "disability"), {"whole_form": "ND"})
    assert Disability.objects.get().missing()["odi01"] == "ND"
    assert Record.objects.get(form="disability").state == "complete"


def test_a_complete_form_asks_for_the_reason_of_a_change(
    cast: Cast, client: Client, treated: Participant
) -> None:
    client.force_login(cast.investigator)
    page = address(treated, "W1", "pain")
    client.post(page, sent(answers.pain(6)))
    version = Record.objects.get(form="pain").version
    assert 'name="reason"' in text(client.get(page))
    refused = client.post(page, sent(answers.pain(5), version=version))
    assert refused.status_code == 422
    assert "Say why it changes" in text(refused)
    assert '<input type="radio" name="nrs_avg24" value="5" checked>' in text(refused)
    client.post(page, sent(answers.pain(5), version=version, reason="Typing error"))
    assert Pain.objects.get().nrs_avg24 == 5
    assert "Typing error" in history(client, treated, "pain")


@pytest.mark.parametrize("version", [{}, {"version": 1}], ids=["both new", "both changing"])
def test_the_second_of_two_savers_sees_both_versions_and_loses_nothing(
    cast: Cast, client: Client, treated: Participant, version: dict[str, int]
) -> None:
    page = address(treated, "W1", "pain")
    if version:
        journey.save(cast.investigator, treated, "W1", "pain", Submission())
    client.force_login(cast.coordinator)
    journey.save(
        cast.investigator, treated, "W1", "pain", answers.pain(8), expected_version=version.get("version")
    )
    mine = sent(answers.pain(3, nrs_now=2), reason="Read again", **version)
    refused = client.post(page, mine)
    shown = text(refused)
    assert refused.status_code == 412
    assert "Ines North saved this form" in shown
    assert "Somebody saved this form while you were typing." in shown
    assert "Open it to change it" not in shown
    assert '<input type="hidden" name="nrs_avg24" value="3">' in shown
    assert 'name="choice:nrs_avg24" value="stored"' in shown
    now = Record.objects.get(form="pain").version
    assert f'name="version" value="{now}"' in shown
    client.post(page, {**mine, "version": str(now)})
    assert Pain.objects.get().nrs_avg24 == 3


def test_who_may_not_enter_data_reads_the_form(cast: Cast, client: Client, treated: Participant) -> None:
    journey.save(cast.investigator, treated, "W1", "pain", answers.pain(6))
    client.force_login(cast.monitor)
    shown = text(client.get(address(treated, "W1", "pain")))
    assert "<dt>Average pain in the past 24 hours</dt><dd>6</dd>" in shown
    assert "data-entry" not in shown
    assert client.post(address(treated, "W1", "pain"), sent(answers.pain(5))).status_code == 403


def test_a_visit_is_recorded_before_its_forms(cast: Cast, client: Client) -> None:
    participant = journey.injected(cast)
    client.force_login(cast.investigator)
    answer = client.get(address(participant, "W1", "pain"), follow=True)
    assert answer.redirect_chain == [(reverse("visit", args=[participant.code, "W1"]), 302)]
    assert "Record the visit first" in text(answer)


def test_a_form_waits_for_the_consent_and_keeps_what_was_typed(cast: Cast, client: Client) -> None:
    participant = journey.added(cast)
    journey.attend(cast.investigator, participant, "SCR")
    client.force_login(cast.investigator)
    page = address(participant, "SCR", "eligibility")
    assert "The informed consent is not saved yet" in text(client.get(page))
    refused = client.post(page, sent(answers.eligibility(participant.site.today())))
    assert refused.status_code == 409
    assert 'name="incl01" value="Y" checked' in text(refused)


def test_a_form_is_taken_out_with_a_reason_and_back(cast: Cast, client: Client, treated: Participant) -> None:
    record = journey.save(cast.investigator, treated, "W1", "pain", answers.pain(6)).record
    client.force_login(cast.investigator)
    where = [treated.code, "W1", "pain"]
    refused = client.post(reverse("record-remove", args=where), {"version": record.version, "reason": " "})
    assert refused.status_code == 422
    client.post(reverse("record-remove", args=where), {"version": record.version, "reason": "Wrong person"})
    shown = text(client.get(address(treated, "W1", "pain")))
    assert "taken out of use" in shown
    assert "data-entry" not in shown
    client.post(reverse("record-restore", args=where), {"version": record.version + 1, "reason": "Back"})
    assert not Record.objects.get(form="pain").removed


def test_the_history_tells_who_changed_what_and_why(cast: Cast, client: Client, treated: Participant) -> None:
    journey.save(cast.investigator, treated, "W1", "pain", answers.pain(6, nrs_now=5))
    client.force_login(cast.coordinator)
    page = address(treated, "W1", "pain")
    version = Record.objects.get(form="pain").version
    client.post(page, sent(answers.pain(6, nrs_now=4), version=version, reason="Misheard"))
    shown = history(client, treated, "pain")
    assert "Conrad North</strong>" in shown
    assert "on a screen: “Misheard”" in shown
    assert "<li>Pain right now: <del>5</del> → <ins>4</ins></li>" in shown
    assert "<li>Average pain in the past 24 hours: <ins>6</ins></li>" in shown


def test_rows_of_drugs_are_sent_kept_and_taken_away(cast: Cast, client: Client) -> None:
    participant = journey.enrolled(cast)
    journey.attend(cast.investigator, participant, "INJ")
    client.force_login(cast.investigator)
    page = address(participant, "INJ", "injection")
    injection = answers.injection(journey.day_of(participant, "INJ"))
    fields = sent(injection)
    client.post(page, fields)
    record = Record.objects.get(form="injection")
    before = set(injection.groups["drug"])
    assert all(f'data-row="{key}"' in text(client.get(page)) for key in before)
    kept = {name: value for name, value in fields.items() if not name.startswith("drug.2.")}
    client.post(page, {**kept, "version": record.version, "reason": "Given once"})
    assert 'name="drug.1.ectrt" value="' in text(client.get(page))
    assert "Drug 2: <ins>row removed" in history(client, participant, "injection")


@pytest.mark.parametrize("form", STATEMENTS)
def test_a_save_takes_few_statements_from_request_to_response(cast: Cast, client: Client, form: str) -> None:
    participant = journey.injected(cast) if form != "injection" else journey.enrolled(cast)
    visit = "INJ" if form == "injection" else "W1"
    journey.attend(cast.investigator, participant, visit)
    submissions: dict[str, Callable[[], Submission]] = {
        "pain": lambda: answers.pain(7, nrs_worst24=5),
        "motion": lambda: answers.motion(10, 20, 30),
        "disability": answers.disability,
        "injection": lambda: answers.injection(journey.day_of(participant, "INJ")),
    }
    client.force_login(cast.investigator)
    assert counted(client, address(participant, visit, form), sent(submissions[form]())) <= STATEMENTS[form]
    version = Record.objects.get(form=form).version
    again = sent(submissions[form](), version=version, reason="Again")
    again |= {"nrs_now": "3"} if form == "pain" else {}
    assert counted(client, address(participant, visit, form), again) <= STATEMENTS[form]


def counted(client: Client, page: str, fields: dict[str, str]) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.post(page, fields).status_code == 302
    passed_over = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE SAVEPOINT")
    return sum(not query["sql"].startswith(passed_over) for query in captured.captured_queries)


def test_opening_a_form_takes_as_many_statements_after_ten_changes_as_after_one(
    cast: Cast, client: Client, treated: Participant
) -> None:
    saved = journey.save(cast.investigator, treated, "W1", "pain", answers.pain(6))
    client.force_login(cast.investigator)
    page = address(treated, "W1", "pain")

    def opened() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(page)
        return len(captured)

    once = opened()
    for change in range(9):
        saved = journey.save(
            cast.investigator,
            treated,
            "W1",
            "pain",
            answers.pain(change % 5),
            expected_version=saved.record.version,
            reason="Again",
        )
    assert opened() == once <= 13


@pytest.fixture
def set_back(cast: Cast) -> Participant:
    return journey.set_back(cast)


def test_a_saved_form_stays_readable_when_its_visit_is_not_open_any_more(
    cast: Cast, client: Client, set_back: Participant
) -> None:
    client.force_login(cast.monitor)
    answer = client.get(address(set_back, "BL", "pain"))
    assert answer.status_code == 200
    assert "<dt>Average pain in the past 24 hours</dt><dd>6</dd>" in text(answer)


def test_a_saved_form_stays_correctable_and_removable_when_its_visit_is_not_open_any_more(
    cast: Cast, client: Client, set_back: Participant
) -> None:
    client.force_login(cast.investigator)
    page = address(set_back, "BL", "pain")
    version = Record.objects.get(form="pain").version
    assert client.post(page, sent(answers.pain(5), version=version, reason="Misread")).status_code == 302
    assert Pain.objects.get().nrs_avg24 == 5
    removal = reverse("record-remove", args=[set_back.code, "BL", "pain"])
    client.post(removal, {"version": version + 1, "reason": "Not in the trial"})
    assert Record.objects.get(form="pain").removed


def test_a_form_that_is_not_saved_leads_to_the_visit_that_says_why_it_is_not_open(
    cast: Cast, client: Client, set_back: Participant
) -> None:
    client.force_login(cast.investigator)
    answer = client.get(address(set_back, "BL", "motion"), follow=True)
    assert answer.redirect_chain == [(reverse("visit", args=[set_back.code, "BL"]), 302)]
    assert "“Baseline” opens when" in text(answer)
    assert "Record the visit first" not in text(answer)


@pytest.mark.parametrize(
    ("act", "fields", "status", "sentence"),
    [
        ("record-remove", {"version": "99"}, 412, "This was changed after you opened it."),
        ("record-remove", {}, 400, "did not say which version"),
        ("record-restore", {"version": "1"}, 409, "this one is in use"),
    ],
)
def test_a_refused_removal_or_restoration_keeps_the_typed_reason(
    cast: Cast,
    client: Client,
    treated: Participant,
    act: str,
    fields: dict[str, str],
    status: int,
    sentence: str,
) -> None:
    record = journey.save(cast.investigator, treated, "W1", "pain", answers.pain(6)).record
    client.force_login(cast.investigator)
    where = reverse(act, args=[treated.code, "W1", "pain"])
    version = {"version": str(record.version)} if fields.get("version") == "1" else fields
    refused = client.post(where, {**version, "reason": "Wrong <person>"})
    assert refused.status_code == status
    assert sentence in text(refused)
    assert 'name="reason" value="Wrong &lt;person&gt;"' in text(refused)
    assert f'name="version" value="{record.version}"' in text(refused)
    assert not Record.objects.get(form="pain").removed


def test_the_script_of_the_disability_index_is_given_the_rules_of_the_protocol(
    cast: Cast, client: Client, treated: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(odi, "FEWEST_ANSWERED", 7)
    client.force_login(cast.investigator)
    given = re.search(r'data-scoring="([^"]+)"', text(client.get(address(treated, "W1", "disability"))))
    assert given is not None
    rules = json.loads(unescape(given[1]))
    assert (rules["sections"], rules["highest"], rules["fewest"]) == (10, 5, 7)
    assert rules["bands"][1] == "Moderate"
    assert "data-scoring" not in text(client.get(address(treated, "W1", "pain")))
