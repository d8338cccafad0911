"""The analysis set, after ADaM's basic data structure: one row for each participant, outcome, planned visit.

A row is there whether or not there is a value, and says why there is none. ADY and the windows count days
from the injection: day 1 is its day, the day before it day -1, and there is no day 0. BASE is the value at
the reference visit of the declared analysis. ANL01FL marks what enters that analysis.
"""

from collections.abc import Iterator

from psycopg2.sql import SQL, Composable, Identifier, Literal

from analytics.exports import cells, fields
from analytics.exports.dataset import Column, Dataset, Kind
from analytics.exports.fields import Field
from analytics.exports.options import Population
from analytics.exports.scope import AS_FAR_AS, REACHED, STATUSES, Scope
from analytics.exports.table import Table, named
from trial.crf import registry
from trial.crf.answers import Answers
from trial.crf.codelists import MISSING, YES_NO
from trial.crf.items import Item
from trial.crf.privacy import PLAIN, Sensitivity
from trial.lifecycle import COMPLETED
from trial.protocol import STUDY
from trial.protocol.analyses import Analysis
from trial.protocol.schedule import Visit

SELECT = """
select {participant} as participant, {place} as outcome_place, w.place as visit_place, {columns}
from trial_participant p
join trial_site s on s.id = p.site_id
cross join (values {visits}) as w (code, place, target, low, high)
left join trial_visit v on v.participant_id = p.id and v.code = w.code
left join trial_record r
    on r.visit_id = v.id and r.form = {form} and r.repeat = 1 and not r.removed and {status}
left join {table} f on f.record_id = r.id
left join (
    select r.participant_id, b.{item} as value
    from {table} b
    join trial_record r on r.id = b.record_id and r.repeat = 1 and not r.removed and {status}
    join trial_visit v on v.id = r.visit_id and v.code = {reference}
) as b on b.participant_id = p.id
left join (
    select r.participant_id, i.injdat as day
    from trial_injection i
    join trial_record r on r.id = i.record_id and not r.removed
    where i.injdat is not null
) as t on t.participant_id = p.id
{join}
where {participants}
"""

# An outcome of which nothing is chosen.
NO_ROWS = "select null as participant, 0 as outcome_place, 0 as visit_place, {} where false"

ORDER = SQL("participant, outcome_place, visit_place")

# Why there is no value, where no missing code says it.
NO_VISIT, NOT_DONE, NO_FORM, NO_ANSWER = "NO VISIT", "VISIT NOT DONE", "NO FORM", "NO ANSWER"
REASONS = (
    *MISSING.terms,
    (NO_VISIT, "The visit is not recorded"),
    (NOT_DONE, "The visit did not take place"),
    (NO_FORM, "There is no form, or none of the chosen status"),
    (NO_ANSWER, "The form has no answer, or too few to derive it"),
)
REASON = """
case when f.{item} is not null then null
     when v.id is null then {no_visit}
     when v.occurred = 'N' then {not_done}
     when r.id is null then {no_form}
     else coalesce({missing}, {no_answer}) end
"""

NAME_LENGTH = 8
OUTCOMES = tuple((analysis.outcome.upper()[:NAME_LENGTH], analysis.title) for analysis in STUDY.analyses)
YES = (YES_NO.terms[0],)
STUDY_DAY = "v.visit_date - t.day + case when v.visit_date >= t.day then 1 else 0 end"
IN_WINDOW = (
    f"case when {STUDY_DAY} between w.low and w.high then 'Y' when {STUDY_DAY} is not null then 'N' end"
)


def tables(scope: Scope) -> Iterator[Table]:
    """The one table."""
    chosen = [analysis for analysis in STUDY.analyses if _is_chosen(scope, analysis)]
    found = _fields(STUDY.analyses[0])
    shown = _shown(scope, found)
    selects = [_select(scope, analysis) for analysis in chosen]
    none = SQL(NO_ROWS).format(named([cells.NOTHING] * len(shown)))
    dataset = Dataset(
        "analysis",
        "One row for each participant, outcome and planned visit",
        tuple(field.column for field in shown),
        key=("USUBJID", "PARAMCD", "AVISITN"),
    )
    select = SQL(" union all ").join(selects) if selects else none
    yield Table(dataset, select, ORDER, scope.alterations(found))


