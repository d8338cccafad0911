"""What a visit is called, in the language of who reads it."""

from django.utils.translation import gettext as _

from trial.protocol import STUDY


def visit_name(code: str) -> str:
    """The label of a visit of the protocol; unscheduled ones are told apart by their codes."""
    declared = STUDY.schedule.declared(code)
    label = _(declared.label) if declared else code
    return f"{label} {code}" if STUDY.schedule.is_unscheduled(code) else label
