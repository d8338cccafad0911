"""The system checks that hold the declarations against each other."""

from dataclasses import replace

import pytest
from django.core.checks import run_checks

from trial import checks
from trial.crf import registry
from trial.protocol import STUDY
from trial.protocol.criteria import Criterion
from trial.protocol.study import Study


def test_the_declarations_agree() -> None:
    assert [each for each in run_checks() if each.id and each.id.startswith("trial.")] == []


def test_the_registry_covers_the_schedule_and_nothing_else() -> None:
    assert set(registry.codes()) == set(STUDY.schedule.form_codes())
    assert len(set(registry.codes())) == len(registry.FORMS)


def test_a_form_is_found_by_its_code_alone() -> None:
    for form in registry.FORMS:
        assert registry.form(form.code) is form
    assert registry.form("Pain") is None


def with_study(patch: pytest.MonkeyPatch, study: Study) -> None:
    patch.setattr(checks, "STUDY", study)


def test_a_scheduled_form_that_is_not_declared_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    schedule = replace(STUDY.schedule, unscheduled_forms=("pain", "sleep"))
    with_study(monkeypatch, replace(STUDY, schedule=schedule))
    told = checks.schedule_names_known_forms()
    assert [(error.id, "sleep" in str(error.msg)) for error in told] == [("trial.E001", True)]


def test_a_declared_form_that_no_visit_has_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    schedule = replace(STUDY.schedule, visits=STUDY.schedule.visits[1:])
    with_study(monkeypatch, replace(STUDY, schedule=schedule))
    told = checks.schedule_names_known_forms()
    of_screening = sorted(STUDY.schedule.visits[0].forms)
    assert [str(error.msg).split("”")[0] for error in told] == [f"The form “{form}" for form in of_screening]


def test_an_analysis_of_an_item_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = replace(STUDY.analyses[0], item="nrs_typo")
    with_study(monkeypatch, replace(STUDY, analyses=(wrong,)))
    assert [error.id for error in checks.analyses_name_known_items()] == ["trial.E002"]


def test_a_criterion_without_an_item_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    criteria = (*STUDY.criteria, Criterion("EXCL99", "exclusion", "Frailty"))
    with_study(monkeypatch, replace(STUDY, criteria=criteria))
    told = checks.criteria_have_items()
    assert [(error.id, "EXCL99" in str(error.msg)) for error in told] == [("trial.E003", True)]