def item_of(analysis: Analysis) -> tuple[type[Answers], Item]:
    """The form and the item that are analysed; a system check holds that they exist."""
    form = registry.form(analysis.form)
    assert form is not None
    item = form.item(analysis.item)
    assert item is not None
    return form, item


def _is_chosen(scope: Scope, analysis: Analysis) -> bool:
    form, item = item_of(analysis)
    return form in scope.forms() and item in scope.items(form) and bool(_visits(scope, analysis))


def _visits(scope: Scope, analysis: Analysis) -> list[Visit]:
    codes = [code for code in analysis.visits if scope.takes_visit(code)]
    return [visit for visit in STUDY.schedule.visits if visit.code in codes]


def _select(scope: Scope, analysis: Analysis) -> Composable:
    form, item = item_of(analysis)
    (participant,) = scope.shown([fields.PARTICIPANT])
    return SQL(SELECT).format(
        participant=participant.stored,
        place=Literal(STUDY.analyses.index(analysis)),
        columns=named([field.text() for field in _shown(scope, _fields(analysis))]),
        visits=SQL(", ").join(_visit(visit) for visit in _visits(scope, analysis)),
        form=Literal(form.code),
        table=Identifier(form._meta.db_table),
        item=Identifier(item.name),
        reference=Literal(analysis.reference),
        status=STATUSES[scope.options.status],
        join=scope.join(),
        participants=scope.participants(),
    )


def _visit(visit: Visit) -> Composable:
    days = _days(visit)
    return SQL("({}, {}, {}::int, {}::int, {}::int)").format(
        Literal(visit.code), Literal(STUDY.schedule.position(visit.code)), *map(Literal, days)
    )


def _days(visit: Visit) -> tuple[int | None, int | None, int | None]:
    """Target, first and last study day of the window."""
    if visit.offset is None:
        return None, None, None
    days = (visit.offset, visit.offset - visit.before, visit.offset + visit.after)
    target, low, high = (day + 1 if day >= 0 else day for day in days)
    return target, low, high


def _shown(scope: Scope, found: list[Field]) -> list[Field]:
    """The fields as they may be shown; who somebody is in all studies follows from the code that is shown."""
    return [
        field.at(SQL("{} || {}").format(Literal(f"{STUDY.code}-"), field.stored))
        if field.column.name == "USUBJID"
        else field
        for field in scope.shown(found)
    ]


def _fields(analysis: Analysis) -> list[Field]:
    _form, item = item_of(analysis)
    return [*_who(), *_what(analysis), *_when(), *_values(analysis, item)]


def _who() -> Iterator[Field]:
    yield _text("STUDYID", "Study", cells.text(STUDY.code))
    yield _text("SITEID", "Site", SQL("s.code"), Sensitivity.SITE)
    yield _text("USUBJID", "Participant, of all studies", SQL("p.code"), Sensitivity.PARTICIPANT)
    yield _text("SUBJID", "Participant", SQL("p.code"), Sensitivity.PARTICIPANT)
    yield _flag("ENRLFL", "Was enrolled", _reached(*REACHED[Population.ENROLLED]))
    yield _flag("SAFFL", "Was treated (safety population)", _reached(*REACHED[Population.TREATED]))
    yield _flag("COMPLFL", "Completed the study", _reached(COMPLETED))
    yield Field(Column("TRTSDT", "Date of the injection", Kind.DATE), SQL("t.day"), Sensitivity.DATE)


