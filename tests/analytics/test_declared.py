import json
from dataclasses import replace
from random import Random
from typing import Any, get_args

import pytest
from rest_framework.renderers import JSONRenderer

from analytics import declared, mixed
from analytics.api.analyses import RunSerializer
from analytics.datasets.totals import Totals
from analytics.datasets.vectors import Dataset, Vector
from analytics.mixed.generalised import FamilyName
from analytics.mixed.sensitivity import Comparator, Strategy
from analytics.models.run import OK
from analytics.services import runs
from trial.audit import positions
from trial.protocol import STUDY, analyses, supplements

pytestmark = pytest.mark.django_db

PAIN = STUDY.analyses[0]
RANDOM = Random(7)
VALUES = [
    tuple(min(10, max(0, round(level + slope * day + RANDOM.gauss(0, 0.8)))) for day in (0, 1, 2, 3))
    for level, slope in ((RANDOM.gauss(6, 1.2), RANDOM.gauss(-0.8, 0.4)) for _ in range(30))
]


@pytest.mark.parametrize(
    ("declarable", "offered"),
    [
        (analyses.Covariance, mixed.CovarianceName),
        (analyses.DfMethod, mixed.DfMethod),
        (analyses.Information, mixed.Information),
        (analyses.Adjustment, mixed.AdjustmentName),
        (supplements.Family, FamilyName),
        (supplements.Strategy, Strategy),
        (supplements.Comparator, Comparator),
    ],
)
def test_what_can_be_declared_is_what_the_engine_offers(declarable: object, offered: object) -> None:
    assert get_args(declarable) == get_args(offered)


@pytest.fixture(scope="module")
def totals() -> Totals:
    """Thirty participants whose values suit every covariance."""
    return Totals.of(Dataset(PAIN, tuple(Vector(f"01-{n:03}", VALUES[n]) for n in range(len(VALUES)))))


@pytest.mark.parametrize("covariance", get_args(analyses.Covariance))
def test_each_covariance_that_can_be_declared_is_fitted_and_rendered(
    totals: Totals, covariance: analyses.Covariance
) -> None:
    shown = rendered(totals, replace(PAIN, covariance=covariance, fallbacks=()))
    assert len(shown["covariance_parameters"]) >= 1
    assert len(shown["estimates"]) == 7


@pytest.mark.parametrize("df_method", get_args(analyses.DfMethod))
def test_each_df_method_that_can_be_declared_is_rendered(
    totals: Totals, df_method: analyses.DfMethod
) -> None:
    shown = rendered(totals, replace(PAIN, df_method=df_method))
    degrees = {row["df"] for row in shown["estimates"]}
    assert degrees == {None} if df_method == "z" else None not in degrees


def rendered(totals: Totals, analysis: analyses.Analysis) -> dict[str, Any]:
    """What the API sends of the run that follows from the declaration."""
    run = runs.of_totals(positions.current(), replace(totals, analysis=analysis))
    assert run.status == OK, run.messages
    assert run.covariance_fitted == analysis.covariance
    sent: dict[str, Any] = json.loads(JSONRenderer().render(RunSerializer(run).data))
    return sent


def test_the_primary_analysis_is_unstructured_with_kenward_roger() -> None:
    spec = declared.as_model(PAIN)
    assert (spec.covariance, spec.fallbacks) == ("un", ("toeph", "ar1h", "cs"))
    assert (spec.method, spec.df_method, spec.information) == ("REML", "kenward-roger", "observed")
    assert PAIN.adjustment == "multivariate-t"


def test_all_that_can_be_declared_has_words() -> None:
    for method in get_args(analyses.DfMethod):
        for information in get_args(analyses.Information):
            words = str(declared.inference_in_words(method, information))
            assert words in declared.in_words(replace(PAIN, df_method=method, information=information))
    for adjustment in get_args(analyses.Adjustment):
        assert "adjusted" in declared.in_words(replace(PAIN, adjustment=adjustment))
    for covariance in get_args(analyses.Covariance):
        assert mixed.IN_WORDS[covariance] in declared.in_words(
            replace(PAIN, covariance=covariance, fallbacks=())
        )


def test_the_words_say_what_is_fitted_and_what_instead() -> None:
    words = declared.in_words(PAIN)
    assert "unstructured (where it cannot be fitted: heterogeneous Toeplitz, then" in words
    assert "Kenward and Roger, observed information, second derivatives" in words
    assert "multivariate t" in words
