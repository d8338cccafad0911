"""The Oswestry Disability Index: arithmetic and bands."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trial.protocol.scoring import odi

ANSWER = st.integers(0, 5)
SECTIONS = st.lists(st.one_of(st.none(), ANSWER), min_size=10, max_size=10)


def sections(total: int, answered: int) -> list[int | None]:
    """`answered` sections with this sum, and the others without an answer."""
    each, rest = divmod(total, answered)
    return [each + (place < rest) for place in range(answered)] + [None] * (10 - answered)


@pytest.mark.parametrize(
    ("total", "answered", "percent", "band"),
    [
        (16, 10, "32.0", "MODERATE"),
        (16, 9, "35.6", "MODERATE"),
        (0, 10, "0.0", "MINIMAL"),
        (50, 10, "100.0", "BED-BOUND"),
        (10, 10, "20.0", "MINIMAL"),
        (11, 10, "22.0", "MODERATE"),
        (13, 8, "32.5", "MODERATE"),
    ],
)
def test_the_index_of_worked_examples(total: int, answered: int, percent: str, band: str) -> None:
    scored = odi.score(sections(total, answered))
    assert (scored.total, scored.answered) == (total, answered)
    assert (scored.percent, scored.band) == (Decimal(percent), band)


def test_seven_answers_make_no_index() -> None:
    scored = odi.score(sections(14, 7))
    assert (scored.answered, scored.total, scored.percent, scored.band) == (7, 14, None, None)


def test_no_answer_has_no_sum_either() -> None:
    assert odi.score([None] * 10) == odi.Score(0, None, None, None)


def test_a_zero_is_an_answer() -> None:
    assert odi.score([0] * 10).percent == Decimal("0.0")


@pytest.mark.parametrize("answered", [8, 9, 10])
@pytest.mark.parametrize(("fifths", "band"), list(enumerate(odi.BANDS, start=1)))
def test_a_band_ends_at_a_whole_raw_score(answered: int, fifths: int, band: str) -> None:
    assert odi.band(fifths * answered, answered) == band
    if fifths < 5:
        assert odi.band(fifths * answered + 1, answered) == odi.BANDS[fifths]


@given(SECTIONS)
def test_the_band_is_that_of_the_unrounded_value(answers: list[int | None]) -> None:
    scored = odi.score(answers)
    if scored.total is None or scored.band is None:
        return
    exact = Fraction(100 * scored.total, 5 * scored.answered)
    lower = 20 * odi.BANDS.index(scored.band)
    assert exact <= lower + 20
    assert exact > lower or lower == 0


@given(SECTIONS)
def test_the_index_lies_within_half_a_tenth_of_the_exact_value(answers: list[int | None]) -> None:
    scored = odi.score(answers)
    if scored.percent is None or scored.total is None:
        return
    exact = Fraction(100 * scored.total, 5 * scored.answered)
    assert -Fraction(1, 20) < Fraction(scored.percent) - exact <= Fraction(1, 20)
    assert 0 <= scored.percent <= 100


@given(SECTIONS)
def test_what_is_left_out_lowers_the_denominator_and_is_never_a_zero(answers: list[int | None]) -> None:
    """For all admissible answers and every pattern of what is missing."""
    given_ = [answer for answer in answers if answer is not None]
    scored = odi.score(answers)
    assert scored.answered == len(given_)
    assert scored.total == (sum(given_) if given_ else None)
    formed = len(given_) >= odi.FEWEST_ANSWERED
    assert (scored.percent is not None, scored.band is not None) == (formed, formed)
    if formed:
        assert scored == odi.score([*given_, *[None] * (10 - len(given_))])
        assert scored.percent == odi.percent(sum(given_), len(given_))


@pytest.mark.parametrize("answered", [8, 9, 10])
def test_every_sum_has_its_index_and_band(answered: int) -> None:
    """All 50 × 3 that there are: the index grows with the sum, and the band never falls back."""
    scored = [odi.score(sections(total, answered)) for total in range(5 * answered + 1)]
    assert [each.percent for each in scored] == sorted(each.percent or 0 for each in scored)
    places = [odi.BANDS.index(each.band or "") for each in scored]
    assert places == sorted(places)
    assert set(places) == set(range(len(odi.BANDS)))


@given(st.permutations([0, 1, 1, 2, 3, 3, 4, 5, 5, None]))
def test_the_order_of_the_sections_does_not_count(answers: list[int | None]) -> None:
    assert odi.score(answers) == odi.score([0, 1, 1, 2, 3, 3, 4, 5, 5, None])
