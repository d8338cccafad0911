"""System checks: the declarations are held against each other whenever Django starts."""

from typing import Any

from django.core.checks import Error, register

from trial.crf import registry
from trial.protocol import STUDY


@register
def schedule_names_known_forms(**_: Any) -> list[Error]:
    """Each form of the schedule is declared, and each declared form stands in the schedule."""
    scheduled, declared = set(STUDY.schedule.form_codes()), set(registry.codes())
    return [
        Error(f"The form “{code}” stands in the schedule or the registry, not in both.", id="trial.E001")
        for code in sorted(scheduled ^ declared)
    ]


@register
def analyses_name_known_items(**_: Any) -> list[Error]:
    """Each declared analysis reads an item that its form has."""
    return [
        Error(f"Analysis {each.outcome}: {each.form} has no item {each.item}.", id="trial.E002")
        for each in STUDY.analyses
        if registry.form(each.form) is None or registry.form(each.form).item(each.item) is None  # type: ignore[union-attr]
    ]


@register
def criteria_have_items(**_: Any) -> list[Error]:
    """Each criterion of the protocol is an item of the eligibility form."""
    eligibility = registry.form("eligibility")
    return [
        Error(f"Criterion {criterion.code} is no item of the eligibility form.", id="trial.E003")
        for criterion in STUDY.criteria
        if eligibility is None or eligibility.item(criterion.item) is None
    ]
