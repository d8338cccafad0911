"""The main job by the API: a saved visit is in the estimates of a run soon after."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from trial.models import User
from trial.services import tokens

REFERENCE = Path(__file__).parent.parent / "reference"
TOLERANCE = 1e-6
CHANGES = ("W1", "W2", "W12")
NEWEST = "participants/01-011/visits/W12/"


class Investigator:
    """The demonstration's investigator with a token."""

    def __init__(self) -> None:
        token = tokens.create(by=User.objects.get(username="investigator"))[1]
        self.client = Client(headers={"Authorization": f"Token {token}"})

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/v1/{path}").json()

    def create(self, path: str, body: Any) -> Any:
        headers = {"If-None-Match": "*"}
        response = self.client.put(f"/api/v1/{path}", json.dumps(body), "application/json", headers=headers)
        assert response.status_code == 201, response.content
        return response.json()

    def current(self, outcome: str) -> Any:
        """The run of an outcome once it has seen all data."""
        return within_20_seconds(lambda: self._current(outcome))

    def _current(self, outcome: str) -> Any:
        analysis = self.get(f"analyses/{outcome}/")
        return analysis["run"] if analysis["status"] == "current" else None


def within_20_seconds(fact: Callable[[], Any]) -> Any:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if answer := fact():
            return answer
        time.sleep(0.1)
    raise AssertionError("not within 20 s")


@pytest.mark.usefixtures("worker", "demonstration")
def test_the_untouched_demonstration_agrees_with_the_reference_result() -> None:
    run = Investigator().current("pain")
    oracle = json.loads((REFERENCE / "pilot26_nrs_un.json").read_text())["oracle"]
    wanted = oracle["contrasts"]["kr_observed"]
    changes = {row["visit"]: row for row in run["estimates"] if row["kind"] == "change"}
    for place, visit in enumerate(CHANGES):
        row = changes[visit]
        for ours, theirs in (
            ("estimate", "est"),
            ("se", "se"),
            ("df", "df"),
            ("statistic", "t"),
            ("p", "p"),
        ):
            assert row[ours] == pytest.approx(wanted[theirs][place], rel=TOLERANCE), (visit, ours)
    assert (run["n_participants"], run["n_observations"]) == (26, 99)
    assert run["converged"] is True
    assert (run["covariance_fitted"], run["df_method"], run["information"]) == (
        *("un", "kenward-roger"),
        "observed",
    )
    assert run["attempts"] == []


@pytest.mark.usefixtures("worker", "demonstration")
def test_saved_outcomes_are_in_the_estimates_within_seconds() -> None:
    investigator = Investigator()
    before = {outcome: investigator.current(outcome) for outcome in ("pain", "motion", "disability")}
    today = investigator.get(NEWEST)["window"]["target"]
    investigator.create(NEWEST, {"occurred": True, "date": today, "contact_mode": "IN PERSON"})
    investigator.create(f"{NEWEST}forms/pain/", {"items": {"nrs_avg24": 3}})
    measured = {
        "rom_perf": "Y",
        "rom_t1": 35,
        "rom_meth": "DOUBLE INCLINOMETER",
        "rom_eval": "PHYSIOTHERAPIST",
    }
    investigator.create(f"{NEWEST}forms/motion/", {"items": measured})
    sections = {f"odi{number:02}": 1 + number % 2 for number in range(1, 11)}
    investigator.create(f"{NEWEST}forms/disability/", {"items": {"odi_mode": "SELF PAPER", **sections}})
    for outcome, run in before.items():
        after = investigator.current(outcome)
        assert after["id"] > run["id"]
        assert after["n_observations"] == run["n_observations"] + 1
        assert after["data_hash"] != run["data_hash"]
        assert after["position"] != run["position"]
