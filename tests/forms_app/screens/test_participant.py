from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forms_app.services import drafts
from forms_app.services.drafts import Window
from tests import answers, journey
from tests.cast import Cast
from trial.access import Role
from trial.audit.context import COMMAND_LINE
from trial.crf.reading import read
from trial.crf.submission import Entry, Submission
from trial.models import Medication, Participant
from trial.protocol import STUDY
from trial.services import accounts

pytestmark = pytest.mark.django_db(transaction=True)


def page(client: Client, participant: Participant) -> str:
    return client.get(reverse("participant", args=[participant.code])).content.decode()


def test_a_participant_is_added_and_screening_opens(cast: Cast, client: Client) -> None:
    client.force_login(cast.coordinator)
    assert "Site: <strong>01 North" in client.get(reverse("participant-add")).content.decode()
    answer = client.post(reverse("participant-add"), {"site": "01"}, follow=True)
    assert answer.redirect_chain == [(reverse("visit", args=["01-001", "SCR"]), 302)]
    assert "The new participant is 01-001" in answer.content.decode()


def test_who_works_at_two_sites_chooses_one(cast: Cast, client: Client) -> None:
    accounts.give_role(by=COMMAND_LINE, user=cast.coordinator, site=cast.south, role=Role.COORDINATOR)
    client.force_login(cast.coordinator)
    shown = client.get(reverse("participant-add")).content.decode()
    assert 'type="radio" id="site-02"' in shown
    assert client.post(reverse("participant-add"), {"site": ""}).status_code == 400
    client.post(reverse("participant-add"), {"site": "02"})
    assert Participant.objects.get().code == "02-001"


def test_nobody_adds_to_a_site_where_they_may_not(cast: Cast, client: Client) -> None:
    client.force_login(cast.coordinator)
    assert client.post(reverse("participant-add"), {"site": "02"}).status_code == 400
    client.force_login(cast.monitor)
    assert client.get(reverse("participant-add")).status_code == 403
    assert client.post(reverse("participant-add"), {"site": "01"}).status_code == 403
    assert not Participant.objects.exists()


def test_enrolment_says_what_is_needed_first(cast: Cast, client: Client) -> None:
    client.force_login(cast.investigator)
    assert "Save the informed consent first." in page(client, journey.added(cast))
    assert "Save the eligibility form first" in page(client, journey.consented(cast))


def test_an_eligible_participant_is_enrolled(cast: Cast, client: Client) -> None:
    participant = journey.eligible(cast)
    client.force_login(cast.investigator)
    assert f"Enrol {participant.code} into the trial?" in page(client, participant)
    client.post(reverse("participant-state", args=[participant.code]), {"move": "enrol"})
    assert journey.again(participant).state == "enrolled"


def test_enrolment_shows_what_is_open_about_the_eligibility(cast: Cast, client: Client) -> None:
    participant = journey.consented(cast)
    weak = answers.eligibility(journey.day_of(participant, "SCR"), scrnrs=3)
    journey.save(cast.investigator, participant, "SCR", "eligibility", weak)
    client.force_login(cast.investigator)
    shown = page(client, participant)
    doubts, confirmed = shown.index("Average pain 3 at screening"), shown.index("Yes, enrol")
    assert shown.index("<summary") < doubts < confirmed
    assert reverse("record", args=[participant.code, "SCR", "eligibility"]) in shown[doubts:confirmed]
    assert "question about the eligibility" not in page(client, journey.eligible(cast))


def test_an_impossible_move_is_refused_with_its_sentence(cast: Cast, client: Client) -> None:
    participant = journey.added(cast)
    client.force_login(cast.investigator)
    answer = client.post(reverse("participant-state", args=[participant.code]), {"move": "enrol"})
    assert answer.status_code == 409
    assert "Save both first" in answer.content.decode()
    answer = client.post(reverse("participant-state", args=[participant.code]), {"move": "promote"})
    assert answer.status_code == 400


def test_a_withdrawal_shows_its_reason(cast: Cast, client: Client) -> None:
    participant = journey.injected(cast)
    client.force_login(cast.investigator)
    journey.withdraw(cast, participant, wddecod="OTHER", wdoth="Moved to St. Gallen, 3 p.m. today")
    shown = page(client, participant)
    assert "Withdrawn" in shown
    assert "<li>Moved to St. Gallen, 3 p.m. today</li>" in shown


