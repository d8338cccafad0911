"""Oral morphine equivalents: every factor, route, unit and frequency; unknown is no value, never 0."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trial.crf.codelists import ANALGESIC, DOSE_UNIT, FREQUENCY, ROUTE
from trial.protocol.drugs import OPIOIDS
from trial.protocol.scoring import morphine
from trial.protocol.scoring.morphine import CDC_2022, MILLIGRAMS, PER_DAY, RATE, daily

WITHOUT_FACTOR = set(OPIOIDS) - set(CDC_2022.factors)
DOSES = st.decimals("0.001", 99999, places=3)
DRUGS = st.sampled_from(sorted(CDC_2022.factors))
NAMES = DRUGS | st.sampled_from((*sorted(WITHOUT_FACTOR), *ANALGESIC.codes))
ROUTES = st.none() | st.sampled_from(ROUTE.codes)
UNITS = st.none() | st.sampled_from(DOSE_UNIT.codes)
FREQUENCIES = st.none() | st.sampled_from(FREQUENCY.codes)


def as_tabled(drug: str, **changes: Any) -> morphine.Equivalent:
    """One dose a day by the route and in the unit of the table."""
    factor = CDC_2022.factors[drug]
    usual: dict[str, Any] = {
        "route": factor.route,
        "unit": factor.unit,
        "frequency": "QD",
        "dose": Decimal(10),
    }
    return daily(**{"drug": drug, **usual, **changes})


@pytest.mark.parametrize(
    ("drug", "per_day"),
    [
        ("codeine", "1.5"),
        ("fentanyl", "24.0"),
        ("hydrocodone", "10.0"),
        ("hydromorphone", "50.0"),
        ("methadone", "47.0"),
        ("morphine", "10.0"),
        ("oxycodone", "15.0"),
        ("oxymorphone", "30.0"),
        ("tapentadol", "4.0"),
        ("tramadol", "2.0"),
    ],
)
def test_ten_units_a_day_of_every_drug_of_the_table(drug: str, per_day: str) -> None:
    found = as_tabled(drug)
    assert (found.outcome, found.per_day, found.table) == ("value", Decimal(per_day), "CDC-2022")
    assert found.factor == CDC_2022.factors[drug].per_unit


def test_no_drug_of_the_table_is_left_out_above() -> None:
    assert len(CDC_2022.factors) == 10


@given(DRUGS, DOSES, st.sampled_from(sorted(PER_DAY)), st.sampled_from(sorted(MILLIGRAMS)))
def test_the_value_is_dose_times_frequency_times_factor(
    drug: str, dose: Decimal, frequency: str, unit: str
) -> None:
    factor = CDC_2022.factors[drug]
    if factor.unit == RATE:
        return
    found = as_tabled(drug, dose=dose, frequency=frequency, unit=unit)
    exact = Fraction(dose) * MILLIGRAMS[unit] * PER_DAY[frequency] * Fraction(factor.per_unit)
    assert found.per_day is not None
    assert -Fraction(1, 20) < Fraction(found.per_day) - exact <= Fraction(1, 20)


@given(NAMES, ROUTES, st.none() | DOSES, UNITS, FREQUENCIES, st.none() | st.decimals(0, 50, places=1))
def test_there_is_a_value_or_a_reason_and_never_a_silent_zero(
    drug: str,
    route: str | None,
    dose: Decimal | None,
    unit: str | None,
    frequency: str | None,
    as_needed: Any,
) -> None:
    found = daily(drug=drug, route=route, dose=dose, unit=unit, frequency=frequency, as_needed=as_needed)
    given_ = (found.per_day, found.factor, found.table)
    if found.outcome == "value":
        assert None not in given_
        assert None not in (route, dose, unit, frequency)
    else:
        assert given_ == (None, None, None)


@pytest.mark.parametrize("drug", sorted(WITHOUT_FACTOR))
def test_an_opioid_without_a_factor_has_no_value(drug: str) -> None:
    found = daily(drug=drug, route="ORAL", dose=Decimal(10), unit="mg", frequency="QD")
    assert (found.outcome, found.per_day) == ("no factor", None)


@pytest.mark.parametrize("drug", sorted(CDC_2022.factors))
@pytest.mark.parametrize("route", ROUTE.codes)
def test_a_factor_holds_for_its_route_alone(drug: str, route: str) -> None:
    outcome = "value" if route == CDC_2022.factors[drug].route else "no factor"
    assert as_tabled(drug, route=route).outcome == outcome


@pytest.mark.parametrize("drug", sorted(CDC_2022.factors))
@pytest.mark.parametrize("unit", DOSE_UNIT.codes)
def test_a_dose_in_a_unit_that_does_not_convert_has_no_value(drug: str, unit: str) -> None:
    mass = CDC_2022.factors[drug].unit == "mg" and unit in MILLIGRAMS
    outcome = "value" if mass or unit == CDC_2022.factors[drug].unit else "no factor"
    assert as_tabled(drug, unit=unit).outcome == outcome


@pytest.mark.parametrize("frequency", [code for code in FREQUENCY.codes if code != "PRN"])
def test_a_patch_counts_its_rate_once_however_often_it_is_renewed(frequency: str) -> None:
    assert as_tabled("fentanyl", dose=Decimal(25), frequency=frequency).per_day == Decimal("60.0")


def test_every_frequency_is_known() -> None:
    assert {*PER_DAY, "PRN"} == set(FREQUENCY.codes)


@pytest.mark.parametrize(("mean", "per_day"), [("2.5", "5.0"), ("0", "0.0"), (None, None)])
def test_as_needed_counts_what_was_taken_on_average(mean: str | None, per_day: str | None) -> None:
    found = as_tabled("tramadol", frequency="PRN", as_needed=mean and Decimal(mean))
    assert found.per_day == (None if per_day is None else Decimal(per_day))


@pytest.mark.parametrize("drug", ["Paracetamol", "", None, "morphin"])
def test_what_is_no_known_opioid_is_none(drug: str | None) -> None:
    found = daily(drug=drug, route="ORAL", dose=Decimal(10), unit="mg", frequency="QD")
    assert (found.outcome, found.per_day) == ("no opioid", None)


@pytest.mark.parametrize("name", [" Morphine ", "Morphine sulfate", "MORPHINE  SR", "硫酸吗啡缓释片", "吗啡"])
def test_names_are_read_as_people_write_them(name: str) -> None:
    found = daily(drug=name, route="ORAL", dose=Decimal(10), unit="mg", frequency="QD")
    assert found.per_day == Decimal("10.0")


def test_every_factor_is_that_of_a_listed_opioid() -> None:
    assert set(CDC_2022.factors) <= set(OPIOIDS)
