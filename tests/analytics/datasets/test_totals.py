from dataclasses import replace
from decimal import Decimal

import pytest

from analytics.datasets import totals
from analytics.datasets.totals import Totals
from analytics.datasets.vectors import Dataset, Vector
from analytics.mixed import InputRefused
from trial.protocol import STUDY

PAIN, MOTION, _ = STUDY.analyses
ANA, BEN = Vector("01-001", (7, 5, None, 2)), Vector("01-002", (8, None, 6, None))


def test_taking_out_what_was_put_in_gives_the_same_bits() -> None:
    one = Totals.of(Dataset(PAIN, (ANA,)))
    both = one + Totals.of(Dataset(PAIN, (BEN,)))
    assert both.digest() == Totals.of(Dataset(PAIN, (BEN, ANA))).digest()
    assert both.without([BEN]).digest() == one.digest()
    assert both.digest() != one.digest()


def test_the_hash_of_the_values_is_that_of_the_data_set() -> None:
    dataset = Dataset(PAIN, (ANA, BEN, Vector("01-003", (None, None, None, None))))
    assert Totals.of(dataset).data_hash() == dataset.content_hash()


def test_a_value_beside_the_precision_is_refused() -> None:
    with pytest.raises(InputRefused, match="multiple"):
        Totals.of(Dataset(PAIN, (Vector("01-001", (Decimal("7.5"), None, None, None)),)))


def test_the_same_values_of_another_person_are_other_totals() -> None:
    theirs = replace(ANA, participant="01-009")
    assert Totals.of(Dataset(PAIN, (ANA,))).digest() != Totals.of(Dataset(PAIN, (theirs,))).digest()


@pytest.mark.parametrize(
    "change",
    [{"visits": ("BL", "W1")}, {"precision": Decimal("0.1")}, {"item": "nrs_worst24"}, {"form": "motion"}],
)
def test_what_is_totalled_otherwise_has_another_shape(change: dict[str, object]) -> None:
    assert totals.shape(replace(PAIN, **change)) != totals.shape(PAIN)  # type: ignore[arg-type]


def test_what_is_read_otherwise_has_another_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    before = totals.shape(PAIN)
    monkeypatch.setattr(totals, "READING", totals.READING + 1)
    assert totals.shape(PAIN) != before


def test_another_model_of_the_same_data_has_the_same_shape() -> None:
    assert totals.shape(replace(PAIN, covariance="csh")) == totals.shape(PAIN)
    assert totals.shape(MOTION) != totals.shape(PAIN)