def test_the_ends_are_forms_and_no_moves(cast: Cast, client: Client) -> None:
    participant = journey.injected(cast)
    client.force_login(cast.investigator)
    where = reverse("participant-state", args=[participant.code])
    for move in ("complete", "withdraw"):
        assert client.post(where, {"move": move, "reason": "Moved away"}).status_code == 400
    assert journey.again(participant).state == "treated"


def test_who_may_not_enrol_sees_no_button_and_is_refused(cast: Cast, client: Client) -> None:
    participant = journey.eligible(cast)
    client.force_login(cast.coordinator)
    assert "Enrol" not in page(client, participant)
    answer = client.post(reverse("participant-state", args=[participant.code]), {"move": "enrol"})
    assert answer.status_code == 403


def test_a_screen_failure_says_why(cast: Cast, client: Client) -> None:
    client.force_login(cast.investigator)
    participant = journey.consented(cast)
    journey.judge(cast, participant, incl03="N", excl01="Y")
    shown = page(client, participant)
    assert "<li>INCL03 is not met: Pain persists despite conservative treatment.</li>" in shown
    assert "<li>EXCL01 is present: Lumbar disc herniation on MRI.</li>" in shown


def test_the_strip_shows_windows_and_dates_outside_them(cast: Cast, client: Client) -> None:
    participant = journey.injected(cast)
    late = journey.day_of(participant, "W2")
    journey.attend(cast.investigator, participant, "W1", day=late)
    client.force_login(cast.investigator)
    shown = page(client, participant)
    assert "5 days after the window" in shown
    assert "Add an unscheduled visit" in shown


def test_forms_stand_beneath_their_visit_and_open_once_it_took_place(cast: Cast, client: Client) -> None:
    participant = journey.with_outcomes(cast)
    client.force_login(cast.investigator)
    shown = page(client, participant)
    assert reverse("record", args=[participant.code, "W1", "pain"]) in shown
    assert reverse("record", args=[participant.code, "W12", "pain"]) not in shown
    assert reverse("casebook", args=[participant.code]) in shown
    assert reverse("casebook-pdf", args=[participant.code]) in shown


def test_progress_counts_forms_items_and_values(cast: Cast, client: Client) -> None:
    participant = journey.consented(cast)
    client.force_login(cast.investigator)
    book = client.get(reverse("participant", args=[participant.code])).context
    planned = sum(len(visit.forms) for visit in STUDY.schedule.planned)
    assert (book["progress"].complete, book["progress"].expected) == (1, planned)
    client.post(reverse("log-new", args=[participant.code, "medication"]), {"cmtrt": "Ibuprofen"})
    book = client.get(reverse("participant", args=[participant.code])).context
    assert (book["progress"].complete, book["progress"].expected) == (1, planned + 1)
    (entry,) = book["book"].logs[1].entries
    assert entry.required == book["book"].required
    typed = Submission(Entry({"cmtrt": "Ibuprofen"}))
    assert entry.required == len(read(Medication, typed, participant.site.today()).unanswered) > 0


def test_the_number_of_expected_forms_is_steady(cast: Cast, client: Client) -> None:
    client.force_login(cast.investigator)
    planned = sum(len(visit.forms) for visit in STUDY.schedule.planned)
    for come in (journey.added, journey.eligible, journey.injected, journey.with_outcomes):
        assert expected(client, come(cast)) == planned
    participant = journey.injected(cast)
    sent = {"occurred": "N", "reason_not_done": "On holiday"}
    client.post(reverse("visit", args=[participant.code, "W1"]), sent)
    (week,) = (visit for visit in STUDY.schedule.planned if visit.code == "W1")
    assert expected(client, participant) == planned - len(week.forms)


def expected(client: Client, participant: Participant) -> int:
    progress = client.get(reverse("participant", args=[participant.code])).context["progress"]
    return int(progress.expected)


def test_entries_of_logs_are_short_lines_with_their_numbers(cast: Cast, client: Client) -> None:
    participant = journey.consented(cast)
    client.force_login(cast.investigator)
    where = reverse("log-new", args=[participant.code, "adverse_event"])
    client.post(where, {"aeterm": "Haematoma", "aestdat": "2026-03", "aetoxgr": "2", "aeser": "N"})
    shown = page(client, participant)
    assert "1. Haematoma</a>" in shown
    assert "March 2026, Grade (CTCAE 5.0) 2<" in shown
    assert where in shown
    assert reverse("log", args=[participant.code, "adverse_event", 1]) in shown


