"""What is stored beside an analysis is what the engine says of the same values, asked without the product."""

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from analytics import mixed
from analytics.datasets.awaited import AwaitedVisits
from analytics.datasets.vectors import Dataset, Vector
from analytics.mixed.diagnostics import determination, normal_quantiles, residuals
from analytics.mixed.generalised import GeneralisedSpec, Responses, fit_generalised
from analytics.mixed.people import People, Person
from analytics.mixed.planning import Tally, power_curve
from analytics.supplements import PARTS
from analytics.supplements.content import Content
from analytics.supplements.subject import MOST, Subject
from tests.analytics.brief import NAMED, brief
from trial.protocol import STUDY

PAIN = STUDY.analyses[0]
MODEL = mixed.ModelSpec(covariance="un", df_method="kenward-roger", information="observed")
WHOLE: tuple[tuple[int | None, ...], ...] = (
    (7, 5, 4, 2),
    (8, 6, 6, 4),
    (6, 3, 4, 1),
    (5, 5, 3, 3),
    (9, 4, 5, 5),
    (7, 7, 4, 2),
    (8, 3, 5, 2),
    (6, 5, 2, 4),
    (10, 7, 6, 6),
)
GAPS: tuple[tuple[int | None, ...], ...] = ((6, 4, None, 3), (9, 8, None, None), (7, 3, 2, None))
ROWS = WHOLE + GAPS
NOBODY_AHEAD = AwaitedVisits({f"01-{place:03}": frozenset() for place in range(1, len(ROWS) + 1)})


@cache
def subject() -> Subject:
    people = tuple(Vector(f"01-{place:03}", row) for place, row in enumerate(ROWS, start=1))
    return Subject(Dataset(PAIN, people), brief(NAMED["pain"]), NOBODY_AHEAD)


@cache
def content(part: str) -> Content:
    asked = PARTS[part]
    pieces = [asked.piece(subject(), number) for number in range(asked.pieces(subject()))]
    return asked.combined(subject(), pieces)


def statistics(rows: tuple[tuple[int | None, ...], ...]) -> mixed.Statistics:
    return mixed.Statistics.build(visits=PAIN.visits, precision=PAIN.precision, vectors=rows)


def fitted(
    rows: tuple[tuple[int | None, ...], ...] = ROWS, covariance: mixed.CovarianceName = "un"
) -> mixed.Result:
    return mixed.fit(statistics(rows), replace(MODEL, covariance=covariance))


def changes(result: Any) -> list[float]:
    return [each.estimate for each in result.changes("BL")]


def stored(group: str, code: str) -> list[float]:
    (model,) = (
        each for each in content("sensitivity")["models"] if (each["group"], each["code"]) == (group, code)
    )
    assert model["reason"] == ""
    return [each["estimate"] for each in model["estimates"]]


def test_the_declared_model_comes_first_with_all_its_numbers() -> None:
    first = content("sensitivity")["models"][0]
    assert (first["group"], first["code"]) == ("declared", "un")
    assert first["estimates"] == [
        {
            "visit": each.label.visit,
            "estimate": each.estimate,
            "se": each.se,
            "df": each.df,
            "lower": each.lower,
            "upper": each.upper,
            "p": each.p,
        }
        for each in fitted().changes("BL")
    ]


@pytest.mark.parametrize("covariance", NAMED["pain"].covariances)
def test_other_covariances_are_fits_of_their_own(covariance: mixed.CovarianceName) -> None:
    assert stored("covariance", covariance) == changes(fitted(covariance=covariance))


@pytest.mark.parametrize("family", NAMED["pain"].families)
def test_other_distributions_are_generalised_fits(family: Any) -> None:
    responses = Responses.build(visits=PAIN.visits, precision=PAIN.precision, vectors=ROWS)
    found = fit_generalised(responses, GeneralisedSpec(family, trials=10, nodes=11))
    assert stored("family", family) == changes(found)


def test_completers_are_those_with_every_value() -> None:
    assert stored("comparison", "completers") == changes(fitted(WHOLE))


def test_last_values_are_carried_forward() -> None:
    carried = ((6, 4, 4, 3), (9, 8, 8, 8), (7, 3, 2, 2))
    assert stored("comparison", "locf") == changes(fitted(WHOLE + carried))


def without_each() -> list[list[float]]:
    return [changes(fitted(ROWS[:place] + ROWS[place + 1 :])) for place in range(len(ROWS))]


def test_conditional_means_at_random_are_the_declared_ones_with_the_jackknifes_errors() -> None:
    np.testing.assert_allclose(stored("missing", "mar"), changes(fitted()), rtol=1e-9)
    (model,) = (
        each
        for each in content("sensitivity")["models"]
        if (each["group"], each["code"]) == ("missing", "mar")
    )
    left_out = np.array(without_each())
    n = len(ROWS)
    expected = np.sqrt((n - 1) / n * ((left_out - left_out.mean(axis=0)) ** 2).sum(axis=0))
    np.testing.assert_allclose([each["se"] for each in model["estimates"]], expected, rtol=1e-6)


