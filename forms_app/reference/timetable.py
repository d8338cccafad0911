"""The schedule of activities: which form belongs to which visit, and when a visit is on time."""

from forms_app.reference.markdown import table
from trial.crf import registry
from trial.protocol import STUDY
from trial.protocol.schedule import Visit

INTRODUCTION = f"""\
# Schedule of activities

{STUDY.title}. {STUDY.code}, protocol {STUDY.protocol_version}.
Made by `make docs` from the declaration of the schedule.

## Forms by visit
"""

WINDOWS = """\
## Visits

Days count from the injection, which is day 0. The study day of SDTM has no day 0: the injection is its day 1.
A window is made of dates at the site, both ends included.
"""

LOGS = """\
## Logs

Forms that belong to no visit.
"""


def as_markdown() -> str:
    """The schedule to be read."""
    notes = [f"- {note}" for note in STUDY.notes]
    return "\n".join([INTRODUCTION, _forms(), WINDOWS, _visits(), LOGS, _logs(), "## Notes\n", *notes, ""])


def _forms() -> str:
    visits = STUDY.schedule.planned
    head = ["form", *(visit.code for visit in visits), "unscheduled", "log"]
    rows = [
        [
            form.title,
            *(_mark(form.code in visit.forms) for visit in visits),
            _mark(form.code in STUDY.schedule.unscheduled_forms),
            _mark(STUDY.schedule.log(form.code) is not None),
        ]
        for form in registry.FORMS
    ]
    return table(head, rows)


def _mark(present: bool) -> str:
    return "×" if present else ""


def _visits() -> str:
    head = ("visit", "name", "target day", "window", "study day (SDTM)", "opens when the participant is", "")
    return table(head, [_visit(visit) for visit in STUDY.schedule.visits])


def _visit(visit: Visit) -> tuple[str, ...]:
    off = "" if visit.enabled else "switched off"
    if visit.offset is None:
        return visit.code, visit.label, "", "", "", visit.opens, off
    window = f"{visit.offset - visit.before} to {visit.offset + visit.after}"
    # SDTM counts without a day 0.
    study_day = visit.offset + 1 if visit.offset >= 0 else visit.offset
    return visit.code, visit.label, str(visit.offset), window, str(study_day), visit.opens, off


def _logs() -> str:
    titles = {form.code: form.title for form in registry.FORMS}
    rows = [
        (titles[log.form], "as often as needed" if log.repeats else "once", log.opens)
        for log in STUDY.schedule.logs
    ]
    return table(("form", "entries", "opens when the participant is"), rows)
