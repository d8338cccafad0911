"""Bringing in a file: what each step refuses, what judging leaves behind (nothing), and who may."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forms_app.imports import gathered, received
from forms_app.imports.choices import Choices, proposed
from forms_app.models import Import, ImportUnit, Query
from forms_app.models.imports import DISCARDED, FAILED, JUDGED, JUDGING, SAVED, TO_MAP
from forms_app.selectors import documents
from forms_app.selectors import imports as selector
from forms_app.services import import_acts, import_failure, import_turn, records
from forms_app.services import imports as service
from tests import answers, journey, sql
from tests.cast import Cast
from trial.access import Role
from trial.audit.context import COMMAND_LINE
from trial.models import Event, Membership, Pain, Participant, Record, User, Visit
from trial.refusals import Refusal
from trial.services import accounts

pytestmark = pytest.mark.django_db

HEAD = "participant,visit,visit_date,contact_mode,nrs_avg24,nrs_now\n"


def pain(participant: Participant, *cells: str, visit: str = "BL") -> bytes:
    """A file of pain with one row."""
    day = journey.day_of(participant, visit).isoformat()
    return (HEAD + ",".join((participant.code, visit, day, "IN PERSON", *cells)) + "\n").encode()


def judged(by: User, content: bytes, name: str = "pain.csv", **changes: Any) -> Import:
    found = service.receive(by=by, content=content, name=name)
    service.decide(by=by, found=found, choices=Choices.of({**found.choices, **changes}))
    return run(found)


def run(found: Import) -> Import:
    while service.run(number=found.pk):
        pass
    found.refresh_from_db()
    return found


def saved(by: User, found: Import, *, skips: bool = False) -> Import:
    service.save(by=by, found=found, reason="Paper forms of May", skips=skips)
    return run(found)


def told(found: Import) -> list[tuple[int, str, str]]:
    return [(line.row, line.column, line.value) for line in selector.lines(found)]


def standing() -> tuple[int, int, int, int]:
    return Event.objects.count(), Record.objects.count(), Visit.objects.count(), Query.objects.count()


def refusal(act: Any) -> str:
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value.code


@pytest.mark.requirement("FAS.judged")
def test_a_visit_and_its_form_are_judged_without_a_trace_and_saved(cast: Cast) -> None:
    participant = journey.eligible(cast)
    before = standing()
    found = judged(cast.coordinator, pain(participant, "7", "5"))
    assert (found.state, found.rows, standing()) == (JUDGED, 1, before)
    counts = selector.counts(found)
    assert (counts["visit"]["new"], counts["record"]["new"]) == (1, 1)
    saved(cast.coordinator, found)
    assert found.state == SAVED
    record = Record.objects.get(participant=participant, form="pain")
    assert record.visit
    assert record.visit.contact_mode == "IN PERSON"
    event = Event.objects.get(table_name="trial_pain")
    assert (event.route, event.request_id, event.reason) == ("import", found.key.hex, "Paper forms of May")
    assert event.actor_id == cast.coordinator.pk


@pytest.mark.requirement("FAS.judged")
def test_a_refused_cell_is_told_by_row_and_column_in_the_words_of_the_screen(cast: Cast) -> None:
    participant = journey.eligible(cast)
    found = judged(cast.coordinator, pain(participant, "11", "x"))
    assert told(found) == [(2, "nrs_avg24", "11"), (2, "nrs_now", "x")]
    sentences = [line.sentence for line in selector.lines(found)]
    assert sentences[0].startswith("Enter a value between 0 and 10")
    assert refusal(lambda: saved(cast.coordinator, found)) == "import_refused"
    assert not Record.objects.filter(form="pain").exists()


def test_what_is_refused_is_left_out_and_listed_when_somebody_says_so(cast: Cast) -> None:
    one, other = journey.eligible(cast), journey.eligible(cast)
    content = pain(one, "11", "") + pain(other, "4", "").splitlines()[1] + b"\n"
    found = saved(cast.coordinator, judged(cast.coordinator, content), skips=True)
    assert found.state == SAVED
    assert [record.participant for record in Record.objects.filter(form="pain")] == [other]
    assert told(found) == [(2, "nrs_avg24", "11")]
    assert Visit.objects.filter(participant=one, code="BL").exists()


def test_the_same_file_again_changes_nothing(cast: Cast) -> None:
    participant = journey.eligible(cast)
    content = pain(participant, "7", "5")
    saved(cast.coordinator, judged(cast.coordinator, content))
    before = standing()
    again = judged(cast.coordinator, content)
    assert selector.counts(again)["record"] == {"unchanged": 1}
    saved(cast.coordinator, again)
    assert standing() == before


def test_a_change_of_a_complete_form_takes_the_reason_of_the_import(cast: Cast) -> None:
    participant = journey.with_outcomes(cast)
    found = judged(cast.coordinator, pain(participant, "3", ""))
    assert selector.counts(found)["record"] == {"changed": 1}
    saved(cast.coordinator, found)
    record = Record.objects.get(participant=participant, visit__code="BL", form="pain")
    assert record.version == 2


def test_what_the_file_has_no_column_for_stays(cast: Cast) -> None:
    participant = journey.eligible(cast)
    journey.attend(cast.investigator, participant, "BL")
    journey.save(cast.investigator, participant, "BL", "pain", answers.pain(7, nrs_worst24=9, nrs_now=2))
    found = judged(cast.coordinator, pain(participant, "6", ""))
    saved(cast.coordinator, found)
    items = items_of(participant)
    assert (items["nrs_avg24"], items["nrs_worst24"], items["nrs_now"]) == (6, 9, None)


def items_of(participant: Participant) -> dict[str, Any]:
    record = Record.objects.get(participant=participant, form="pain")
    items: dict[str, Any] = documents.read(record).plain()["items"]
    return items


def test_data_that_moved_since_they_were_judged_are_not_written_over(cast: Cast) -> None:
    participant = journey.with_outcomes(cast)
    found = judged(cast.coordinator, pain(participant, "3", ""))
    journey.save(cast.investigator, participant, "BL", "pain", answers.pain(5), 1, reason="Read again")
    assert refusal(lambda: saved(cast.coordinator, found)) == "import_moved"
    service.decide(by=cast.coordinator, found=found, choices=Choices.of(found.choices))
    saved(cast.coordinator, run(found))
    assert average_at_baseline(participant) == 3


def average_at_baseline(participant: Participant) -> int:
    pain = Pain.objects.get(record__participant=participant, record__visit__code="BL")
    value: int = pain.nrs_avg24
    return value


def test_what_moves_after_saving_began_is_refused_and_told(cast: Cast) -> None:
    participant = journey.with_outcomes(cast)
    found = judged(cast.coordinator, pain(participant, "3", ""))
    service.save(by=cast.coordinator, found=found, reason="Paper")
    journey.save(cast.investigator, participant, "BL", "pain", answers.pain(5), 1, reason="Read again")
    run(found)
    assert (found.state, average_at_baseline(participant)) == (SAVED, 5)
    (line,) = selector.lines(found)
    assert line.row == 2


def test_codes_come_in_their_turn_and_no_other_is_given(cast: Cast) -> None:
    content = b"participant,participant_state\n01-001,screening\n01-003,screening\n09-001,screening\nx,\n"
    found = judged(cast.coordinator, content, "participants.csv")
    lines = {line.participant: line.sentence for line in selector.lines(found)}
    assert set(lines) == {"01-003", "09-001", "x"}
    assert "gets the code 01-002" in lines["01-003"]
    assert "No site of this study" in lines["09-001"]
    saved(cast.coordinator, found, skips=True)
    assert [each.code for each in Participant.objects.all()] == ["01-001"]


def test_a_site_at_which_somebody_brings_in_nothing_is_refused(cast: Cast) -> None:
    journey.added_south(cast)
    found = judged(cast.coordinator, b"participant,participant_state\n02-001,\n", "participants.csv")
    (line,) = selector.lines(found)
    assert "import data from files" in line.sentence


def test_who_may_not_enrol_enrols_by_no_file_either(cast: Cast) -> None:
    participant = journey.eligible(cast)
    content = f"participant,participant_state\n{participant.code},enrolled\n".encode()
    found = judged(cast.coordinator, content, "participants.csv")
    enrolment, state = selector.lines(found)
    assert "enrol participants" in enrolment.sentence
    assert state.sentence.startswith("The file says “enrolled”, and what is saved leads to “eligible”")
    found = judged(cast.investigator, content, "participants.csv")
    saved(cast.investigator, found)
    assert journey.again(participant).state == "enrolled"


def test_who_has_lost_the_right_saves_nothing(cast: Cast) -> None:
    participant = journey.eligible(cast)
    found = judged(cast.coordinator, pain(participant, "7", ""))
    service.save(by=cast.coordinator, found=found, reason="Paper")
    for membership in Membership.objects.filter(user=cast.coordinator):
        accounts.end_role(by=COMMAND_LINE, membership=membership, last_day=None, reason="Left the site")
    run(found)
    assert not Record.objects.filter(form="pain").exists()
    assert [line.participant for line in selector.lines(found)] == [participant.code]


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.INVESTIGATOR, Role.COORDINATOR)])
def test_nobody_else_sends_a_file(cast: Cast, role: Role) -> None:
    def send() -> None:
        service.receive(by=cast.with_role(role), content=b"a,b\n", name="x.csv")

    assert refusal(send) == "right"


def test_a_file_that_is_too_large_is_refused(cast: Cast, settings: Any) -> None:
    settings.ATTACHMENT_MB = 0
    assert refusal(lambda: service.receive(by=cast.coordinator, content=b"a,b\n", name="x")) == "import_large"


def test_a_name_of_a_file_that_cannot_be_stored_is_refused(cast: Cast) -> None:
    for name in ("x" * 201, "a\x01b.csv"):
        send = lambda name=name: service.receive(by=cast.coordinator, content=b"a,b\n", name=name)  # noqa: E731
        assert refusal(send) == "answers"


def test_a_file_that_breaks_further_down_is_told_and_left(cast: Cast) -> None:
    found = judged(cast.coordinator, HEAD.encode() + b"01-001,BL\n")
    assert found.state == FAILED
    assert "Row 2 of “pain.csv” has 2 cells" in found.problem
    assert found.content is None


def test_what_was_decided_of_columns_is_remembered(cast: Cast) -> None:
    content = b"id,mood,participant_state\n01-001,good,screening\n"
    found = service.receive(by=cast.coordinator, content=content, name="people.csv")
    assert found.choices["table"] == ""
    columns = {"id": "participant", "mood": "", "participant_state": "participant_state"}
    service.decide(by=cast.coordinator, found=found, choices=Choices("participants", columns))
    again = service.receive(by=cast.coordinator, content=content, name="people-2.csv")
    assert again.choices == Choices("participants", columns).plain()
    assert service.receive(by=cast.investigator, content=content, name="p.csv").choices["table"] == ""


def test_columns_that_are_not_decided_are_not_judged(cast: Cast) -> None:
    found = service.receive(by=cast.coordinator, content=b"id,visit\n1,BL\n", name="x.csv")
    undecided = proposed("pain", found.columns)
    decide = lambda: service.decide(by=cast.coordinator, found=found, choices=undecided)  # noqa: E731
    assert refusal(decide) == "import_columns"
    found.refresh_from_db()
    assert found.state == TO_MAP


def test_saving_needs_a_reason_and_a_judgement(cast: Cast) -> None:
    participant = journey.eligible(cast)
    found = service.receive(by=cast.coordinator, content=pain(participant, "7", ""), name="pain.csv")
    save = service.save
    assert refusal(lambda: save(by=cast.coordinator, found=found, reason="x")) == "import_state"
    judged_one = judged(cast.coordinator, pain(participant, "7", ""))
    assert refusal(lambda: save(by=cast.coordinator, found=judged_one, reason="  ")) == "import_reason"
    assert refusal(lambda: save(by=cast.coordinator, found=judged_one, reason="x" * 301)) == "answers"


def test_a_file_is_thrown_away_with_everything_that_was_read_of_it(cast: Cast) -> None:
    participant = journey.eligible(cast)
    found = judged(cast.coordinator, pain(participant, "7", ""))
    service.discard(by=cast.coordinator, found=found)
    found.refresh_from_db()
    assert (found.state, found.content, ImportUnit.objects.count()) == (DISCARDED, None, 0)
    assert refusal(lambda: service.discard(by=cast.coordinator, found=found)) == "import_state"


def test_what_nobody_saved_goes_in_time_and_its_hash_stays(cast: Cast) -> None:
    participant = journey.eligible(cast)
    found = judged(cast.coordinator, pain(participant, "7", ""))
    assert service.clear() == 0
    Import.objects.update(expires_at=timezone.now() - timedelta(days=1))
    assert service.clear() == 1
    found.refresh_from_db()
    assert (found.state, found.content, found.units.count()) == (DISCARDED, None, 0)
    assert len(found.sha256) == 64
    assert service.clear() == 0


def test_two_tasks_never_work_on_one_file(cast: Cast) -> None:
    participant = journey.eligible(cast)
    found = service.receive(by=cast.coordinator, content=pain(participant, "7", ""), name="pain.csv")
    service.decide(by=cast.coordinator, found=found, choices=Choices.of(found.choices))
    another = sql.value(import_turn.TAKE, [f"import {found.pk}"], using="owner")
    try:
        assert another
        assert not service.run(number=found.pk)
        found.refresh_from_db()
        assert (found.state, found.rows, found.attempts) == (JUDGING, 0, 0)
        assert selector.under_way() == [found.pk]
    finally:
        sql.run(import_turn.RELEASE, [f"import {found.pk}"], using="owner")
    assert run(found).state == JUDGED
    assert selector.under_way() == []
    assert sql.value(import_turn.TAKE, [f"import {found.pk}"], using="owner")
    sql.run(import_turn.RELEASE, [f"import {found.pk}"], using="owner")


class Killed(BaseException):
    """A worker ends in the middle, and says nothing."""


def killed(*_arguments: Any, **_named: Any) -> Any:
    raise Killed


def die(found: Import, times: int) -> None:
    """Workers take the import up so often, and each of them ends."""
    for attempt in range(1, times + 1):
        with pytest.raises(Killed):
            service.run(number=found.pk)
        found.refresh_from_db()
        assert (found.is_running, found.attempts) == (True, attempt)


def test_a_file_that_kills_who_reads_it_is_given_up(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    participant = journey.eligible(cast)
    found = service.receive(by=cast.coordinator, content=pain(participant, "7", ""), name="pain.csv")
    service.decide(by=cast.coordinator, found=found, choices=Choices.of(found.choices))
    monkeypatch.setattr(received, "gather", killed)
    die(found, import_failure.ATTEMPTS)
    assert not service.run(number=found.pk)
    found.refresh_from_db()
    assert (found.state, found.content, found.units.count()) == (FAILED, None, 0)
    assert found.problem.startswith("Nothing was saved. 3 times the worker ended while it read the file")
    assert "Send it in parts" in found.problem
    assert selector.under_way() == []


def test_a_participant_that_kills_who_judges_it_is_named(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = journey.eligible(cast), journey.eligible(cast)
    content = pain(first, "7", "") + pain(second, "4", "").splitlines()[1] + b"\n"
    found = service.receive(by=cast.coordinator, content=content, name="pain.csv")
    service.decide(by=cast.coordinator, found=found, choices=Choices.of(found.choices))
    service.run(number=found.pk, seconds=0)
    monkeypatch.setattr(import_acts, "judge", killed)
    die(found, import_failure.ATTEMPTS)
    assert not service.run(number=found.pk)
    found.refresh_from_db()
    assert (found.state, found.units.count()) == (FAILED, 0)
    assert f"while it judged {first.code}" in found.problem


def test_what_was_saved_before_a_worker_was_killed_for_good_is_told(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other, third = (journey.eligible(cast) for _ in range(3))
    rows = [pain(each, "6", "").splitlines()[1] for each in (one, other, third)]
    found = judged(cast.coordinator, HEAD.encode() + b"\n".join(rows) + b"\n")
    service.save(by=cast.coordinator, found=found, reason="Paper")
    save = import_acts.save

    def killed_by_the_second(**named: Any) -> Any:
        return killed() if named["content"].participant == other.code else save(**named)

    monkeypatch.setattr(import_acts, "save", killed_by_the_second)
    with pytest.raises(Killed):
        service.run(number=found.pk)
    found.refresh_from_db()
    assert found.attempts == 0, "the first participant was saved, so it came further"
    die(found, import_failure.ATTEMPTS)
    assert not service.run(number=found.pk)
    found.refresh_from_db()
    assert (found.state, found.content, found.is_saving) == (FAILED, None, True)
    assert found.problem.startswith("1 of 3 participants were saved, each whole; those that were not are")
    assert f"3 times the worker ended while it saved {other.code}." in found.problem
    assert [line.participant for line in selector.lines(found)] == [other.code, third.code]
    assert selector.counts(found)["participant"] == {"unchanged": 1, "refused": 2}
    assert [each.participant for each in Record.objects.filter(form="pain")] == [one]
    monkeypatch.setattr(import_acts, "save", save)
    again = judged(cast.coordinator, HEAD.encode() + b"\n".join(rows) + b"\n")
    assert selector.counts(again)["record"] == {"unchanged": 1, "new": 2}


def test_how_far_reading_is_can_be_seen(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    participant = journey.eligible(cast)
    monkeypatch.setattr(service, "TELL_SECONDS", 0)
    monkeypatch.setattr(gathered, "TOLD_EVERY", 1)
    found = service.receive(by=cast.coordinator, content=pain(participant, "7", ""), name="pain.csv")
    service.decide(by=cast.coordinator, found=found, choices=Choices.of(found.choices))
    gather, seen = received.gather, []

    def watched(*arguments: Any) -> None:
        gather(*arguments)
        seen.append(Import.objects.get().rows)

    monkeypatch.setattr(received, "gather", watched)
    run(found)
    assert seen == [1]


def test_a_file_that_is_thrown_away_while_it_is_read_leaves_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    participant = journey.eligible(cast)
    found = service.receive(by=cast.coordinator, content=pain(participant, "7", ""), name="pain.csv")
    service.decide(by=cast.coordinator, found=found, choices=Choices.of(found.choices))
    gather = received.gather

    def discarded(*arguments: Any) -> None:
        gather(*arguments)
        service.discard(by=cast.coordinator, found=found)

    monkeypatch.setattr(received, "gather", discarded)
    assert not service.run(number=found.pk)
    found.refresh_from_db()
    assert (found.state, found.rows, ImportUnit.objects.count()) == (DISCARDED, 0, 0)


def test_a_state_to_which_the_forms_do_not_lead_is_told(cast: Cast) -> None:
    participant = journey.eligible(cast)
    content = f"participant,participant_state\n{participant.code},screening\n".encode()
    found = judged(cast.coordinator, content, "participants.csv")
    (line,) = selector.lines(found)
    assert (line.row, line.column, line.value) == (2, "participant_state", "screening")
    assert line.sentence.startswith("The file says “screening”, and what is saved leads to “eligible”.")
    assert refusal(lambda: saved(cast.coordinator, found)) == "import_refused"
    saved(cast.coordinator, found, skips=True)
    assert (found.state, [each.column for each in selector.lines(found)]) == (SAVED, ["participant_state"])
    assert journey.again(participant).state == "eligible"


def test_a_code_that_lost_its_zero_is_told(cast: Cast) -> None:
    journey.added(cast)
    found = judged(cast.coordinator, b"participant,participant_state\n1-001,\n", "participants.csv")
    (line,) = selector.lines(found)
    assert (line.row, line.column, line.value) == (2, "participant", "1-001")
    assert "taken away a zero" in line.sentence
    assert Participant.objects.count() == 1


# Of one participant with one visit and one form, both new; most are those of the two saves.
MOST_OF_A_PARTICIPANT = {"judge": 60, "save": 60}


def statements(by: User, people: list[Participant], act: str) -> int:
    """How many statements it takes to judge, or to save, a file of these."""
    rows = [pain(each, "6", "").splitlines()[1] for each in people]
    found = service.receive(by=by, content=HEAD.encode() + b"\n".join(rows) + b"\n", name="pain.csv")
    service.decide(by=by, found=found, choices=Choices.of(found.choices))
    if act == "save":
        run(found)
        service.save(by=by, found=found, reason="Paper")
    with CaptureQueriesContext(connection) as captured:
        assert not service.run(number=found.pk)
    return len(captured)


@pytest.mark.parametrize("act", ["judge", "save"])
def test_a_participant_costs_the_same_however_many_the_file_has(cast: Cast, act: str) -> None:
    people = [journey.eligible(cast) for _ in range(9)]
    files = people[:1], people[1:4], people[4:]
    one, three, five = (statements(cast.coordinator, some, act) for some in files)
    assert five - three == three - one
    assert (three - one) // 2 <= MOST_OF_A_PARTICIPANT[act]


def test_a_long_file_goes_on_where_the_time_was_over(cast: Cast) -> None:
    one, other = journey.eligible(cast), journey.eligible(cast)
    content = pain(one, "6", "") + pain(other, "4", "").splitlines()[1] + b"\n"
    found = service.receive(by=cast.coordinator, content=content, name="pain.csv")
    service.decide(by=cast.coordinator, found=found, choices=Choices.of(found.choices))
    assert service.run(number=found.pk, seconds=0)
    assert selector.progress(found).done == 0
    assert run(found).state == JUDGED


def test_an_entry_that_is_lacking_before_one_keeps_its_number(cast: Cast) -> None:
    participant = journey.consented(cast)
    content = f"participant,repeat,cmtrt\n{participant.code},1,Ibuprofen\n{participant.code},3,Paracetamol\n"
    saved(cast.coordinator, judged(cast.coordinator, content.encode(), "medication.csv"))
    entries = Record.objects.filter(participant=participant, form="medication").order_by("repeat")
    assert [(each.repeat, each.removed) for each in entries] == [(1, False), (2, True), (3, False)]
    before = standing()
    saved(cast.coordinator, judged(cast.coordinator, content.encode(), "medication.csv"))
    assert standing() == before
    content = f"participant,repeat,cmtrt\n{participant.code},99,Ibuprofen\n"
    found = judged(cast.coordinator, content.encode(), "medication.csv")
    assert "The next entry has the number 4" in next(selector.lines(found)).sentence


def test_an_entry_that_was_removed_here_is_not_brought_back(cast: Cast) -> None:
    participant = journey.consented(cast)
    content = f"participant,repeat,cmtrt\n{participant.code},1,Ibuprofen\n".encode()
    saved(cast.coordinator, judged(cast.coordinator, content, "medication.csv"))
    record = Record.objects.get(participant=participant, form="medication")
    records.remove(by=cast.coordinator, record=record, expected_version=1, reason="Typed twice")
    (line,) = selector.lines(judged(cast.coordinator, content, "medication.csv"))
    assert line.sentence.startswith("Restore the record")
