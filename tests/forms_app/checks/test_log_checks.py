"""The checks of the logs and of the ends, each both ways: what is asked about, and what is not."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from forms_app.services.records import Saved
from tests import answers, journey
from tests.cast import Cast
from trial.crf.submission import Entry, Submission
from trial.models import Participant
from trial.refusals import Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(cast: Cast) -> Participant:
    return journey.consented(cast)


def log(cast: Cast, participant: Participant, form: str, day: Any = None, **changes: Any) -> Saved:
    at = day or participant.site.today() - timedelta(days=3)
    code = "adverse_event" if form == "serious_event" else form
    return journey.log(cast.investigator, participant, code, getattr(answers, form)(at, **changes))


def found(cast: Cast, participant: Participant, form: str, day: Any = None, **changes: Any) -> set[str]:
    return {finding.code for finding in log(cast, participant, form, day, **changes).findings}


def errors(
    cast: Cast, participant: Participant, form: str, day: Any = None, **changes: Any
) -> dict[str, str]:
    with pytest.raises(Refusal) as refused:
        log(cast, participant, form, day, **changes)
    told: dict[str, str] = refused.value.extra["errors"]
    return told


def test_usual_entries_raise_no_question(cast: Cast, person: Participant) -> None:
    for form in ("adverse_event", "serious_event", "medication", "deviation"):
        day = person.site.today() - timedelta(days=3)
        submission = getattr(answers, form)(day)
        saved = journey.log(
            cast.investigator, person, "adverse_event" if "event" in form else form, submission
        )
        assert (form, saved.findings, saved.unanswered) == (form, (), [])


# Adverse events


@pytest.mark.parametrize(
    ("term", "asked"),
    [
        ("Headache", False),
        ("Pain, low back", False),
        ("Handling problem", False),
        ("Headache and nausea", True),
        ("Headache; nausea", True),
        ("Headache, nausea, fever", True),
        ("头痛、恶心", True),
    ],
)
def test_several_events_in_one_term(cast: Cast, person: Participant, term: str, asked: bool) -> None:
    assert ("aeterm.several" in found(cast, person, "adverse_event", aeterm=term)) is asked


def test_an_event_before_the_consent(cast: Cast, person: Participant) -> None:
    consent = journey.day_of(person, "SCR")
    before = consent - timedelta(days=1)
    assert "aestdat.before_consent" in found(cast, person, "adverse_event", before)
    assert found(cast, person, "adverse_event", consent) == set()
    # A month that the consent lies in is no contradiction.
    vague = found(
        cast,
        person,
        "adverse_event",
        consent,
        aestdat=f"{consent:%Y-%m}",
        aeendat=None,
        aeongo="Y",
        aeout="RECOVERING/RESOLVING",
    )
    assert vague == set()


@pytest.mark.parametrize(
    ("outcome", "ongoing", "codes"),
    [
        ("RECOVERED/RESOLVED", "Y", {"aeout.ongoing"}),
        ("RECOVERED/RESOLVED WITH SEQUELAE", "Y", {"aeout.ongoing"}),
        ("NOT RECOVERED/NOT RESOLVED", "Y", set()),
        ("RECOVERED/RESOLVED", "N", {"aeout.no_end"}),
        ("NOT RECOVERED/NOT RESOLVED", "N", set()),
    ],
)
def test_an_outcome_against_the_end(
    cast: Cast, person: Participant, outcome: str, ongoing: str, codes: set[str]
) -> None:
    assert found(cast, person, "adverse_event", aeout=outcome, aeongo=ongoing, aeendat=None) == codes


def test_grade_outcome_criterion_and_end_say_death_together(cast: Cast, person: Participant) -> None:
    fatal = {"aetoxgr": 5, "aesdth": "Y", "aeout": "FATAL"}
    assert found(cast, person, "serious_event", **fatal) == {"aeout.no_end_by_death"}
    for item in fatal:
        usual = {"aetoxgr": 3, "aesdth": "N", "aeout": "RECOVERED/RESOLVED"}
        codes = found(cast, person, "serious_event", **{**fatal, item: usual[item]})
        assert codes == {f"{item}.fatal", "aeout.no_end_by_death"}
    assert "aeser.fatal" in found(cast, person, "adverse_event", aetoxgr=5, aeout="FATAL")


def test_a_death_that_is_an_end_too_raises_no_question(cast: Cast, person: Participant) -> None:
    fatal = {"aetoxgr": 5, "aesdth": "Y", "aeout": "FATAL"}
    log(cast, person, "serious_event", **fatal)
    log(cast, person, "withdrawal", wddecod="DEATH", wdwho="NOBODY")
    assert found(cast, person, "serious_event", **fatal) == set()


def test_grade_4_is_life_threatening(cast: Cast, person: Participant) -> None:
    assert found(cast, person, "serious_event", aetoxgr=4) == {"aeslife.grade"}
    assert found(cast, person, "serious_event", aetoxgr=4, aeslife="Y") == set()
    assert found(cast, person, "adverse_event", aetoxgr=4) == {"aeser.grade"}


def test_an_admission_has_its_date(cast: Cast, person: Participant) -> None:
    assert log(cast, person, "serious_event", aehodat=None).unanswered == ["aehodat"]


def test_nobody_is_discharged_before_the_admission(cast: Cast, person: Participant) -> None:
    day = person.site.today() - timedelta(days=3)
    before = (day - timedelta(days=1)).isoformat()
    assert list(errors(cast, person, "serious_event", day, aehoend=before)) == ["aehoend"]
    assert found(cast, person, "serious_event", day, aehoend=day.isoformat()) == set()


@pytest.mark.parametrize(
    ("days", "time", "codes"),
    [
        (1, "09:00", set()),
        (1, "09:01", {"aerptdat.late"}),
        (0, "09:00", set()),
        (2, "00:00", {"aerptdat.late"}),
    ],
)
def test_a_report_after_24_hours(
    cast: Cast, person: Participant, days: int, time: str, codes: set[str]
) -> None:
    aware = person.site.today() - timedelta(days=3)
    reported = {"aerptdat": (aware + timedelta(days=days)).isoformat(), "aerpttim": time}
    saved = log(cast, person, "serious_event", aware, **reported)
    assert {finding.code for finding in saved.findings} == codes
    assert [finding.deviation for finding in saved.findings] == ["SAE REPORTING"] * len(codes)


@pytest.mark.parametrize(("days", "asked"), [(0, False), (1, True), (2, True)])
def test_a_report_without_its_time_may_have_come_late(
    cast: Cast, person: Participant, days: int, asked: bool
) -> None:
    aware = person.site.today() - timedelta(days=3)
    reported = {"aerptdat": (aware + timedelta(days=days)).isoformat(), "aerpttim": None}
    assert ("aerptdat.late" in found(cast, person, "serious_event", aware, **reported)) is asked


@pytest.mark.parametrize(("hours", "codes"), [(23.9, set()), (24.1, {"aerptdat.late"})])
def test_an_event_that_waits_more_than_24_hours_for_its_report(
    cast: Cast, person: Participant, hours: float, codes: set[str]
) -> None:
    aware = datetime.now(ZoneInfo(person.site.time_zone)) - timedelta(hours=hours)
    clock = {"aeawtim": f"{aware:%H:%M}", "aerptdat": None, "aerpttim": None}
    saved = log(cast, person, "serious_event", aware.date(), **clock)
    assert {finding.code for finding in saved.findings} == codes
    assert [finding.deviation for finding in saved.findings] == ["SAE REPORTING"] * len(codes)


def test_a_report_of_today_without_its_time_lies_not_in_the_future(cast: Cast, person: Participant) -> None:
    today = person.site.today()
    clock = {"aeawtim": "00:00", "aerpttim": None}
    assert log(cast, person, "serious_event", today, **clock).unanswered == ["aerpttim"]


def test_no_report_before_the_awareness(cast: Cast, person: Participant) -> None:
    day = person.site.today() - timedelta(days=3)
    assert list(errors(cast, person, "serious_event", day, aerpttim="08:59")) == ["aerpttim"]
    before = (day - timedelta(days=1)).isoformat()
    assert list(errors(cast, person, "serious_event", day, aerptdat=before)) == ["aerpttim"]


def test_nobody_is_aware_of_what_is_to_come(cast: Cast, person: Participant) -> None:
    later = datetime.now(ZoneInfo(person.site.time_zone)) + timedelta(minutes=2)
    if later.date() != person.site.today():
        pytest.skip("It is midnight at the site: the date alone is refused.")
    clock = {"aeawtim": f"{later:%H:%M}", "aerptdat": None, "aerpttim": None}
    assert list(errors(cast, person, "serious_event", person.site.today(), **clock)) == ["aeawtim"]


def test_a_link_names_a_complication_that_occurred(cast: Cast, person: Participant) -> None:
    assert list(errors(cast, person, "adverse_event", aelink="INJ.injection.complication.HICCUP")) == [
        "aelink"
    ]
    linked = found(cast, person, "adverse_event", aelink="INJ.injection.complication.VASOVAGAL")
    assert linked == {"aelink.not_occurred"}


# Analgesics


@pytest.mark.parametrize(
    ("drug", "codes"),
    [
        ({"cmtrt": "Tramadol", "cmdose": "50"}, set()),
        ({"cmtrt": "Dezocine", "cmdose": "5"}, {"cmtrt.no_factor"}),
        ({"cmtrt": "Tramadol", "cmdose": "50", "cmroute": "INTRAVENOUS"}, {"cmtrt.no_factor"}),
        ({"cmtrt": "曲马多", "cmdose": "50", "cmroute": "INTRAVENOUS"}, {"cmtrt.no_factor"}),
        ({"cmtrt": "Tramadol SR", "cmdose": "50"}, set()),
        ({"cmtrt": "Ibuprofen"}, set()),
        ({"cmtrt": "Tramadol and something"}, {"cmtrt.unknown"}),
    ],
)
def test_an_opioid_without_a_factor_is_asked_about_and_never_0(
    cast: Cast, person: Participant, drug: dict[str, Any], codes: set[str]
) -> None:
    saved = log(cast, person, "medication", **drug)
    assert {finding.code for finding in saved.findings} == codes
    assert saved.reading.header.values["cmmme"] != 0


def test_one_drug_twice_at_a_time(cast: Cast, person: Participant) -> None:
    day = person.site.today() - timedelta(days=10)
    change = day + timedelta(days=4)
    assert found(cast, person, "medication", day, cmongo="N", cmendat=change.isoformat()) == set()
    assert found(cast, person, "medication", change - timedelta(days=1), cmtrt="paracetamol ") == {
        "cmtrt.twice"
    }
    assert found(cast, person, "medication", change, cmtrt="Ibuprofen") == set()


def test_a_changed_dose_begins_on_the_day_on_which_the_last_one_ended(
    cast: Cast, person: Participant
) -> None:
    day = person.site.today() - timedelta(days=10)
    change = day + timedelta(days=4)
    assert found(cast, person, "medication", day, cmongo="N", cmendat=change.isoformat()) == set()
    assert found(cast, person, "medication", change, cmdose="1000") == set()


@pytest.mark.parametrize(("doses", "codes"), [(12, set()), (13, {"cmprn7.many"}), (0, {"cmprn7.none"})])
def test_doses_as_needed(cast: Cast, person: Participant, doses: int, codes: set[str]) -> None:
    assert found(cast, person, "medication", cmdosfrq="PRN", cmprn7=doses) == codes


def test_a_drug_from_before_the_study(cast: Cast, person: Participant) -> None:
    consent = journey.day_of(person, "SCR")
    before, after = consent - timedelta(days=1), consent + timedelta(days=1)
    assert found(cast, person, "medication", before, cmprior="N") == {"cmprior.begin"}
    assert found(cast, person, "medication", after, cmtrt="Ibuprofen", cmprior="Y") == {"cmprior.begin"}
    assert found(cast, person, "medication", before, cmtrt="Metamizole", cmprior="Y") == set()


def test_what_goes_on_has_no_end(cast: Cast, person: Participant) -> None:
    today = person.site.today().isoformat()
    assert list(errors(cast, person, "medication", cmongo="Y", cmendat=today)) == ["cmendat"]


# Deviations


def test_a_proposal_says_what_it_concerns(cast: Cast, person: Participant) -> None:
    assert list(errors(cast, person, "deviation", dvorig="SYSTEM")) == ["dvorig"]


def test_nothing_is_discovered_before_it_happened(cast: Cast, person: Participant) -> None:
    day = person.site.today() - timedelta(days=3)
    before = (day - timedelta(days=1)).isoformat()
    assert list(errors(cast, person, "deviation", day, dvdiscd=before)) == ["dvdiscd"]


def test_a_major_deviation_is_reported(cast: Cast, person: Participant) -> None:
    today = person.site.today().isoformat()
    assert found(cast, person, "deviation", dvsev="MAJOR") == {"dvirbdat.report"}
    assert found(cast, person, "deviation", dvsev="MAJOR", dvirbdat=today) == set()


def test_one_cause_is_judged_once(cast: Cast, person: Participant) -> None:
    proposed = {
        "dvorig": "SYSTEM",
        "dvlink": "W1.window.3",
        "dvconf": "N",
        "dvnotreas": "Holiday",
        "dvsev": None,
    }
    assert found(cast, person, "deviation", **proposed) == set()
    assert found(cast, person, "deviation", **proposed) == {"dvterm.twice"}


def test_a_confirmed_deviation_whose_cause_is_gone(cast: Cast, person: Participant) -> None:
    confirmed = {"dvorig": "SYSTEM", "dvlink": "W1.window.3"}
    assert found(cast, person, "deviation", **confirmed) == {"dvconf.gone"}


# Ends


@pytest.mark.parametrize(("form", "item"), [("withdrawal", "wddecod"), ("treatment_stop", "tsdecod")])
def test_nobody_dies_without_a_fatal_event(cast: Cast, form: str, item: str) -> None:
    participant = journey.enrolled(cast)
    told = errors(cast, participant, form, **{item: "DEATH"})
    assert told == {item: "Record the adverse event with the outcome “fatal” first, then the death."}
    log(cast, participant, "serious_event", aetoxgr=5, aesdth="Y", aeout="FATAL")
    assert log(cast, participant, form, **{item: "DEATH"}).record


@pytest.mark.parametrize(("attempts", "codes"), [(2, {"wddecod.attempts"}), (3, set())])
def test_who_is_lost_was_looked_for(cast: Cast, person: Participant, attempts: int, codes: set[str]) -> None:
    day = person.site.today()
    tried = {"atdat": day.isoformat(), "atmode": "TELEPHONE", "atres": "Nobody answered"}
    lost = answers.withdrawal(day, wddecod="LOST TO FOLLOW-UP", wdwho="NOBODY")
    rows = {str(row): Entry(tried) for row in range(1, attempts + 1)}
    saved = journey.log(cast.investigator, person, "withdrawal", Submission(lost.header, {"attempt": rows}))
    assert {finding.code for finding in saved.findings} == codes


def test_the_last_contact_comes_before_the_withdrawal(cast: Cast, person: Participant) -> None:
    today = person.site.today().isoformat()
    assert found(cast, person, "withdrawal", wdlast=today) == {"wdlast.order"}


def test_a_withdrawal_before_the_consent_is_asked_about(cast: Cast) -> None:
    person = journey.consented(cast)
    early = (journey.day_of(person, "SCR") - timedelta(days=1)).isoformat()
    assert found(cast, person, "withdrawal", wddat=early, wdlast=early) == {"wddat.before_consent"}


def test_who_completed_had_the_last_visit_and_who_did_not_withdrew(cast: Cast) -> None:
    participant = journey.injected(cast)
    journey.follow_up_missed(cast, participant)
    last = journey.day_of(participant, "INJ")
    end = answers.study_end(participant.site.today(), selast=last.isoformat())
    saved = journey.log(cast.investigator, participant, "study_end", end)
    assert [finding.code for finding in saved.findings] == ["secomp.last_planned"]
    end = answers.study_end(participant.site.today(), selast=last.isoformat(), secomp="N", sereas="Moved")
    saved = journey.log(cast.investigator, participant, "study_end", end, 1, saved.record.version, reason="x")
    assert [finding.code for finding in saved.findings] == ["secomp.no_withdrawal"]
    left = answers.withdrawal(participant.site.today())
    journey.log(cast.investigator, participant, "withdrawal", left)
    end = answers.study_end(participant.site.today(), secomp="N", sereas="Moved away")
    saved = journey.log(cast.investigator, participant, "study_end", end, 1, saved.record.version, reason="x")
    assert [finding.code for finding in saved.findings] == ["selast.last_visit"]


def test_every_event_has_its_outcome_at_the_end(cast: Cast) -> None:
    participant = journey.injected(cast)
    log(cast, participant, "adverse_event", aeout=None)
    day = journey.day_of(participant, "INJ").isoformat()
    left = {"secomp": "N", "sereas": "Moved away", "selast": day}
    assert "seaeok.outcomes" in found(cast, participant, "study_end", **left)
