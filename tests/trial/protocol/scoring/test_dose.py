"""What was injected in all, and for each kilogram of body weight."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trial.crf.codelists import INJECTED_DRUG
from trial.protocol.drugs import ANAESTHETICS, STEROIDS
from trial.protocol.scoring import dose
from trial.protocol.scoring.dose import ALERTS, Given

WEIGHTS = st.decimals(20, 350, places=1)
DOSES = st.decimals(0, 2000, places=2)
VOLUMES = st.decimals(0, 60, places=1)
NAMES = st.sampled_from(INJECTED_DRUG.codes)
ROWS = st.lists(st.builds(Given, NAMES, st.none() | DOSES, st.none() | VOLUMES), max_size=8)


@given(DOSES, WEIGHTS)
def test_the_dose_for_each_kilogram_is_the_quotient_to_a_hundredth(given_: Decimal, weight: Decimal) -> None:
    exact = Fraction(given_) / Fraction(weight)
    assert abs(Fraction(dose.per_kilogram(given_, weight)) - exact) <= Fraction(1, 200)


@given(ROWS, WEIGHTS)
def test_a_drug_is_told_exactly_when_it_is_above_its_alert(rows: list[Given], weight: Decimal) -> None:
    told = dose.above_alert(rows, weight)
    for name, alert in ALERTS.items():
        milligrams = sum((row.dose for row in rows if row.name == name and row.dose is not None), Decimal(0))
        assert (name in told) == (Fraction(milligrams) / Fraction(weight) > Fraction(alert))


@given(ROWS, WEIGHTS)
def test_doses_on_two_sides_add_up(rows: list[Given], weight: Decimal) -> None:
    halves = [Given(row.drug, row.dose and row.dose / 2, row.volume) for row in rows for _ in range(2)]
    assert dose.above_alert(halves, weight) == dose.above_alert(rows, weight)


@pytest.mark.parametrize("name", ALERTS)
def test_the_alert_level_itself_is_no_alert(name: str) -> None:
    weight = Decimal(60)
    at = ALERTS[name] * weight
    assert dose.above_alert([Given(name.upper(), at, None)], weight) == {}
    assert set(dose.above_alert([Given(f" {name.title()} ", at + Decimal("0.01"), None)], weight)) == {name}


@given(ROWS)
def test_a_sum_with_an_unknown_part_is_not_known(rows: list[Given]) -> None:
    """Never a sum of what happens to be known: that would be too small."""
    volumes = [row.volume for row in rows]
    total = dose.volume(rows)
    assert (total is None) == (not volumes or None in volumes)
    if total is not None:
        assert total == sum(volume for volume in volumes if volume is not None)


@given(ROWS)
def test_a_mass_counts_the_drugs_of_its_kind_alone(rows: list[Given]) -> None:
    kind = [row.dose for row in rows if row.name in STEROIDS]
    total = dose.mass(rows, STEROIDS)
    assert (total is None) == (not kind or None in kind)
    if total is not None:
        assert total == sum(each for each in kind if each is not None)


def test_every_anaesthetic_has_its_alert_level_and_is_offered_by_name() -> None:
    assert set(ALERTS) == set(ANAESTHETICS)
    offered = {code.lower() for code in INJECTED_DRUG.codes}
    assert offered >= {*ANAESTHETICS, *STEROIDS}


def test_what_is_typed_in_another_way_is_the_same_drug() -> None:
    rows = [Given(name, Decimal(50), None) for name in ("Bupivacaine", "布比卡因", "0.5% Bupivacaine HCl")]
    assert dose.totals(rows) == {"bupivacaine": Decimal(150)}
    assert dose.mass(rows, ANAESTHETICS) == Decimal(150)
    assert set(dose.above_alert(rows, Decimal(60))) == {"bupivacaine"}
