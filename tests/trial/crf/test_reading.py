"""Reading a submission: what is typed, derived, asked, unanswered, misplaced."""

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

from tests import answers
from trial.crf.answers import Answers
from trial.crf.codelists import COMPLICATION, MISSING
from trial.crf.reading import Reading, read
from trial.crf.submission import Entry, Submission
from trial.models import Consent, Disability, Eligibility, Injection, Motion, Pain

TODAY = date(2026, 3, 31)
YESTERDAY = date(2026, 3, 30)


def reading(form: type[Answers], items: dict[str, Any], missing: dict[str, Any] | None = None) -> Reading:
    return read(form, answers.form(items, missing), TODAY)


def injection(**changes: Any) -> Reading:
    return read(Injection, answers.injection(YESTERDAY, **changes), TODAY)


# Values and missing codes


def test_an_empty_form_is_read_and_every_required_item_is_unanswered() -> None:
    empty = reading(Pain, {})
    assert (empty.errors, empty.unanswered) == ({}, ["nrs_avg24"])


@pytest.mark.parametrize("code", MISSING.codes)
def test_a_missing_code_answers_a_required_item(code: str) -> None:
    found = reading(Pain, {}, {"nrs_avg24": code})
    assert (found.errors, found.unanswered) == ({}, [])
    assert found.header.columns()["nrs_avg24_missing"] == code


@pytest.mark.parametrize("code", [None, ""])
def test_an_empty_missing_code_is_none(code: str | None) -> None:
    found = reading(Pain, {"nrs_avg24": 4}, {"nrs_avg24": code})
    assert found.errors == {}
    assert found.header.missing == {}


@pytest.mark.parametrize("code", ["nd", "-99", 7, ["ND"], True])
def test_what_is_no_missing_code_is_refused(code: Any) -> None:
    found = reading(Pain, {}, {"nrs_avg24": code})
    assert found.errors == {"nrs_avg24": f"“{code}” is no missing code. Choose one of: ND, UNK, NA, REF."}


def test_a_value_and_a_missing_code_together_are_refused() -> None:
    found = reading(Pain, {"nrs_avg24": 4}, {"nrs_avg24": "ND"})
    assert found.errors == {"nrs_avg24": "Give a value or a reason why it is missing, not both."}


@pytest.mark.parametrize("part", ["items", "missing"])
def test_a_typo_of_an_items_name_is_refused(part: str) -> None:
    entry = Entry(**{part: {"nrs_avg": "ND"}})
    found = read(Pain, Submission(entry), TODAY)
    assert found.errors == {"nrs_avg": "The form has no item “nrs_avg”."}


def test_a_companion_column_is_no_item() -> None:
    assert "nrs_avg24_missing" in reading(Pain, {"nrs_avg24_missing": "ND"}).errors


def test_every_wrong_item_has_its_own_sentence() -> None:
    found = reading(Pain, {"nrs_avg24": 11, "nrs_now": "x", "nrs_worst24": 3})
    assert set(found.errors) == {"nrs_avg24", "nrs_now"}


def test_an_item_that_cannot_be_stored_is_not_called_unanswered_too() -> None:
    assert reading(Pain, {"nrs_avg24": 11}).unanswered == []


# Dates


def test_today_at_the_site_is_no_future_date() -> None:
    assert read(Consent, answers.consent(TODAY), TODAY).errors == {}


def test_a_date_in_the_future_is_refused() -> None:
    found = read(Consent, answers.consent(date(2026, 4, 1)), TODAY)
    sentence = "Enter a date up to today, 31 March 2026; 1 April 2026 lies in the future."
    assert found.errors == {"dsstdat_ic": sentence}


def test_an_expiry_may_lie_in_the_future() -> None:
    found = injection(drugs={"1": answers.drug(ecexp="2030-01-01")})
    assert found.errors == {}


# Conditions


def test_an_item_that_is_not_asked_stays_empty() -> None:
    found = reading(Motion, {"rom_perf": "N", "rom_reasnd": "Pain", "rom_t1": 20})
    assert found.errors == {"rom_t1": "Leave this empty: “Flexion measured” does not ask for it."}


def test_an_item_that_is_not_asked_is_not_required() -> None:
    assert reading(Motion, {"rom_perf": "N", "rom_reasnd": "Pain"}).unanswered == []


