"""The casebook as it is printed, on a page and as PDF, and the blank form."""

from io import BytesIO
from time import perf_counter

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from forms_app.services import records
from tests import answers, journey
from tests.cast import Cast
from tests.forms_app.paper.pdf import outline, squeezed, words
from trial.models import Participant, Record
from trial.services import visits
from trial.services.visits import VisitDetails

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESSES = ("casebook", "casebook-pdf")


def printed(client: Client, participant: Participant) -> dict[str, str]:
    """What the page and the PDF say, without white space."""
    page, pdf = (client.get(reverse(name, args=[participant.code])) for name in ADDRESSES)
    return {"page": squeezed(page.content.decode()), "pdf": words(pdf.content)}


@pytest.fixture
def participant(cast: Cast, client: Client) -> Participant:
    """Somebody with a question, its answer, a comment, a missing code, a correction and a removed form."""
    found = journey.with_outcomes(cast)
    journey.attend(cast.investigator, found, "W2")
    journey.save(cast.investigator, found, "W2", "pain", answers.pain(7, nrs_worst24=5))
    journey.save(
        cast.investigator,
        found,
        "W1",
        "pain",
        answers.pain(4),
        expected_version=1,
        reason="Read again from the paper",
    )
    client.force_login(cast.monitor)
    return found


@pytest.mark.requirement("P11.10b", "FAS.legible")
def test_every_record_is_printed_with_its_values_and_units(
    participant: Participant, client: Client, subtests: pytest.Subtests
) -> None:
    for where, text in printed(client, participant).items():
        with subtests.test(where=where):
            for said in (
                "Flexion, trial 1",
                "20 deg",
                "Double inclinometer",
                "Bupivacaine",
                "25 mg",
                "Left",
                "Prone",
            ):
                assert squeezed(said) in text


def test_missing_codes_questions_and_comments_are_printed(
    cast: Cast, participant: Participant, client: Client, subtests: pytest.Subtests
) -> None:
    records.save(
        by=cast.investigator,
        participant=participant,
        visit="W2",
        form="disability",
        submission=answers.form({**answers.disability().header.items, "odi08": None}, {"odi08": "REF"}),
        comments={"odi08": "不愿回答 – would rather not"},
    )
    for where, text in printed(client, participant).items():
        with subtests.test(where=where):
            assert squeezed("Refused (REF)") in text
            assert squeezed("Question (open):") in text
            assert squeezed("Comment: 不愿回答 – would rather not") in text


@pytest.mark.requirement("P11.10b", "P11.10e", "FAS.legible")
def test_every_change_is_printed_with_who_when_how_and_why(
    cast: Cast, participant: Participant, client: Client, subtests: pytest.Subtests
) -> None:
    for where, text in printed(client, participant).items():
        with subtests.test(where=where):
            assert squeezed("Average pain in the past 24 hours: from 7 to 4") in text
            assert squeezed("Read again from the paper") in text
            assert squeezed(cast.investigator.full_name) in text


def test_the_changes_of_a_visit_and_of_the_participation_are_printed(
    cast: Cast, participant: Participant, client: Client, subtests: pytest.Subtests
) -> None:
    details = VisitDetails(occurred=False, reason_not_done="Ill with fever")
    visits.save(by=cast.investigator, participant=participant, code="W12", details=details)
    for where, text in printed(client, participant).items():
        with subtests.test(where=where):
            assert squeezed("Did the visit take place? No") in text
            assert squeezed("Why it did not take place: Ill with fever") in text
            assert squeezed("State: from enrolled to treated") in text


def test_a_removed_record_is_printed_as_removed(
    cast: Cast, participant: Participant, client: Client, subtests: pytest.Subtests
) -> None:
    record = Record.objects.get(participant=participant, visit__code="W1", form="motion")
    records.remove(by=cast.investigator, record=record, expected_version=1, reason="Wrong participant")
    for where, text in printed(client, participant).items():
        with subtests.test(where=where):
            assert squeezed("Removed: this record is not in use.") in text
            assert squeezed("Wrong participant") in text


