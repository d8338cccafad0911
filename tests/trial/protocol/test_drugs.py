"""Drugs by the names that people type: cases, salts, releases, strengths, Chinese; never by guessing."""

from collections.abc import Callable
from itertools import combinations

import pytest
from django.utils.translation import gettext, override
from hypothesis import given
from hypothesis import strategies as st

from trial.crf.codelists import ANALGESIC, INJECTED_DRUG
from trial.protocol.drugs import ANAESTHETICS, DRUGS, OPIOIDS, OTHERS, STEROIDS, normal

OFFERED = (*ANALGESIC.terms, *INJECTED_DRUG.terms)
KINDS = (OPIOIDS, ANAESTHETICS, STEROIDS, OTHERS)
PLAIN = sorted(drug for drug in DRUGS.others if drug.isalpha())


@pytest.mark.parametrize(("code", "label"), OFFERED)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_is_offered_is_known_in_either_language(code: str, label: str, language: str) -> None:
    with override(language):
        assert DRUGS.find(code) == DRUGS.find(gettext(label)) == code.lower()


def test_a_drug_is_of_one_kind_and_a_name_of_one_drug() -> None:
    assert not [pair for pair in combinations(KINDS, 2) if set(pair[0]) & set(pair[1])]
    names = [normal(name) for drug, others in DRUGS.others.items() for name in (drug, *others)]
    assert len(names) == len(set(names))


@given(
    st.sampled_from(PLAIN),
    st.sampled_from(["", " hydrochloride", " Sulfate", " HCl"]),
    st.sampled_from(["", " SR", "-retard", " (prolonged release)", " 100 mg", " 0.25%", " 25 µg/h"]),
    st.sampled_from([str.lower, str.upper, str.title]),
)
def test_salt_release_and_strength_leave_the_drug(
    drug: str, salt: str, rest: str, case: Callable[[str], str]
) -> None:
    assert DRUGS.find(case(f"  {drug}{salt}{rest} ")) == drug


@pytest.mark.parametrize(
    ("typed", "drug"),
    [
        ("盐酸曲马多缓释片", "tramadol"),
        ("芬太尼透皮贴剂", "fentanyl"),
        ("盐酸布比卡因注射液", "bupivacaine"),
        ("左布比卡因", "levobupivacaine"),
        ("Lidocaine 2 % + epinephrine", "lidocaine with adrenaline"),
        ("盐酸利多卡因注射液加肾上腺素", "lidocaine with adrenaline"),
        ("0.9％氯化钠", "sodium chloride 0.9 %"),
        ("Acetaminophen", "paracetamol"),
    ],
)
def test_other_names(typed: str, drug: str) -> None:
    assert DRUGS.find(typed) == drug


@pytest.mark.parametrize(
    "typed",
    ["", None, "SR", "50 mg", "Paracetamol 500 mg/codeine 30 mg", "氨酚曲马多", "Sodium chloride 10 %"],
)
def test_what_is_more_than_one_drug_or_none_is_not_guessed(typed: str | None) -> None:
    assert DRUGS.find(typed) is None