def test_an_item_that_is_asked_is_required() -> None:
    assert reading(Motion, {"rom_perf": "Y"}).unanswered == ["rom_t1", "rom_meth", "rom_eval"]
    assert reading(Motion, {"rom_perf": "N"}).unanswered == ["rom_reasnd"]


def test_nothing_depends_on_an_answer_that_was_not_given() -> None:
    found = reading(Motion, {})
    assert (found.errors, found.unanswered) == ({}, ["rom_perf"])


def test_a_wrong_answer_is_the_only_error_though_others_depend_on_it() -> None:
    found = read(Motion, answers.motion(rom_perf="yes"), TODAY)
    assert set(found.errors) == {"rom_perf"}


# Rules of one row


def test_an_injection_cannot_end_before_it_starts() -> None:
    found = injection(injsttim="10:00", injentim="09:59")
    assert found.errors == {"injsttim": "The injection cannot end before it starts."}


def test_an_injection_may_end_in_the_minute_it_starts() -> None:
    assert injection(injsttim="10:00", injentim="10:00").errors == {}


def test_a_needle_cannot_lie_deeper_than_it_is_long() -> None:
    found = injection(left={"ndllen": 80, "ndldep": 81})
    assert found.errors == {"side.LEFT.ndldep": "The needle cannot lie deeper than it is long."}


def test_a_needle_may_be_in_to_its_hub() -> None:
    assert injection(left={"ndllen": 80, "ndldep": 80}).errors == {}


# Derived items


def test_the_index_is_derived() -> None:
    found = read(Disability, answers.disability(2), TODAY).header.values
    assert (found["odi_n"], found["odi_sum"]) == (10, 21)
    assert (found["odi_pct"], found["odi_band"]) == (Decimal("42.0"), "SEVERE")


def test_the_mean_is_derived() -> None:
    assert read(Motion, answers.motion(20, 21, "22.1"), TODAY).header.values["rom_mean"] == Decimal("21.0")


def test_the_verdict_is_derived() -> None:
    assert read(Eligibility, answers.eligibility(YESTERDAY), TODAY).header.values["elig"] == "Y"
    assert read(Eligibility, answers.eligibility(YESTERDAY, excl02="Y"), TODAY).header.values["elig"] == "N"


def test_a_dose_is_derived_half_up_to_a_hundredth() -> None:
    found = injection(drugs={"1": answers.drug(ecstrn="0.25", ecvol="0.1")})
    assert found.groups["drug"]["1"].values["ecdose"] == Decimal("0.03")


def test_segments_count_both_ends() -> None:
    found = injection(left={"dispcrn": "L2", "dispcau": "L4"})
    assert found.groups["side"]["LEFT"].values["dispseg"] == 3


def test_swapped_ends_have_no_segments() -> None:
    found = injection(left={"dispcrn": "L4", "dispcau": "L2"})
    assert found.groups["side"]["LEFT"].values["dispseg"] is None


def test_a_derived_value_may_be_sent_back_as_it_was_read() -> None:
    submission = answers.disability(2, odi_n=10, odi_sum=21, odi_pct=42.0, odi_band="SEVERE")
    assert read(Disability, submission, TODAY).errors == {}


@pytest.mark.parametrize("sent", [41.9, 42, "42.1", 100])
def test_a_derived_value_that_does_not_follow_is_refused(sent: Any) -> None:
    found = read(Disability, answers.disability(2, odi_pct=sent), TODAY)
    if sent == 42:
        assert found.errors == {}
        return
    sentence = "This value is derived; leave it out, or send what follows from the other answers."
    assert found.errors == {"odi_pct": sentence}


def test_a_verdict_cannot_be_sent() -> None:
    assert "elig" in read(Eligibility, answers.eligibility(YESTERDAY, excl01="Y", elig="Y"), TODAY).errors


def test_a_derived_item_takes_no_missing_code() -> None:
    found = reading(Motion, {"rom_perf": "N", "rom_reasnd": "Pain"}, {"rom_mean": "ND"})
    assert found.errors == {"rom_mean": "This value is derived, so it takes no missing code."}


