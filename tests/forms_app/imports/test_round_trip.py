"""Export, an empty database, import, export: the same data, byte for byte."""

import csv
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from analytics.exports import store
from analytics.exports.formats import delimited
from analytics.exports.options import Options
from analytics.exports.selection import open_selection
from forms_app.imports.apostrophes import Apostrophes
from forms_app.imports.choices import Choices
from forms_app.models import Import
from forms_app.models.imports import SAVED
from forms_app.selectors import imports as selector
from forms_app.services import imports as service
from forms_app.services import rechecks, records
from tests import answers, journey, lived, sql
from tests.cast import Cast
from tests.exported import written
from trial.access import Role
from trial.audit.context import COMMAND_LINE
from trial.crf import registry
from trial.crf.codelists import MISSING
from trial.crf.submission import Entry, Submission
from trial.lifecycle import PARTICIPANT_STATES
from trial.models import Event, Participant, Record, Site, User, Visit
from trial.services import accounts

pytestmark = pytest.mark.django_db(transaction=True)

# What is told of a form beside its answers, and is not carried: it begins anew where the file is brought in.
NOT_CARRIED = ("record_version", "signed")
# Answers to questions stay where they were given, and they decide whether a form is complete.
EXPLAINED = "01-004"


def everybody(cast: Cast) -> User:
    """Somebody who does everything that a file can ask for, at both sites."""
    accounts.give_role(by=COMMAND_LINE, user=cast.investigator, site=cast.south, role=Role.INVESTIGATOR)
    return User.objects.get(pk=cast.investigator.pk)


def populate(cast: Cast) -> None:
    """A participant in every state, every form and group, every missing code, nasty texts, both sites."""
    lived.whole(cast)
    lived.with_missing_codes(cast)
    lived.with_nasty_texts(cast)
    lived.with_talk(cast)
    journey.added(cast)
    journey.screened(cast)
    journey.screen_failure(cast)
    journey.enrolled(cast)
    finished = journey.injected(cast)
    journey.follow_up_missed(cast, finished)
    journey.complete(cast, finished)
    journey.withdraw(cast, journey.added(cast))
    journey.withdraw(cast, journey.eligible(cast))
    journey.withdraw(cast, journey.injected(cast))
    gap(cast)
    rare_groups(cast)
    journey.added_south(cast)


def rare_groups(cast: Cast) -> None:
    """Consent given again, another treatment between visits, attempts to reach somebody who was lost."""
    participant = journey.injected(cast)
    screened, week = journey.day_of(participant, "SCR"), journey.day_of(participant, "W1")
    renewed = Entry({"recdat": screened.isoformat(), "recver": "2.0", "recreas": "New version"})
    consent = Submission(answers.consent(screened).header, {"reconsent": {"1": renewed}})
    journey.save(cast.investigator, participant, "SCR", "consent", consent, 1, reason="Asked again")
    journey.attend(cast.investigator, participant, "W1")
    other = Entry({"intkind": "PHYSIOTHERAPY", "inttrt": "Six sessions", "intdat": week.isoformat()})
    interval = Submission(answers.interval(intyn="Y").header, {"intervention": {"1": other}})
    journey.save(cast.investigator, participant, "W1", "interval", interval)
    today = participant.site.today()
    tried = {"atdat": today.isoformat(), "atmode": "TELEPHONE", "atres": "Nobody answered"}
    lost = answers.withdrawal(today, wddecod="LOST TO FOLLOW-UP", wdwho="NOBODY")
    withdrawal = Submission(lost.header, {"attempt": {"1": Entry(tried), "2": Entry(tried)}})
    journey.log(cast.investigator, participant, "withdrawal", withdrawal)


def gap(cast: Cast) -> None:
    """The second of three entries of a log was removed."""
    participant = journey.consented(cast)
    day = journey.day_of(participant, "SCR")
    for name in ("Ibuprofen", "Typed twice", "Paracetamol"):
        journey.log(cast.investigator, participant, "medication", answers.medication(day, cmtrt=name))
    twice = Record.objects.get(participant=participant, form="medication", repeat=2)
    records.remove(by=cast.investigator, record=twice, expected_version=1, reason="Typed twice")


def exported(by: User, shape: str) -> dict[str, bytes]:
    with open_selection(by=by, options=Options(shape=shape)) as source:
        return {
            f"{each.name}.csv": delimited.head(each, source.options) + b"".join(source.copy(each))
            for each in source.datasets()
        }


def whole(by: User, **chosen: Any) -> bytes:
    """An export as somebody takes it."""
    return store.path(written(by, **chosen).pk).read_bytes()


def emptied() -> None:
    """A database as it is before the first participant."""
    sql.run("truncate trial_participant restart identity cascade", using="owner")
    sql.run("update trial_site set last_number = 0", using="owner")


def brought_in(by: User, content: bytes, name: str, choices: Choices | None = None) -> None:
    found = service.receive(by=by, content=content, name=name)
    service.decide(by=by, found=found, choices=choices or Choices.of(found.choices))
    while service.run(number=found.pk):
        pass
    found.refresh_from_db()
    assert not found.problem
    problems = list(selector.lines(found))
    assert not problems, problems[:5]
    service.save(by=by, found=found, reason="Migration of the pilot")
    while service.run(number=found.pk):
        pass
    found.refresh_from_db()
    assert found.state == SAVED, [*selector.lines(found)][:5]
    assert found.content is None


