"""For each form, made from its declaration: what cannot be stored is refused on every way in, what is
doubtful is kept, asked about and exported, and what is derived follows its sources and cannot be set.

That the database refuses each of the hard limits too is tried in `tests/trial/crf/test_constraints.py`.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from forms_app.models import Query
from tests import answers, client, journey
from tests.analytics.exports.files_read import rows_of
from tests.cast import Cast
from tests.declared import asking, changed, first_row, refused
from trial.crf import registry
from trial.crf.answers import Answers, Row
from trial.crf.items import Item
from trial.crf.reading import read
from trial.crf.submission import Entry, Submission
from trial.models import Participant, Record
from trial.protocol import STUDY

pytestmark = pytest.mark.django_db

every_form = pytest.mark.parametrize("form", registry.FORMS, ids=lambda form: form.code)


def visit_of(form: str) -> str | None:
    """The first planned visit that has the form; None for a log."""
    return next((visit.code for visit in STUDY.schedule.planned if form in visit.forms), None)


@pytest.fixture
def treated(cast: Cast) -> Participant:
    """Somebody for whom every form is open."""
    participant = journey.injected(cast)
    for visit in ("BL", "W1"):
        journey.attend(cast.investigator, participant, visit)
    return participant


def complete(participant: Participant, form: str) -> Submission:
    day = journey.day_of(participant, visit_of(form) or "W1")
    return answers.every_form(day)[form]


def address(participant: Participant, form: str) -> str:
    visit = visit_of(form)
    return f"{participant.code}/" + (f"visits/{visit}/forms/{form}/" if visit else f"logs/{form}/1/")


def page(participant: Participant, form: str) -> str:
    visit = visit_of(form)
    if visit is None:
        return reverse("log-new", args=[participant.code, form])
    return reverse("record", args=[participant.code, visit, form])


def put(cast: Cast, participant: Participant, form: str, submission: Submission) -> Any:
    """Send a form by the API, whether it is there already or not."""
    held = version(participant, form)
    body = journey.body(submission, reason="a typing error")
    if held is None:
        return client.create(cast.investigator, address(participant, form), body)
    return client.change(cast.investigator, address(participant, form), body, held)


def version(participant: Participant, form: str) -> int | None:
    return Record.objects.filter(participant=participant, form=form).values_list("version", flat=True).first()


# Hard limits


def tables(form: type[Answers]) -> tuple[type[Row], ...]:
    return (form, *form.groups)


def breaches(form: type[Answers]) -> Iterator[tuple[type[Row], Item, Any]]:
    for table in tables(form):
        for item in table.items():
            if not item.derived:
                yield from ((table, item, value) for value in refused(item))


def broken(
    participant: Participant, form: type[Answers], table: type[Row], item: Item, value: Any
) -> Submission:
    values = {**asking(table, item), str(item.name): value}
    return changed(form, complete(participant, form.code), first_row(table), values)


@every_form
def test_the_api_refuses_what_no_item_can_hold(cast: Cast, treated: Participant, form: type[Answers]) -> None:
    before = version(treated, form.code)
    for table, item, value in breaches(form):
        answer = put(cast, treated, form.code, broken(treated, form, table, item, value))
        told = client.problem(answer, 422, "answers")["errors"]
        assert f"{first_row(table)}{item.name}" in told, (item.name, value)
    assert version(treated, form.code) == before


@every_form
def test_the_screen_refuses_it_too_and_keeps_what_was_typed(
    cast: Cast, treated: Participant, form: type[Answers]
) -> None:
    browser = Client()
    browser.force_login(cast.investigator)
    before = version(treated, form.code)
    for table in tables(form):
        item = next(item for item in table.items() if item.name in typed_into(table))
        value = next(refused(item))
        fields = typed(broken(treated, form, table, item, value))
        answer = browser.post(page(treated, form.code), {**fields, "version": before or ""})
        text = answer.content.decode()
        assert answer.status_code == 422
        place = f"{first_row(table)}{item.name}".replace(".", "-").replace(" ", "_")
        assert f'id="f-{place}-error"' in text
    assert version(treated, form.code) == before


def typed_into(table: type[Row]) -> list[str]:
    return [str(item.name) for item in table.items() if not item.derived and not item.system]


def typed(submission: Submission) -> dict[str, str]:
    rows = {"": submission.header}
    for code, entries in submission.groups.items():
        rows |= {f"{code}.{key}.": entry for key, entry in entries.items()}
    return {
        f"{prefix}{name}": text(value) for prefix, row in rows.items() for name, value in row.items.items()
    }


def text(value: Any) -> str:
    return ";".join(value) if isinstance(value, list) else str(value)


# Soft limits

# For each form: answers that are possible and doubtful, and the question that they raise.
DOUBTS: dict[str, tuple[str, dict[str, Any], str]] = {
    "consent": ("", {"iccopy": "N"}, "iccopy.no_copy"),
    "demographics": ("", {"weight": "130.1"}, "weight.soft"),
    "surgery": ("operation.1.", {"levels": ["L3-4"]}, "operation.1.levels.target"),
    "prior_treatment": ("block.1.", {"mbbmin": 61}, "block.1.mbbmin.soft"),
    "mri": ("", {"tlfleft": "6.1"}, "tlfleft.soft"),
    "eligibility": ("", {"scrnrs": 3}, "incl07.evidence"),
    "pain": ("", {"nrs_avg24": 7, "nrs_worst24": 6}, "nrs_worst24.worst_below_average"),
    "motion": ("", {"rom_t1": "4.9", "rom_t2": "5.1", "rom_t3": "5.2"}, "rom_t1.soft"),
    "disability": ("", {f"odi{number:02}": 5 for number in range(1, 11)}, "odi_pct.all_highest"),
    "injection": ("side.LEFT.", {"ndlga": 19}, "side.LEFT.ndlga.soft"),
    "interval": ("", {"aeyn": "Y"}, "aeyn.log"),
    "adverse_event": ("", {"aeterm": "Headache and nausea"}, "aeterm.several"),
    "medication": ("", {"cmtrt": "Dihydrocodeine"}, "cmtrt.no_factor"),
    "deviation": ("", {"dvsev": "MAJOR"}, "dvirbdat.report"),
    "withdrawal": ("", {"wdlast": "today"}, "wdlast.order"),
    "study_end": ("", {"secomp": "N", "sereas": "Moved away"}, "secomp.no_withdrawal"),
}
# Its answers are codes and a date: nothing of it can be doubtful.
WITHOUT_DOUBTS = {"treatment_stop"}


def test_every_form_has_a_doubt_here() -> None:
    assert set(DOUBTS) | WITHOUT_DOUBTS == set(registry.codes())


@pytest.mark.parametrize("code", DOUBTS)
def test_a_doubtful_answer_is_kept_and_asked_about(cast: Cast, treated: Participant, code: str) -> None:
    saved = put(cast, treated, code, doubtful(treated, code))
    assert saved.status_code in (200, 201), saved.json()
    kept = client.get(cast.investigator, address(treated, code)).json()
    prefix, values, question = DOUBTS[code]
    assert kept["state"] == "in progress"
    assert [each["state"] for each in kept["queries"] if each["check"] == question] == ["open"]
    assert Query.objects.filter(record__participant=treated, state="open").exists()
    sent = doubtful(treated, code)
    group, key = prefix.split(".")[:2] if prefix else ("", "")
    row = (sent.groups[group][key] if prefix else sent.header).items
    for name in values:
        assert text(at(kept, f"{prefix}{name}")) == text(plain(row[name])), name


def plain(value: Any) -> Any:
    """A number as JSON writes it; everything else as it was sent."""
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return value


def doubtful(participant: Participant, code: str) -> Submission:
    form = registry.form(code)
    assert form is not None
    prefix, values, _question = DOUBTS[code]
    today = participant.site.today().isoformat()
    said = {name: today if value == "today" else value for name, value in values.items()}
    return changed(form, complete(participant, code), prefix, said)


@pytest.mark.django_db(transaction=True)
def test_doubtful_answers_are_exported_like_others(cast: Cast, treated: Participant) -> None:
    # The ends end the participation: they come last, and one excludes the other.
    for code in DOUBTS:
        if code not in ("withdrawal", "study_end"):
            assert put(cast, treated, code, doubtful(treated, code)).status_code in (200, 201), code
    exported = {
        (row["form"], row["group"], row["group_key"], row["item"]): row["value"]
        for row in rows_of(cast.investigator, "long")
        if row["visit"] == (visit_of(row["form"]) or "")
    }
    assert exported["demographics", "", "", "weight"] == "130.1"
    assert exported["surgery", "operation", "1", "levels"] == "L3-4"
    assert exported["prior_treatment", "block", "1", "mbbmin"] == "61"
    assert exported["mri", "", "", "tlfleft"] == "6.1"
    assert exported["eligibility", "", "", "scrnrs"] == "3"
    assert exported["injection", "side", "LEFT", "ndlga"] == "19"
    assert exported["medication", "", "", "cmtrt"] == "Dihydrocodeine"
    assert exported["medication", "", "", "cmmme"] == ""
    assert {form for form, _group, _key, _item in exported} == set(DOUBTS) - {"withdrawal", "study_end"}


# Derived items


def other_answers(participant: Participant) -> dict[str, Submission]:
    """For each form with derived items, answers after which every one of them is another."""
    day = journey.day_of(participant, "INJ")
    screened = journey.day_of(participant, "SCR")
    methylprednisolone = {"ectrt": "Methylprednisolone", "ecstrn": "40", "ecvol": 1}
    drugs = {
        "1": answers.drug(ecvol=20),
        "2": answers.drug(lat="RIGHT"),
        "3": answers.drug(**methylprednisolone),
    }
    seen = {"dispcrn": "L2", "dispcau": "L4"}
    odi = answers.disability(4, odi08="")
    return {
        "demographics": answers.demographics(weight="72"),
        "surgery": answers.surgery(screened, answers.operation(screened, levels=["L4-5", "L5-S1"])),
        "prior_treatment": answers.prior_treatment(screened, blocks=[answers.block(screened, mbbpost=4)]),
        "eligibility": answers.eligibility(screened, excl03="Y"),
        "motion": answers.motion(30, 31, 32),
        "disability": Submission(Entry(odi.header.items, {"odi08": "REF"})),
        "injection": answers.injection(day, left=seen, drugs=drugs),
        "medication": answers.medication(day, cmtrt="Tramadol", cmdose="50"),
    }


def derived_values(form: type[Answers], submission: Submission, day: date) -> dict[str, Any]:
    """Each derived item of the first rows, by path."""
    reading = read(form, submission, day)
    assert reading.errors == {}
    first = {first_row(table) for table in tables(form)}
    return {
        f"{prefix}{item.name}": row.values.get(item.name)
        for prefix, row in reading.rows()
        for item in row.row.items()
        if item.derived and prefix in first
    }


DERIVING = [form for form in registry.FORMS if any(item.derived for t in tables(form) for item in t.items())]


@pytest.mark.parametrize("form", DERIVING, ids=lambda form: form.code)
def test_every_derived_item_follows_its_sources(
    cast: Cast, treated: Participant, form: type[Answers]
) -> None:
    first, second = complete(treated, form.code), other_answers(treated)[form.code]
    today = treated.site.today()
    before, after = derived_values(form, first, today), derived_values(form, second, today)
    assert [path for path in before if before[path] == after.get(path)] == []
    assert len(before) == sum(item.derived for table in tables(form) for item in table.items())
    put(cast, treated, form.code, first)
    assert put(cast, treated, form.code, second).status_code == 200
    kept = client.get(cast.investigator, address(treated, form.code)).json()
    for path, value in after.items():
        assert at(kept, path) == (float(value) if isinstance(at(kept, path), float) else value), path


def at(document: dict[str, Any], path: str) -> Any:
    *group, name = path.split(".")
    row = document["groups"][group[0]][group[1]] if group else document
    return row["items"][name]


@pytest.mark.parametrize("form", DERIVING, ids=lambda form: form.code)
def test_no_derived_item_can_be_set(cast: Cast, treated: Participant, form: type[Answers]) -> None:
    whole = complete(treated, form.code)
    wrong = derived_values(form, other_answers(treated)[form.code], treated.site.today())
    for path, value in wrong.items():
        prefix, name = path.rpartition(".")[0], path.rpartition(".")[2]
        sent = changed(form, whole, f"{prefix}." if prefix else "", {name: str(value)})
        answer = put(cast, treated, form.code, sent)
        assert path in client.problem(answer, 422, "answers")["errors"]
