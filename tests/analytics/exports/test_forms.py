"""The shape of forms: nothing of a casebook is lacking in it."""

from collections import Counter

import pytest

from analytics.exports.dataset import Kind
from analytics.exports.options import Options
from analytics.exports.selection import open_selection
from tests import lived
from tests.analytics.exports.files_read import rows_of
from tests.cast import Cast
from trial.crf import registry

pytestmark = pytest.mark.django_db(transaction=True)


def test_each_form_and_each_group_has_a_table(cast: Cast) -> None:
    expected = ["participants", "visits"]
    for form in registry.FORMS:
        expected += [form.code, *(f"{form.code}_{group.code}" for group in form.groups)]
    with open_selection(by=cast.data_manager, options=Options(shape="forms")) as source:
        assert [dataset.name for dataset in source.datasets()] == expected


def test_every_value_and_missing_code_of_the_long_shape_stands_in_a_table(cast: Cast) -> None:
    lived.all_of_it(cast)
    long: Counter[tuple[str, str]] = Counter()
    for row in rows_of(cast.data_manager, "long"):
        long[row["item"], row["value"]] += bool(row["value"])
        long[row["item"], row["missing"]] += bool(row["missing"])
    tables: Counter[tuple[str, str]] = Counter()
    with open_selection(by=cast.data_manager, options=Options(shape="forms")) as source:
        for dataset in source.datasets():
            for cells in source.rows(dataset):
                for column, cell in zip(dataset.columns, cells, strict=True):
                    tables[column.item, cell or ""] += bool(column.item and cell)
    assert +long == +tables
    assert {missing for _, missing in long if missing in ("ND", "UNK", "NA", "REF")} == {
        "ND",
        "UNK",
        "NA",
        "REF",
    }


def test_fixed_rows_of_a_group_are_all_there_filled_or_not(cast: Cast) -> None:
    participant = lived.with_talk(cast)
    sides = rows_of(cast.data_manager, "forms", "injection_side")
    assert [(row["participant"], row["group_key"]) for row in sides] == [
        (participant.code, "LEFT"),
        (participant.code, "RIGHT"),
    ]


def test_columns_know_their_type_codes_unit_and_where_they_come_from(cast: Cast) -> None:
    with open_selection(by=cast.data_manager, options=Options(shape="forms")) as source:
        (motion,) = [dataset for dataset in source.datasets() if dataset.name == "motion"]
    columns = {column.name: column for column in motion.columns}
    mean, method, missing = columns["rom_mean"], columns["rom_meth"], columns["rom_meth_missing"]
    assert (mean.kind, mean.places, mean.unit, mean.cdisc) == (Kind.DECIMAL, 1, "deg", "MK.MKSTRESN")
    assert (method.kind, method.form, method.item) == (Kind.CODE, "motion", "rom_meth")
    assert ("GONIOMETER", "Goniometer") in method.codes
    assert (missing.missing_of, missing.codes[0]) == ("rom_meth", ("ND", "Not done"))
    assert columns["visit_date"].kind is Kind.DATE
    assert motion.key == ("participant", "visit")
