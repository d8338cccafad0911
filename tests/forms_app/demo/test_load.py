"""The demonstration: loaded through the services, under the same rules, and only where debugging is on."""

import csv
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from forms_app.demo import logs, pilot
from forms_app.demo.accounts import LOGINS, PASSWORD
from forms_app.models import Lock, Query, Signature, Verification
from trial.access import Role
from trial.crf import registry
from trial.models import (
    AdverseEvent,
    Deviation,
    Disability,
    Event,
    Medication,
    Motion,
    Pain,
    Participant,
    Record,
    Site,
    User,
    Visit,
)
from trial.protocol import STUDY
from trial.selectors.anchors import injection_date

pytestmark = pytest.mark.django_db

ACCOUNT = ("create_account", "ana", "Ana Example", "--no-password")
REFERENCE = Path(__file__).parents[2] / "reference" / "pilot26.csv"


@pytest.fixture
def loaded(settings: Settings) -> str:
    """The demonstration, and what the command said."""
    settings.DEBUG = True
    out = StringIO()
    call_command("load_demo", stdout=out)
    return out.getvalue()


def test_it_is_refused_where_debugging_is_off() -> None:
    with pytest.raises(CommandError, match="passwords that everybody knows"):
        call_command("load_demo")
    assert not Site.objects.exists()


@pytest.mark.parametrize("command", [("create_site", "03", "Hospital"), ACCOUNT])
def test_it_is_refused_beside_anything_real(settings: Settings, command: tuple[str, ...]) -> None:
    settings.DEBUG = True
    call_command(*command, stdout=StringIO())
    with pytest.raises(CommandError, match="not the demonstration's"):
        call_command("load_demo")
    assert not User.objects.filter(is_demo=True).exists()


def test_the_participants_are_those_of_the_reference() -> None:
    rows = [row for row in csv.DictReader(REFERENCE.read_text().splitlines()) if row["nrs"]]
    ours = [(person.name, outcome) for person in pilot.people() for outcome in person.outcomes]
    assert [(name, str(each.pain)) for name, each in ours] == [(row["id"], row["nrs"]) for row in rows]


def test_the_whole_demonstration(loaded: str) -> None:
    """One load, looked at from all sides: it takes seconds."""
    _prints_its_log_ins(loaded)
    _has_two_sites_and_their_participants()
    _holds_the_values_of_the_file()
    _every_record_is_complete_and_every_question_answered()
    _one_visit_lies_outside_its_window_and_is_a_deviation()
    _the_first_participant_is_verified_signed_and_frozen()
    _every_form_is_filled_but_those_of_who_stops_early()
    _one_participant_withdrew()
    _one_visit_is_due_today()
    _every_change_has_its_actor()
    _is_loaded_once()
    _starts_again_beside_what_came_later()


def _prints_its_log_ins(said: str) -> None:
    assert PASSWORD in said
    assert {login.role for login in LOGINS} == set(Role)
    for login in LOGINS:
        assert login.username in said
        assert User.objects.get(username=login.username).check_password(PASSWORD)
    assert not User.objects.filter(is_demo=False).exists()


def _has_two_sites_and_their_participants() -> None:
    assert Participant.objects.filter(site__code="01").count() == 26
    assert set(Participant.objects.filter(site__code="02").values_list("state", flat=True)) == {"screening"}
    assert Participant.objects.filter(site__code="02").count() == 2
    assert not Pain.objects.filter(record__participant__site__code="02").exists()


def _holds_the_values_of_the_file() -> None:
    for person in pilot.people():
        for outcome in person.outcomes:
            at = {
                "record__participant__code": f"01-{person.number:03}",
                "record__visit__code": outcome.visit,
            }
            assert Pain.objects.get(**at).nrs_avg24 == outcome.pain
            assert Motion.objects.get(**at).rom_mean == outcome.flexion
            assert Disability.objects.get(**at).odi_pct == outcome.disability


def _every_record_is_complete_and_every_question_answered() -> None:
    assert set(Record.objects.values_list("state", flat=True)) == {"complete"}
    assert not Query.objects.exclude(state="answered").exists()


def _one_visit_lies_outside_its_window_and_is_a_deviation() -> None:
    late = [visit for visit in Visit.objects.select_related("participant") if _days_outside(visit)]
    assert [(visit.participant.code, visit.code, _days_outside(visit)) for visit in late] == [
        ("01-020", "W12", 2)
    ]
    (deviation,) = Deviation.objects.select_related("record")
    assert deviation.record.participant_id == late[0].participant_id
    assert deviation.dvstdat == late[0].visit_date


def _days_outside(visit: Visit) -> int:
    planned = STUDY.schedule.visit(visit.code)
    assert planned is not None
    window = planned.window(injection_date(visit.participant))
    return window.days_outside(visit.visit_date) if window and visit.visit_date else 0


def _the_first_participant_is_verified_signed_and_frozen() -> None:
    assert set(Verification.objects.values_list("record__participant__code", "state")) == {
        ("01-001", "verified")
    }
    signature = Signature.objects.get()
    assert (signature.participant.code, signature.scope, signature.broken_at) == ("01-001", "casebook", None)
    frozen = Lock.objects.values_list("kind", "participant", "visit__code")
    assert list(frozen) == [("frozen", signature.participant_id, "SCR")]
    asked = Query.objects.get(raised_by__username="monitor")
    assert (asked.record.participant.code, asked.state) == ("01-002", "answered")


def _every_form_is_filled_but_those_of_who_stops_early() -> None:
    filled = set(Record.objects.values_list("form", flat=True))
    assert set(registry.codes()) - filled == {"treatment_stop"}
    assert AdverseEvent.objects.count() == len(logs.EVENTS)
    assert not AdverseEvent.objects.filter(aeser="Y").exists()
    counted = Medication.objects.filter(cmmme__gt=0).values_list("cmtrt", "cmmme")
    assert {drug: float(daily) for drug, daily in counted} == {"Tramadol": 20, "Oxycodone": 30, "Codeine": 9}


def _one_participant_withdrew() -> None:
    assert [who.code for who in Participant.objects.filter(state="withdrawn")] == ["01-017"]


def _one_visit_is_due_today() -> None:
    planned = STUDY.schedule.visit("W12")
    assert planned is not None
    without = Participant.objects.filter(state="treated").exclude(visits__code="W12").select_related("site")
    windows = [(who.site.today(), planned.window(injection_date(who))) for who in without]
    assert [window.target for today, window in windows if window and window.target == today] != []


def _every_change_has_its_actor() -> None:
    assert not Event.objects.filter(actor_id=None).exists()
    assert set(Event.objects.values_list("route", flat=True)) == {"command"}


def _is_loaded_once() -> None:
    before, out = Event.objects.count(), StringIO()
    call_command("load_demo", stdout=out)
    assert Event.objects.count() == before
    assert PASSWORD in out.getvalue()


def _starts_again_beside_what_came_later() -> None:
    call_command("create_site", "03", "Hospital", stdout=StringIO())
    out = StringIO()
    call_command("load_demo", stdout=out)
    assert PASSWORD in out.getvalue()