def test_derived_columns_have_no_companion() -> None:
    assert "odi_pct_missing" not in read(Disability, answers.disability(), TODAY).header.columns()


# Groups


def test_a_complete_injection_leaves_nothing_open() -> None:
    found = injection()
    assert (found.errors, found.unanswered) == ({}, [])


def test_both_sides_and_every_complication_are_asked() -> None:
    found = read(Injection, Submission(answers.injection(YESTERDAY).header), TODAY)
    expected = ["side.LEFT.sidedone", "side.RIGHT.sidedone"]
    expected += [f"complication.{code}.cpoccur" for code in COMPLICATION.codes]
    assert found.unanswered == expected


def test_an_injection_that_was_not_performed_asks_for_its_reason_alone() -> None:
    found = reading(Injection, {"injperf": "N"})
    assert found.unanswered == ["injreasnd"]
    assert found.groups == {}


def test_rows_that_are_not_asked_are_refused() -> None:
    submission = Submission(answers.not_performed().header, {"side": {"LEFT": Entry({"sidedone": "Y"})}})
    found = read(Injection, submission, TODAY)
    assert found.errors == {"side.LEFT": "Leave “Side” empty: it is not asked with these answers."}


def test_empty_rows_that_are_not_asked_are_let_pass() -> None:
    submission = Submission(
        answers.not_performed().header, {"side": {"LEFT": Entry({"sidedone": ""}, {"level": None})}}
    )
    assert read(Injection, submission, TODAY).errors == {}


def test_rows_are_not_judged_while_what_asks_for_them_is_wrong() -> None:
    assert set(injection(injperf="maybe").errors) == {"injperf"}


def test_a_group_that_the_form_does_not_have_is_refused() -> None:
    found = read(Pain, Submission(Entry({"nrs_avg24": 4}), {"side": {}}), TODAY)
    assert found.errors == {"side": "The form “Pain intensity” has no group “side”."}


@pytest.mark.parametrize("key", ["MIDDLE", "left", "1", ""])
def test_a_side_that_nobody_has_is_refused(key: str) -> None:
    submission = answers.injection(YESTERDAY)
    rows = {**submission.groups["side"], key: Entry({"sidedone": "Y"})}
    found = read(Injection, Submission(submission.header, {**submission.groups, "side": rows}), TODAY)
    assert found.errors == {f"side.{key}": f"“{key}” is no row of “Side”."}


@pytest.mark.parametrize("key", ["0", "01", "100", "-1", "x", "", "１", "1\n"])
def test_a_numbered_row_is_numbered_from_1_to_99(key: str) -> None:
    found = injection(drugs={key: answers.drug()})
    assert f"drug.{key}" in found.errors


@pytest.mark.parametrize("key", ["1", "9", "99"])
def test_a_numbered_row_may_have_a_gap_before_it(key: str) -> None:
    assert set(injection(drugs={key: answers.drug()}).groups["drug"]) == {key}


def test_an_empty_numbered_row_is_not_in_use() -> None:
    found = injection(drugs={"1": answers.drug(), "2": {"lat": "", "ectrt": None}})
    assert set(found.groups["drug"]) == {"1"}


def test_an_error_in_a_row_has_the_path_of_the_row() -> None:
    found = injection(left={"ndlga": 13}, drugs={"2": answers.drug(ecvol=61, kind="x")})
    assert set(found.errors) == {"side.LEFT.ndlga", "drug.2.ecvol", "drug.2.kind"}


def test_an_unanswered_item_in_a_row_has_the_path_of_the_row() -> None:
    assert injection(drugs={"3": {"lat": "LEFT"}}).unanswered == [
        "drug.3.ectrt",
        "drug.3.ecstrn",
        "drug.3.ecvol",
    ]


def test_times_are_read_to_the_minute() -> None:
    assert injection().header.values["injsttim"] == time(10, 0)


@pytest.mark.parametrize("value", [{}, [], True, 1, {"a": []}])
def test_nothing_that_json_can_say_is_more_than_an_error(value: Any) -> None:
    """Whatever a client sends as an answer of whatever form, reading it raises nothing."""
    for form in (Consent, Eligibility, Pain, Motion, Disability, Injection):
        items = {str(item.name): value for item in form.items()}
        assert reading(form, items, dict.fromkeys(items, value)).errors
