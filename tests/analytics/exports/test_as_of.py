"""Exports as of a seal, and the data set that a run had read."""

import json
from pathlib import Path

import pytest
from pytest_django import Settings

from analytics.datasets import past, vectors
from analytics.services.refit import refit
from tests import answers, journey
from tests.analytics import measured
from tests.cast import Cast
from tests.exported import exported
from tests.sealing import own_place
from trial.audit import seals
from trial.models import Participant, Seal
from trial.protocol import STUDY

pytestmark = pytest.mark.django_db(transaction=True)

PAIN = STUDY.analyses[0]


@pytest.fixture(autouse=True)
def place(settings: Settings, tmp_path: Path) -> None:
    own_place(settings, tmp_path)


def sealed() -> Seal:
    """The newest seal, with all that was written so far under it."""
    seals.seal_all()
    newest = seals.latest()
    assert newest is not None
    return newest


def correct(cast: Cast, participant: Participant) -> None:
    journey.save(cast.investigator, participant, "W1", "pain", answers.pain(2), 1, reason="misread")


@pytest.mark.parametrize("shape", ["long", "wide"])
def test_a_file_as_of_a_seal_is_the_file_of_then(cast: Cast, shape: str) -> None:
    name, participant = f"{shape}.csv", journey.with_outcomes(cast)
    kept, before = exported(cast.data_manager, shape=shape), sealed()
    correct(cast, participant)
    then = exported(cast.data_manager, shape=shape, seal=before.number)
    now = exported(cast.data_manager, shape=shape)
    assert then[name] == kept[name] != now[name]
    manifest = json.loads(then["manifest.json"])
    assert manifest["seal"] == {"number": before.number, "hash": before.hash}
    assert manifest["position"] == f"{before.epoch}/{before.to_xact}:{before.to_xact}:"


def test_the_data_set_of_a_run_is_read_again_as_the_run_had_it(cast: Cast) -> None:
    first, *_ = measured.pain(cast)
    run = refit("pain")
    assert run is not None
    measured.correct_pain(cast, first, 2)
    assert vectors.read(PAIN).content_hash() != run.data_hash
    assert past.read(PAIN, run.position).content_hash() == run.data_hash


def test_a_data_set_of_the_past_is_narrowed_to_sites(cast: Cast) -> None:
    measured.pain(cast)
    at = sealed()
    assert past.read(PAIN, at, sites=[cast.north]).vectors == vectors.read(PAIN, sites=[cast.north]).vectors
    assert past.read(PAIN, at, sites=[cast.south]).vectors == ()
