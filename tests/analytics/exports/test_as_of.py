"""Files as of a seal, on the page and in the API, and the data set that a run had read."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from analytics.datasets import past, vectors
from analytics.services.refit import refit
from tests import answers, journey
from tests.analytics import measured
from tests.cast import Cast
from tests.sealing import own_place
from trial.audit import seals
from trial.models import Participant, Seal
from trial.protocol import STUDY

pytestmark = pytest.mark.django_db(transaction=True)

PAIN = STUDY.analyses[0]
ADDRESSES = ("/api/v1/exports/{}.csv", "/exports/{}.csv")


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
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_file_as_of_a_seal_is_the_file_of_then(
    cast: Cast, client: Client, address: str, shape: str
) -> None:
    client.force_login(cast.data_manager)
    participant, where = journey.with_outcomes(cast), address.format(shape)
    kept, before = client.get(where).getvalue(), sealed()
    correct(cast, participant)
    then, now = client.get(where, {"as_of": before.number}), client.get(where)
    assert then.getvalue() == kept != now.getvalue()
    assert f"_as-of-seal-{before.number}_" in then["Content-Disposition"]
    assert then["Fascicle-Seal"] == f"{before.number} {before.hash}"
    assert then["Fascicle-Position"] == f"{before.epoch}/{before.to_xact}:{before.to_xact}:"
    assert "Fascicle-Seal" not in now


def test_the_page_counts_as_of_the_seal_and_its_downloads_keep_it(cast: Cast, client: Client) -> None:
    client.force_login(cast.data_manager)
    before = sealed()
    journey.with_outcomes(cast)
    page = client.get("/exports/", {"as_of": before.number}).content.decode()
    assert "<strong>0</strong> rows then" in page
    assert page.count(f'<input type="hidden" name="as_of" value="{before.number}">') == 3
    assert "today it may differ" in page
    assert "today it may differ" not in client.get("/exports/").content.decode()


@pytest.mark.parametrize("address", [each.format("long") for each in ADDRESSES])
def test_an_unknown_seal_and_a_missing_right_are_refused(cast: Cast, client: Client, address: str) -> None:
    number = sealed().number
    client.force_login(cast.data_manager)
    assert client.get(address, {"as_of": number + 1}).status_code == 404
    client.force_login(cast.monitor)
    assert client.get(address, {"as_of": number}).status_code == 403


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
