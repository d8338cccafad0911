"""The declared supplements with fewer imputations and fewer simulated trials: the same work, less often."""

from dataclasses import replace

import pytest

from analytics.models import Run
from analytics.services import supplements
from trial.audit import positions
from trial.protocol import STUDY
from trial.protocol.study import Study
from trial.protocol.supplements import Supplement

NAMED = {each.outcome: each for each in STUDY.supplements}


def brief(supplement: Supplement) -> Supplement:
    next_trial = replace(supplement.next_trial, sizes=(40, 120), draws=7, trials=3)
    return replace(supplement, imputations=5, next_trial=next_trial)


def brief_supplements(monkeypatch: pytest.MonkeyPatch) -> None:
    def supplement(study: Study, outcome: str) -> Supplement | None:
        found = NAMED.get(outcome)
        return brief(found) if found else None

    monkeypatch.setattr(Study, "supplement", supplement)


def calculate_beside(outcome: str) -> None:
    """Everything that is declared beside the newest run of an outcome, as the workers would."""
    run = Run.objects.filter(outcome=outcome).latest("pk")
    analysis = next(each for each in STUDY.analyses if each.outcome == outcome)
    supplements.ask(analysis, run.data_hash, positions.current())
    for number in supplements.due():
        for piece in supplements.begin(number):
            supplements.calculate(number, piece)
