from dataclasses import replace
from typing import get_args

import pytest

from analytics import declared, mixed
from trial.protocol import STUDY, analyses

PAIN = STUDY.analyses[0]


@pytest.mark.parametrize(
    ("declarable", "offered"),
    [
        (analyses.Covariance, mixed.CovarianceName),
        (analyses.DfMethod, mixed.DfMethod),
        (analyses.Information, mixed.Information),
        (analyses.Adjustment, mixed.AdjustmentName),
    ],
)
def test_what_can_be_declared_is_what_the_engine_offers(declarable: object, offered: object) -> None:
    assert get_args(declarable) == get_args(offered)


def test_the_primary_analysis_is_unstructured_with_kenward_roger() -> None:
    spec = declared.as_model(PAIN)
    assert (spec.covariance, spec.fallbacks) == ("un", ("toeph", "ar1h", "cs"))
    assert (spec.method, spec.df_method, spec.information) == ("REML", "kenward-roger", "observed")
    assert PAIN.adjustment == "multivariate-t"


def test_all_that_can_be_declared_has_words() -> None:
    for method in get_args(analyses.DfMethod):
        for information in get_args(analyses.Information):
            words = declared.inference_in_words(method, information)
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