def test_every_declared_strategy_and_delta_is_there() -> None:
    supplement = subject().supplement
    for group in ("missing", "imputed"):
        codes = [each["code"] for each in content("sensitivity")["models"] if each["group"] == group]
        assert tuple(codes) == supplement.strategies
    for point in content("sensitivity")["tipping"]:
        assert tuple(point["deltas"]) == supplement.deltas
    at_zero = [point["estimates"][0]["estimate"] for point in content("sensitivity")["tipping"]]
    assert at_zero == stored("missing", "mar")


def test_a_shift_is_the_change_without_the_participant_less_that_with_everybody() -> None:
    whole = changes(fitted())
    assert [each["estimate"] for each in content("influence")["whole"]] == whole
    for row, left_out in zip(content("influence")["participants"], without_each(), strict=True):
        np.testing.assert_allclose(row["shifts"], np.subtract(left_out, whole), atol=1e-8)


def test_residuals_and_their_quantiles_are_the_engines() -> None:
    result = fitted()
    people = People.of(
        statistics(ROWS).shape, [Person(v.participant, v.values) for v in subject().dataset.vectors]
    )
    expected = residuals(result, people)
    rows = content("diagnostics")["residuals"]
    names = ("participant", "visit", "value", "fitted", "marginal", "conditional", "cholesky", "leverage")
    assert [[row[name] for name in names] for row in rows] == [
        [getattr(each, name) for name in names] for each in expected
    ]
    means = {each.label.visit: each.estimate for each in result.means()}
    variances = dict(zip(result.visits, np.diag(result.sigma[0]), strict=True))
    for row in rows:
        assert row["fitted"] == pytest.approx(means[row["visit"]])
        deviation = np.sqrt(variances[row["visit"]])
        assert abs(row["marginal"]) >= abs((row["value"] - row["fitted"]) / deviation) - 1e-9
    quantiles = normal_quantiles(each.cholesky for each in expected)
    assert [row["residual"] for row in content("diagnostics")["quantiles"]] == [
        each.residual for each in quantiles
    ]
    determined = determination(result)
    assert content("diagnostics")["determination"]["effects"] == determined.effects
    assert content("diagnostics")["determination"]["covariance"] == determined.covariance


def test_power_is_the_curve_through_all_pieces() -> None:
    asked = subject().supplement.next_trial
    found = content("planning")
    pieces = [PARTS["planning"].piece(subject(), number) for number in (0, 1, 2, 3)]
    tallies = [[Tally(**tally) for tally in draw["tallies"]] for piece in pieces for draw in piece["draws"]]
    assert len(tallies) == asked.draws
    assert {tally.trials for of_one in tallies for tally in of_one} == {asked.trials}
    curve = power_curve(tallies, alpha=asked.alpha, powers=asked.powers)
    assert [each["power"] for each in found["points"]] == [each.power for each in curve.points]
    assert [each["most"] for each in found["needed"]] == [each.most for each in curve.needed]
    assert found["trials"] == asked.draws * asked.trials * len(asked.sizes)
    assert (found["effect"], found["effect_source"]) == (-asked.effect, asked.source)


def test_a_change_for_the_worse_goes_the_other_way_where_more_is_better() -> None:
    motion = STUDY.analyses[1]
    found = Subject(Dataset(motion, ()), brief(NAMED["motion"]), NOBODY_AHEAD)
    assert (subject().worse, found.worse) == (1, -1)


@cache
def crowd() -> Subject:
    rows = ROWS * (MOST // len(ROWS) + 1)
    people = tuple(Vector(f"01-{place:04}", row) for place, row in enumerate(rows, start=1))
    return Subject(Dataset(PAIN, people), brief(NAMED["pain"]), NOBODY_AHEAD)


@pytest.mark.parametrize("part", ["diagnostics", "influence", "planning"])
def test_there_is_a_most_of_participants_and_it_is_said(part: str) -> None:
    said = f"at most {MOST} participants; there are {len(crowd().dataset.vectors)}"
    with pytest.raises(mixed.NotEstimable, match=said):
        PARTS[part].piece(crowd(), 0)


def test_of_a_crowd_only_what_needs_no_single_participant_is_repeated() -> None:
    found = PARTS["sensitivity"].piece(crowd(), 0)
    for model in found["models"]:
        by_statistics = model["group"] in ("declared", "covariance")
        assert bool(model["estimates"]) == by_statistics
        assert by_statistics or "at most" in model["reason"]
    assert found["tipping"] == []
