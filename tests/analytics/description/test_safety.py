from dataclasses import replace

import pytest

from analytics.description import EventCount, Share, summary
from forms_app.services import records
from tests import answers, journey
from tests.analytics.measured import everybody
from tests.cast import Cast
from trial.audit import positions
from trial.audit.as_of import as_of
from trial.crf.submission import Entry
from trial.models import Participant, Record

pytestmark = pytest.mark.django_db(transaction=True)


def of_kind(kind: str) -> EventCount:
    return next(each for each in summary(everybody()).safety.kinds if each.kind == kind)


def happened(cast: Cast, participant: Participant, **changes: object) -> None:
    event = answers.adverse_event(journey.day_of(participant, "W1"), **changes)
    journey.log(cast.investigator, participant, "adverse_event", event)


def test_a_participant_counts_once_and_each_event_for_itself(cast: Cast) -> None:
    first, second, _ = (journey.injected(cast) for _ in range(3))
    happened(cast, first)
    happened(cast, first, aeterm="headache ", aerel="POSSIBLE")
    happened(cast, second, aeterm="Nausea", aetoxgr=3, aerel="RELATED")
    found = {each.kind: (each.share, each.events) for each in summary(everybody()).safety.kinds}
    assert found == {
        "Any adverse event": (Share(2, 3), 3),
        "Related to the injected drugs (possible or more)": (Share(2, 3), 2),
        "Grade 3 or higher": (Share(1, 3), 1),
        "Serious": (Share(0, 3), 0),
        "Serious and related": (Share(0, 3), 0),
        "Death": (Share(0, 3), 0),
    }
    terms = [(each.kind, each.share, each.events) for each in summary(everybody()).safety.terms]
    assert terms == [("Headache", Share(1, 3), 2), ("Nausea", Share(1, 3), 1)]


def test_serious_events_are_counted_by_relation(cast: Cast) -> None:
    first, second = journey.injected(cast), journey.injected(cast)
    for participant, relation in ((first, "NOT RELATED"), (second, "PROBABLE")):
        event = answers.serious_event(journey.day_of(participant, "W1"), aerel=relation)
        journey.log(cast.investigator, participant, "adverse_event", event)
    assert of_kind("Serious").share == Share(2, 2)
    assert of_kind("Serious and related").share == Share(1, 2)
    assert of_kind("Death").share == Share(0, 2)


def test_a_death_is_told_for_itself(cast: Cast) -> None:
    participant = journey.injected(cast)
    day = journey.day_of(participant, "W1")
    dead = answers.serious_event(day, aesdth="Y", aeout="FATAL", aetoxgr=5)
    journey.log(cast.investigator, participant, "adverse_event", dead)
    assert of_kind("Death").share == Share(1, 1)


def test_events_of_who_was_not_injected_stand_apart(cast: Cast) -> None:
    journey.injected(cast)
    happened(cast, journey.enrolled(cast))
    found = summary(everybody()).safety
    assert (found.treated, found.of_others) == (1, 1)
    assert of_kind("Any adverse event") == EventCount("Any adverse event", Share(0, 1), 0)


def test_what_was_written_is_told_to_whom_the_data_are_for(cast: Cast) -> None:
    first, second = journey.injected(cast), journey.injected(cast)
    happened(cast, first)
    happened(cast, second, aeterm="Fell at the house of somebody")
    found = summary(frozenset({first.code})).safety
    assert [(each.kind, each.share) for each in found.terms] == [("Headache", Share(1, 1))]
    assert found.terms_hidden == 1
    assert found.kinds[0].share == Share(2, 2)


def test_what_was_taken_out_of_use_is_not_counted(cast: Cast) -> None:
    participant = journey.injected(cast)
    happened(cast, participant)
    record = Record.objects.get(participant=participant, form="adverse_event")
    records.remove(
        by=cast.investigator, record=record, expected_version=record.version, reason="Of somebody else"
    )
    assert of_kind("Any adverse event").share == Share(0, 1)
    assert summary(everybody()).safety.terms == ()


def test_complications_are_of_those_who_were_asked(cast: Cast) -> None:
    journey.injected(cast)
    participant = journey.enrolled(cast)
    journey.attend(cast.investigator, participant, "INJ")
    form = answers.injection(journey.day_of(participant, "INJ"))
    fainted = Entry({"cpoccur": "Y", "cptim": "10:15", "cpaction": "Lay down"})
    lines = {**form.groups["complication"], "VASOVAGAL": fainted}
    form = replace(form, groups={**form.groups, "complication": lines})
    journey.save(cast.investigator, participant, "INJ", "injection", form)
    found = {each.kind: each.share for each in summary(everybody()).safety.complications}
    assert found.pop("Vasovagal reaction") == Share(1, 2)
    assert set(found.values()) == {Share(0, 2)}
    assert len(found) == 15


def test_an_earlier_position_counts_what_stood_then(cast: Cast) -> None:
    participant = journey.injected(cast)
    before = positions.current()
    happened(cast, participant)
    with as_of(before):
        assert of_kind("Any adverse event").share == Share(0, 1)
    assert of_kind("Any adverse event").share == Share(1, 1)
