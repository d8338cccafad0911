"""What cannot be fitted is refused in a sentence that says what to do."""

from decimal import Decimal
from typing import Any

import pytest

from analytics.mixed import InputRefused, NotEstimable, Term
from analytics.mixed.generalised import FamilyName, GeneralisedSpec, Responses, fit_generalised
from tests.analytics.mixed.generalised.reference import fitted

GOOD = [(7, 4), (6, 3), (9, 8), (3, 1)]


def responses(vectors: list[Any]) -> Responses:
    return Responses.build(visits=("BL", "W1"), precision=Decimal("0.5"), vectors=vectors)


@pytest.mark.parametrize(
    ("declared", "sentence"),
    [
        ({"family": "poisson"}, "family must be one of binomial, cumulative, gamma"),
        ({"nodes": 0}, "nodes must be from 1 to 101"),
        ({"trials": 0}, "number of trials must be 1 or more"),
        ({"level": 1.0}, "level must lie between 0 and 1"),
        ({"terms": ()}, "at least one term"),
        ({"terms": (Term(), Term())}, "each term once"),
        ({"family": "cumulative", "terms": (Term(by="visit"),)}, "keeps the intercept"),
    ],
)
def test_a_declaration_that_means_nothing(declared: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputRefused, match=sentence):
        GeneralisedSpec(**{"family": "binomial", **declared})


@pytest.mark.parametrize("vectors", [[(7, 11), (3, 2)], [(7, -1), (3, 2)], [(7, Decimal("2.5")), (3, 2)]])
def test_values_that_a_binomial_does_not_have(vectors: list[Any]) -> None:
    with pytest.raises(InputRefused, match="no whole number from 0 to 10"):
        fit_generalised(responses(vectors), GeneralisedSpec("binomial"))


@pytest.mark.parametrize(
    ("vectors", "family", "sentence"),
    [
        ([(7, 4)], "binomial", "Only 1 participant has values"),
        ([], "gamma", "No participant has values"),
        ([(7, None), (6, None)], "binomial", "No participant has a value at W1"),
        ([(7, 0), (6, 0), (5, 0)], "binomial", "All values at W1 are 0, the end of the scale"),
        ([(10, 5), (10, 6), (10, 4)], "binomial", "All values at BL are 10"),
        ([(7, 2), (6, 2), (5, 2)], "cumulative", "All values at W1 are 2"),
        ([(7, 7), (7, 7), (7, 7)], "cumulative", "All values are the same"),
        ([(7, 0), (6, 3), (5, 2)], "gamma", "1 value is zero or less"),
        ([(0, 0), (6, 3), (5, 2)], "gamma", "2 values are zero or less"),
        ([(3, 3), (5, 5), (2, 2)], "gamma", "reproduce every value exactly"),
        ([(4, 2), (6, 3), (5, None)], "gamma", "reproduce every value exactly"),
        ([(4, None), (None, 3), (4, None)], "gamma", "reproduce every value exactly"),
    ],
)
def test_data_that_cannot_carry_the_model(vectors: list[Any], family: FamilyName, sentence: str) -> None:
    with pytest.raises(NotEstimable, match=sentence):
        fit_generalised(responses(vectors), GeneralisedSpec(family))


def test_a_column_that_is_not_there() -> None:
    with pytest.raises(InputRefused, match="names the column 'age'"):
        fit_generalised(responses(GOOD), GeneralisedSpec("binomial", terms=(Term(), Term("age"))))


def test_an_effect_that_others_say_already() -> None:
    terms = (Term(), Term(by="visit"), Term(by="time"))
    with pytest.raises(NotEstimable, match="cannot be told apart"):
        fit_generalised(responses(GOOD), GeneralisedSpec("binomial", terms=terms, times=(0.0, 7.0)))


def test_visits_and_arms_that_are_not_there() -> None:
    result = fitted("glmm80", "binomial", 11)
    with pytest.raises(InputRefused, match="no visit 'W3'"):
        result.changes("W3")
    with pytest.raises(InputRefused, match="no arm 'sham'"):
        result.differences_in_change(control="sham")


def test_few_participants_are_told() -> None:
    assert "too narrow" in fitted("pilot26_glmm", "binomial", 11).warnings[0]
    assert fitted("glmm80", "binomial", 11).warnings == ()


def test_values_that_are_all_but_reproduced_have_no_maximum_that_can_be_found() -> None:
    nearly = Responses.build(
        visits=("BL", "W1"),
        precision=Decimal("0.0001"),
        vectors=[(3, 3), (5, 5), (2, Decimal("2.0001"))],
    )
    assert not fit_generalised(nearly, GeneralisedSpec("gamma")).converged
