"""The plan of what is compared with its source: the same wherever it is asked."""

from decimal import Decimal

import pytest

from trial.crf import paths, registry
from trial.protocol import STUDY
from trial.protocol.validation import ProtocolError
from trial.protocol.verification import Extent, VerificationPlan, declared

PILOT_SAMPLE = ["01-002", "01-003", "01-005", "01-013", "01-017", "01-020"]
CODES = [f"{site:02}-{number:03}" for site in range(1, 11) for number in range(1, 401)]


def plan(**changes: object) -> VerificationPlan:
    declared_as = {"seed": "a", "fraction": Decimal("0.2"), "critical": {"pain": ("nrs_avg24",)}, **changes}
    return VerificationPlan(**declared_as)  # type: ignore[arg-type]


@pytest.mark.requirement("E6.16")
def test_critical_answers_are_compared_for_everybody() -> None:
    critical = plan(fraction=Decimal(0))
    assert critical.requires("01-001", "pain", "nrs_avg24")
    assert not critical.requires("01-001", "pain", "nrs_now")
    assert not critical.requires("01-001", "motion", "nrs_avg24")


def test_everything_is_compared_where_that_is_the_extent_for_everybody() -> None:
    whole = plan(others=Extent.ALL)
    assert all(whole.requires(code, "motion", "rom_t1") for code in CODES[:50])


def test_of_the_sample_every_answer_is_compared() -> None:
    sampled = plan(fraction=Decimal(1))
    assert sampled.requires("01-001", "injection", "side.LEFT.level")


def test_a_form_may_have_an_extent_of_its_own() -> None:
    whole = plan(fraction=Decimal(0), forms={"motion": Extent.ALL})
    assert whole.requires("01-001", "motion", "rom_t1")
    critical = plan(fraction=Decimal(1), forms={"pain": Extent.CRITICAL})
    assert not critical.requires("01-001", "pain", "nrs_now")


def test_the_sample_follows_from_the_seed_and_the_code_alone() -> None:
    """Fixed by hand: whoever is in the sample today is in it for good."""
    assert [code for code in CODES[:20] if STUDY.verification.is_sampled(code)] == PILOT_SAMPLE
    another = plan(seed="b")
    assert [code for code in CODES if plan().is_sampled(code)] != [
        code for code in CODES if another.is_sampled(code)
    ]


@pytest.mark.parametrize("share", ["0", "0.05", "0.2", "0.5", "1"])
def test_the_share_of_the_sample_is_what_was_declared(share: str) -> None:
    fraction = Decimal(share)
    sampled = sum(plan(fraction=fraction).is_sampled(code) for code in CODES)
    expected = float(fraction) * len(CODES)
    spread = (expected * (1 - float(fraction))) ** 0.5
    assert abs(sampled - expected) <= 4 * spread


def test_a_larger_share_keeps_everybody_of_a_smaller_one() -> None:
    few = {code for code in CODES if plan(fraction=Decimal("0.1")).is_sampled(code)}
    more = {code for code in CODES if plan(fraction=Decimal("0.3")).is_sampled(code)}
    assert few < more


@pytest.mark.parametrize(
    ("path", "item"),
    [("nrs_avg24", "nrs_avg24"), ("side.LEFT.level", "side.level"), ("a.b.c.d", "a.d"), ("", "")],
)
def test_a_path_names_its_item_without_the_row(path: str, item: str) -> None:
    assert declared(path) == item


@pytest.mark.parametrize(
    "wrong",
    [
        {"fraction": Decimal("1.1")},
        {"fraction": Decimal(-1)},
        {"seed": ""},
        {"critical": {"pain": ("a", "a")}},
    ],
)
def test_a_plan_that_contradicts_itself_is_not_loaded(wrong: dict[str, object]) -> None:
    with pytest.raises(ProtocolError):
        plan(**wrong)


def test_the_plan_of_the_study_names_items_that_are_there_and_entered() -> None:
    for code, items in STUDY.verification.critical.items():
        form = registry.form(code)
        assert form is not None, code
        rows = {"": form, **{group.code: group for group in form.groups}}
        for item in items:
            group, _dot, name = item.rpartition(".")
            found = rows[group].item(name)
            assert found is not None, item
            assert (found.derived, found.system) == (False, False), item
    assert set(STUDY.verification.forms) <= set(registry.codes())
    assert paths.find(registry.FORMS[0], STUDY.verification.critical["consent"][0])


@pytest.mark.requirement("E6.16")
def test_the_outcome_the_consent_the_criteria_the_injection_and_seriousness_are_critical() -> None:
    out_of_sample = next(code for code in CODES if not STUDY.verification.is_sampled(code))
    critical = {
        "pain": "nrs_avg24",
        "consent": "dsstdat_ic",
        "eligibility": "incl01",
        "injection": "side.LEFT.level",
        "adverse_event": "aeser",
    }
    assert all(STUDY.verification.requires(out_of_sample, form, item) for form, item in critical.items())
    assert not STUDY.verification.requires(out_of_sample, "demographics", "height")
