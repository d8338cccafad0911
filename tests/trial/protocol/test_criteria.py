"""Who is eligible."""

import pytest

from trial.protocol.criteria import PILOT_CRITERIA, Criterion, verdict
from trial.protocol.validation import ProtocolError

CLEAR = {criterion.item: criterion.wanted for criterion in PILOT_CRITERIA}
WRONG = {"Y": "N", "N": "Y"}


def test_the_pilot_has_the_criteria_of_its_protocol() -> None:
    codes = [criterion.code for criterion in PILOT_CRITERIA]
    inclusion = [f"INCL{number:02}" for number in range(1, 8)]
    assert codes == inclusion + [f"EXCL{number:02}" for number in range(1, 13)]


def test_not_applicable_speaks_for_the_participant_only_where_it_may() -> None:
    may = [criterion.code for criterion in PILOT_CRITERIA if criterion.may_be_na]
    assert may == ["EXCL06"]
    for criterion in PILOT_CRITERIA:
        judged = verdict(CLEAR | {criterion.item: "NA"})
        assert judged.eligible is criterion.may_be_na


def test_everything_met_and_nothing_present_is_eligible() -> None:
    judged = verdict(CLEAR)
    assert (judged.eligible, judged.code, judged.reasons) == (True, "Y", ())


@pytest.mark.parametrize("criterion", PILOT_CRITERIA, ids=lambda criterion: criterion.code)
def test_one_failed_criterion_decides_with_its_reason(criterion: Criterion) -> None:
    judged = verdict(CLEAR | {criterion.item: WRONG[criterion.wanted]})
    what = "is not met" if criterion.kind == "inclusion" else "is present"
    assert judged.code == "N"
    assert judged.reasons == (f"{criterion.code} {what}: {criterion.label}.",)


@pytest.mark.parametrize("criterion", PILOT_CRITERIA, ids=lambda criterion: criterion.code)
def test_an_unanswered_criterion_leaves_it_open(criterion: Criterion) -> None:
    judged = verdict(CLEAR | {criterion.item: None})
    assert (judged.eligible, judged.code) == (None, None)
    assert judged.unanswered == (criterion,)


def test_a_failed_criterion_decides_though_others_are_unanswered() -> None:
    judged = verdict({"excl01": "Y"})
    assert judged.code == "N"
    assert len(judged.unanswered) == len(PILOT_CRITERIA) - 1


def test_no_answer_at_all_is_no_verdict() -> None:
    assert verdict({}).code is None


def test_every_failed_criterion_is_among_the_reasons() -> None:
    judged = verdict({criterion.item: WRONG[criterion.wanted] for criterion in PILOT_CRITERIA})
    assert [reason[:6] for reason in judged.reasons] == [criterion.code for criterion in PILOT_CRITERIA]


@pytest.mark.parametrize(("code", "kind"), [("EXCL01", "inclusion"), ("INCL01", "exclusion")])
def test_a_code_that_contradicts_its_kind_is_refused(code: str, kind: str) -> None:
    with pytest.raises(ProtocolError, match=f"Criterion {code} must start with"):
        Criterion(code, kind, "Contradiction")  # type: ignore[arg-type]