def test_a_draft_is_shown_to_who_typed_it_beside_its_form(cast: Cast, client: Client) -> None:
    participant = journey.consented(cast)
    keep: dict[str, Any] = {"participant": participant, "version": None, "content": {"sex": ["F"]}}
    by, window = cast.investigator, Window("a" * 32)
    drafts.keep(by=by, visit="SCR", form="demographics", window=window, **keep)
    drafts.keep(by=by, visit=None, form="medication", repeat=0, window=window, **keep)
    scr = reverse("visit", args=[participant.code, "SCR"])
    surgery = reverse("record", args=[participant.code, "SCR", "surgery"])
    client.force_login(cast.investigator)
    assert page(client, participant).count("draft kept") == 2
    for address in (scr, surgery):
        assert client.get(address).content.decode().count("draft kept") == 1
    client.force_login(cast.coordinator)
    assert "draft kept" not in page(client, participant)


def test_who_may_not_enter_data_is_offered_nothing_to_add(cast: Cast, client: Client) -> None:
    participant = journey.injected(cast)
    client.force_login(cast.monitor)
    shown = page(client, participant)
    for form in ("adverse_event", "medication", "deviation", "study_end"):
        assert reverse("log-new", args=[participant.code, form]) not in shown
    client.force_login(cast.coordinator)
    shown = page(client, participant)
    for form in ("adverse_event", "medication", "deviation", "study_end"):
        assert reverse("log-new", args=[participant.code, form]) in shown


# A few of them count for the navigation what waits for the person.
MOST = 18


def test_the_casebook_and_a_visit_cost_the_same_whatever_is_in_them(cast: Cast, client: Client) -> None:
    few, many = journey.consented(cast), journey.with_outcomes(cast)
    journey.attend(cast.investigator, many, "U1")
    client.force_login(cast.investigator)
    for drug in ("Ibuprofen", "Metamizole", "Tramadol"):
        client.post(reverse("log-new", args=[many.code, "medication"]), {"cmtrt": drug})
    counts = [counted(client, "participant", each.code) for each in (few, many)]
    assert counts[0] == counts[1] <= MOST
    visits = [counted(client, "visit", many.code, code) for code in ("SCR", "W1", "W12", "U1")]
    # Of what is not recorded, or has no form yet, nobody vouched for anything.
    assert visits[0] == visits[1] == max(visits) <= MOST


def counted(client: Client, name: str, *arguments: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(reverse(name, args=arguments)).status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("participant", ()),
        ("next-due", ()),
        ("visit", ("W1",)),
        ("record", ("W1", "pain")),
    ],
)
def test_another_sites_participant_looks_like_one_that_is_not_there(
    cast: Cast, client: Client, name: str, more: tuple[str, ...]
) -> None:
    other = journey.added_south(cast)
    client.force_login(cast.investigator)
    foreign = client.get(reverse(name, args=[other.code, *more]))
    nowhere = client.get(reverse(name, args=["02-999", *more]))
    assert (foreign.status_code, nowhere.status_code) == (404, 404)
    assert foreign.content == nowhere.content


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("participant-state", ()),
        ("visit", ("W1",)),
        ("record", ("W1", "pain")),
        ("record-remove", ("W1", "pain")),
        ("record-restore", ("W1", "pain")),
    ],
)
def test_nothing_can_be_sent_to_another_sites_participant(
    cast: Cast, client: Client, name: str, more: tuple[str, ...]
) -> None:
    other = journey.added_south(cast)
    client.force_login(cast.investigator)
    foreign = client.post(reverse(name, args=[other.code, *more]))
    nowhere = client.post(reverse(name, args=["02-999", *more]))
    assert foreign.status_code == 404
    assert foreign.content == nowhere.content


def test_the_next_visit_due_is_this_participants_first(cast: Cast, client: Client) -> None:
    journey.added(cast)
    participant = journey.injected(cast)
    client.force_login(cast.investigator)
    answer = client.get(reverse("next-due", args=[participant.code]))
    assert answer.headers["Location"].startswith(reverse("participant", args=[participant.code]))


def test_then_the_list_goes_round_to_the_others_and_ends_at_home(cast: Cast, client: Client) -> None:
    first = journey.added(cast)
    last = journey.screen_failure(cast)
    client.force_login(cast.investigator)
    answer = client.get(reverse("next-due", args=[last.code]))
    assert answer.headers["Location"] == reverse("visit", args=[first.code, "SCR"])
    journey.withdraw(cast, first)
    assert client.get(reverse("next-due", args=[last.code])).headers["Location"] == reverse("home")