def carried(content: bytes) -> list[dict[str, str]]:
    """The rows without what is documented not to be carried."""
    rows = csv.DictReader(io.StringIO(content.decode(), newline=""))
    return [{name: cell for name, cell in row.items() if is_carried(name, row)} for row in rows]


def is_carried(name: str, row: dict[str, str]) -> bool:
    is_state = name.endswith("_state") and name != "participant_state"
    return name not in NOT_CARRIED and not (is_state and row["participant"] == EXPLAINED)


def tables(by: User) -> dict[str, bytes]:
    """Every shape, once the checks that look at several forms have looked."""
    for participant in rechecks.everybody():
        rechecks.recheck(participant=participant)
    return {**exported(by, "forms"), **exported(by, "long"), **exported(by, "wide")}


def assert_same(before: dict[str, bytes], after: dict[str, bytes]) -> None:
    assert before.keys() == after.keys()
    for name, content in before.items():
        assert carried(after[name]) == carried(content), name


def assert_everything_is_there(before: dict[str, bytes]) -> None:
    """Each form and group has rows, and each state and each missing code stands somewhere."""
    rows = {
        name: list(csv.DictReader(io.StringIO(text.decode(), newline=""))) for name, text in before.items()
    }
    parts = [f"{form.code}_{group.code}" for form in registry.FORMS for group in form.groups]
    assert [part for part in [*parts, *registry.codes(), "visits"] if not rows[f"{part}.csv"]] == []
    assert {row["participant_state"] for row in rows["participants.csv"]} == set(PARTICIPANT_STATES)
    assert {row["missing"] for row in rows["long.csv"]} >= set(MISSING.codes)


def as_long_table(by: User) -> tuple[bytes, str]:
    return exported(by, "long")["long.csv"], "long.csv"


def as_forms(by: User) -> tuple[bytes, str]:
    return whole(by, shape="forms"), "export.zip"


def as_forms_otherwise(by: User) -> tuple[bytes, str]:
    """With labels beside the codes, semicolons, decimal commas and a byte order mark."""
    how = {"values": "both", "separator": ";", "decimal": ",", "byte_order_mark": "true"}
    return whole(by, shape="forms", **how), "export.zip"


def as_odm(by: User) -> tuple[bytes, str]:
    return whole(by, format="odm"), "export.zip"


def as_odm_alone(by: User) -> tuple[bytes, str]:
    with zipfile.ZipFile(io.BytesIO(whole(by, format="odm"))) as archive:
        return archive.read("odm.xml"), "odm.xml"


@pytest.mark.parametrize("made", [as_forms, as_forms_otherwise, as_odm, as_odm_alone])
@pytest.mark.requirement("FAS.returns")
def test_what_was_exported_comes_back_whole(cast: Cast, made: Callable[[User], tuple[bytes, str]]) -> None:
    populate(cast)
    by = everybody(cast)
    before = tables(by)
    assert_everything_is_there(before)
    file = made(by)
    emptied()
    assert not Participant.objects.exists()
    brought_in(by, *file)
    after = tables(by)
    assert_same(before, after)


def test_the_long_shape_comes_back_with_the_visits_that_have_forms(cast: Cast) -> None:
    lived.whole(cast)
    lived.with_missing_codes(cast)
    by = everybody(cast)
    before = {"long.csv": tables(by)["long.csv"]}
    content, name = as_long_table(by)
    emptied()
    found = service.receive(by=by, content=content, name=name)
    proposed = Choices.of(found.choices)
    choices = Choices(proposed.table, proposed.columns, "IN PERSON", Apostrophes.KEEP)
    brought_in(by, content, name, choices)
    assert_same(before, {"long.csv": tables(by)["long.csv"]})


@pytest.mark.requirement("FAS.returns")
def test_a_file_that_was_brought_in_changes_nothing_a_second_time(cast: Cast) -> None:
    populate(cast)
    by = everybody(cast)
    file = as_forms(by)
    emptied()
    brought_in(by, *file)
    events, versions = Event.objects.count(), list(Record.objects.order_by("id").values_list("id", "version"))
    brought_in(by, *file)
    assert Event.objects.count() == events
    assert list(Record.objects.order_by("id").values_list("id", "version")) == versions


def test_each_change_stands_in_the_audit_with_the_route_and_the_reason(cast: Cast) -> None:
    lived.whole(cast)
    by = everybody(cast)
    file = as_forms(by)
    emptied()
    last = Event.objects.order_by("-id").values_list("id", flat=True)[0]
    brought_in(by, *file)
    key = Import.objects.get().key.hex
    written = Event.objects.filter(id__gt=last)
    assert set(written.values_list("route", "request_id", "actor_id")) == {("import", key, by.pk)}
    forms = written.filter(table_name="trial_pain")
    assert set(forms.values_list("reason", flat=True)) == {"Migration of the pilot"}
    assert Visit.objects.exists()
    assert Site.objects.get(code="01").last_number == 1


def test_an_export_that_was_altered_on_the_way_is_refused(cast: Cast) -> None:
    lived.with_missing_codes(cast)
    by = everybody(cast)
    content = whole(by, shape="forms")
    altered = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(altered, "w") as new:
        for each in old.infolist():
            pain = old.read(each)
            new.writestr(each, pain.replace(b",4,", b",3,") if each.filename == "pain.csv" else pain)
    found = service.receive(by=by, content=altered.getvalue(), name="export.zip")
    service.decide(by=by, found=found, choices=Choices.of(found.choices))
    assert not service.run(number=found.pk)
    found.refresh_from_db()
    assert "pain.csv: changed" in found.problem