def test_what_is_not_recorded_is_said(participant: Participant, client: Client) -> None:
    for text in printed(client, participant).values():
        assert squeezed("Nothing is recorded of: Pain intensity, Lumbar flexion, Disability (ODI)") in text
        assert squeezed("Log: Adverse event") in text
        assert squeezed("No entry.") in text


def test_an_entry_of_a_log_is_printed_with_its_number(
    cast: Cast, participant: Participant, client: Client
) -> None:
    day = journey.day_of(participant, "W1")
    for _time in range(2):
        journey.log(cast.investigator, participant, "adverse_event", answers.adverse_event(day))
    for text in printed(client, participant).values():
        assert squeezed("Adverse event 1") in text
        assert squeezed("Adverse event 2") in text


def test_the_file_says_whose_it_is_who_printed_it_and_that_nobody_is_real(
    cast: Cast, participant: Participant, client: Client
) -> None:
    answer = client.get(reverse("casebook-pdf", args=[participant.code]))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="TLFI-PILOT_01-001_casebook.pdf"'
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert outline(answer.content)[0] == "Screening (SCR)"
    pages = PdfReader(BytesIO(answer.content)).pages
    for number, page in enumerate(pages, start=1):
        text = squeezed(page.extract_text())
        assert squeezed(f"Casebook of {participant.code}") in text
        assert squeezed(f"Printed by {cast.monitor.full_name} on") in text
        assert squeezed("Synthetic data. Nobody here is a real person.") in text
        assert squeezed(f"Page {number} of {len(pages)}") in text


def test_without_synthetic_data_nothing_says_so(
    participant: Participant, client: Client, settings: pytest.FixtureRequest
) -> None:
    settings.SYNTHETIC_DATA = False  # type: ignore[attr-defined]
    assert not any("Synthetic" in text for text in printed(client, participant).values())


@pytest.mark.parametrize("name", ADDRESSES)
def test_more_records_cost_no_more_statements(
    cast: Cast, participant: Participant, client: Client, name: str
) -> None:
    address = reverse(name, args=[participant.code])
    journey.log(
        cast.investigator, participant, "adverse_event", answers.adverse_event(participant.site.today())
    )
    few = statements(client, address)
    for form in ("motion", "disability"):
        journey.save(
            cast.investigator, participant, "W2", form, answers.every_form(participant.site.today())[form]
        )
    for _time in range(3):
        journey.log(
            cast.investigator, participant, "adverse_event", answers.adverse_event(participant.site.today())
        )
    assert statements(client, address) == few


def statements(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_a_full_casebook_is_made_while_one_waits(
    cast: Cast, participant: Participant, client: Client
) -> None:
    full(cast, participant)
    begun = perf_counter()
    assert client.get(reverse("casebook-pdf", args=[participant.code])).status_code == 200
    assert perf_counter() - begun < 10


def full(cast: Cast, participant: Participant) -> None:
    day = participant.site.today()
    forms = answers.every_form(day)
    for form in ("motion", "disability", "interval"):
        journey.save(cast.investigator, participant, "W2", form, forms[form])


def test_the_blank_form_is_for_those_who_see_data(cast: Cast, client: Client) -> None:
    address = reverse("annotated-crf")
    client.force_login(cast.monitor)
    answer = client.get(address)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "QSTESTCD=PI0102" in words(answer.content)
    client.force_login(cast.administrator)
    assert client.get(address).status_code == 403


@pytest.mark.parametrize("name", ADDRESSES)
def test_another_sites_casebook_is_not_found(
    cast: Cast, participant: Participant, client: Client, name: str
) -> None:
    client.force_login(cast.southern_investigator)
    assert client.get(reverse(name, args=[participant.code])).status_code == 404