def _what(analysis: Analysis) -> Iterator[Field]:
    place = STUDY.analyses.index(analysis)
    code, title = OUTCOMES[place]
    yield _coded("PARAMCD", "Outcome", OUTCOMES, cells.text(code))
    yield _text("PARAM", "Outcome in words", cells.text(f"{title} ({analysis.unit})"))
    yield _whole("PARAMN", "Number of the outcome", Literal(place + 1))


def _when() -> Iterator[Field]:
    yield _coded("VISIT", "Code of the visit", fields.VISITS, SQL("w.code"))
    yield _text("AVISIT", "Visit", cells.label(Kind.CODE, _planned(), SQL("w.code")))
    yield _whole("AVISITN", "Place of the visit in the schedule", SQL("w.place"))
    yield Field(Column("ADT", "Date of the visit", Kind.DATE), SQL("v.visit_date"), Sensitivity.DATE)
    yield _whole("ADY", "Study day of the visit", SQL(STUDY_DAY))
    yield _whole("AWTARGET", "Study day on which the visit is planned", SQL("w.target"))
    yield _whole("AWLO", "First study day of the window", SQL("w.low"))
    yield _whole("AWHI", "Last study day of the window", SQL("w.high"))
    yield _coded("AWINFL", "Visit within its window", YES_NO.terms, SQL(IN_WINDOW))


def _values(analysis: Analysis, item: Item) -> Iterator[Field]:
    value, base = SQL("f.{}::numeric").format(Identifier(item.name)), SQL("b.value::numeric")
    at_reference = SQL("w.code = {}").format(Literal(analysis.reference))
    there = SQL("{} is not null").format(value)
    after = {"value": value, "base": base, "at_reference": at_reference}
    yield Field(Column("AVAL", "Value", Kind.DECIMAL), value, item.privacy)
    yield _text("AVALU", "Unit of the value", cells.text(analysis.unit))
    yield Field(Column("BASE", "Value at the reference visit", Kind.DECIMAL), base, item.privacy)
    change = SQL("case when not {at_reference} then {value} - {base} end").format(**after)
    yield Field(Column("CHG", "Change from the reference visit", Kind.DECIMAL), change, item.privacy)
    percent = SQL(
        "case when not {at_reference} and {base} <> 0 then round(100 * ({value} - {base}) / {base}, 4) end"
    ).format(**after)
    yield Field(Column("PCHG", "Change in per cent", Kind.DECIMAL, unit="%", places=4), percent, item.privacy)
    yield _flag("ABLFL", "Is the value at the reference visit", SQL("{} and {}").format(at_reference, there))
    yield _flag("ANL01FL", "Enters the declared analysis", there)
    yield _coded("AVALREAS", "Why there is no value", REASONS, _reason(item))


def _reason(item: Item) -> Composable:
    return SQL(REASON).format(
        item=Identifier(item.name),
        missing=cells.NOTHING if item.derived else Identifier("f", item.missing_name),
        no_visit=Literal(NO_VISIT),
        not_done=Literal(NOT_DONE),
        no_form=Literal(NO_FORM),
        no_answer=Literal(NO_ANSWER),
    )


def _planned() -> tuple[tuple[str, str], ...]:
    return tuple((visit.code, visit.label) for visit in STUDY.schedule.visits)


def _text(name: str, label: str, stored: Composable, privacy: Sensitivity = PLAIN) -> Field:
    return Field(Column(name, label), stored, privacy)


def _whole(name: str, label: str, stored: Composable) -> Field:
    return Field(Column(name, label, Kind.WHOLE), stored, PLAIN)


def _coded(name: str, label: str, codes: tuple[tuple[str, str], ...], stored: Composable) -> Field:
    return Field(Column(name, label, Kind.CODE, codes=codes), stored, PLAIN)


def _flag(name: str, label: str, condition: Composable) -> Field:
    """Y, or nothing, as flags are in ADaM."""
    return _coded(name, label, YES, SQL("case when {} then 'Y' end").format(condition))


def _reached(*states: str) -> Composable:
    return cells.any_of(AS_FAR_AS, states)
