from decimal import Decimal
from math import sqrt
from pathlib import Path

import numpy as np
import pytest

from analytics.mixed import CovarianceName, DfMethod, Information, ModelSpec, Statistics, fit
from benchmarks import type_one_error
from benchmarks.type_one_error import BEGIN, END, METHODS, PAGE, Row

FITS: list[tuple[DfMethod, Information]] = [
    ("z", "observed"),
    ("satterthwaite", "observed"),
    ("kenward-roger", "observed"),
    ("kenward-roger", "expected"),
]


def test_a_trial_is_the_same_each_time_and_unlike_the_next() -> None:
    first = type_one_error.simulate(26, 7)
    assert np.array_equal(first, type_one_error.simulate(26, 7), equal_nan=True)
    assert not np.array_equal(first, type_one_error.simulate(26, 8), equal_nan=True)


def test_nothing_changes_and_about_one_in_eight_has_left_at_the_last_visit() -> None:
    outcomes = type_one_error.simulate(200_000, 0)
    left = np.isnan(outcomes)
    assert not left[:, :2].any()
    assert not (left[:, 2] & ~left[:, 3]).any()
    assert left[:, 3].mean() == pytest.approx(0.12, abs=0.01)
    everyone = outcomes[:, :2]
    assert everyone.mean(axis=0) == pytest.approx(type_one_error.MEAN, abs=0.02)
    assert everyone.std(axis=0) == pytest.approx(type_one_error.SD[:2], rel=0.01)


def test_who_feels_worse_leaves_more_often() -> None:
    outcomes = type_one_error.simulate(20_000, 0)
    left = np.isnan(outcomes[:, 2])
    assert outcomes[left, 1].mean() > outcomes[~left, 1].mean() + 0.5


@pytest.mark.parametrize("covariance", type_one_error.FITTED)
def test_each_p_value_is_that_of_a_fit_by_its_method(covariance: CovarianceName) -> None:
    statistics = Statistics.from_arrays(
        visits=type_one_error.VISITS, precision=Decimal("0.1"), outcomes=type_one_error.simulate(12, 3)
    )
    expected = [
        fit(statistics, ModelSpec(covariance=covariance, df_method=method, information=information))
        .changes("BL")[-1]
        .p
        for method, information in FITS
    ]
    assert type_one_error.p_values(statistics, covariance) == pytest.approx(expected, rel=1e-12)


def test_a_model_that_cannot_be_fitted_has_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    nobody_twice = np.where(np.eye(4, dtype=bool), 1.0, np.nan)
    monkeypatch.setattr(type_one_error, "simulate", lambda n, trial: nobody_twice)
    assert type_one_error.verdicts(4, 0)["un"] is None


def test_trials_are_counted_by_method_and_the_unfitted_apart() -> None:
    found = [(True, True, False, False), (True, False, False, False), None]
    assert type_one_error.count(12, "un", found) == Row(12, "un", 2, 1, (2, 1, 0, 0))


def test_a_rate_carries_its_monte_carlo_error() -> None:
    assert type_one_error.rate(460, 10_000) == f"4.6 % ({100 * sqrt(0.046 * 0.954 / 10_000):.2f})"
    assert type_one_error.rate(0, 0) == "–"


def test_the_table_names_every_method() -> None:
    lines = type_one_error.render([Row(26, "un", 100, 0, (7, 5, 5, 5))], 100).splitlines()
    assert all(method in lines[0] for method in METHODS)
    assert lines[2].startswith("| 26 | unstructured | 7.0 % (2.55) |")


def test_only_what_stands_between_the_marks_is_replaced() -> None:
    page = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    assert type_one_error.replaced(page, "new") == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"
    with pytest.raises(ValueError, match="unpack"):
        type_one_error.replaced("a page without marks", "new")


@pytest.mark.parametrize(
    ("arguments", "written"), [(["--trials", "3"], False), (["--no-page"], False), ([], True)]
)
def test_only_the_published_number_of_trials_is_written_to_the_page(
    arguments: list[str],
    written: bool,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"{BEGIN}\nold\n{END}\n", encoding="utf-8")
    monkeypatch.setattr(type_one_error, "PAGE", page)
    monkeypatch.setattr(type_one_error, "rows", lambda trials: [Row(26, "un", trials, 0, (0, 0, 0, 0))])
    type_one_error.main(arguments)
    assert ("old" not in page.read_text(encoding="utf-8")) == written
    assert ("The page is left alone" in capsys.readouterr().out) == ("--trials" in arguments)


def test_the_page_has_its_marks_once() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page.count(BEGIN) == page.count(END) == 1
