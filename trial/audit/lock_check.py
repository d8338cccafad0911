"""Verifies that nothing was changed under a lock: the events tell, though its guard was off then."""

from trial.audit import declared, findings, reading
from trial.audit.findings import EVENT, Problem, Report
from trial.models import Participant

# The locks with the events that put them on and took them off; the events of guarded tables after the first
# of them, by all that could hold them. As in `guard_lock`, the date of a visit stands still with each of its
# forms. Text is compared with text: what was tampered with may be no number.
UNDER_A_LOCK = """
with held as (
    select l.id, l.key, l.row ->> 'kind' as kind, l.row ->> 'scope' as scope,
        case l.row ->> 'scope' when 'site' then l.row ->> 'site_id'
            when 'participant' then l.row ->> 'participant_id' when 'visit' then l.row ->> 'visit_id'
            when 'form' then l.row ->> 'record_id' else '' end as whole,
        (select min(r.id) from trial_event r where r.table_name = 'forms_app_lock' and r.key = l.key
            and r.row ->> 'released_at' is not null) as released
    from trial_event l where l.table_name = 'forms_app_lock' and l.operation = 'insert'
), changes as (
    select e.id, e.table_name, e.key, e.record_id::text as form,
        coalesce(r.visit_id::text, case e.table_name when 'trial_visit' then e.key
            else e.row ->> 'visit_id' end) as visit,
        coalesce(r.participant_id::text, case e.table_name when 'trial_participant' then e.key
            else e.row ->> 'participant_id' end) as participant
    from trial_event e left join trial_record r on r.id = e.record_id
    where e.id > (select min(id) from held) and e.table_name = any(%(data)s || %(talk)s)
), within as (
    select c.*, w.scope, w.whole from changes c left join trial_participant p on p.id::text = c.participant
    cross join lateral (values ('study', ''), ('site', p.site_id::text), ('participant', c.participant),
        ('visit', c.visit), ('form', c.form)) w (scope, whole)
    union all
    select c.*, 'form', r.id::text from changes c join trial_record r on r.visit_id::text = c.key
    where c.table_name = 'trial_visit'
)
select distinct on (w.id) w.id, w.table_name, w.key, h.key, h.kind
from within w join held h on h.scope = w.scope and h.whole = w.whole
where w.id > h.id and (h.released is null or w.id < h.released)
    and (w.table_name = any(%(data)s) or h.kind = 'locked')
    and (%(participant)s is null or w.participant = %(participant)s)
order by w.id, h.id limit %(limit)s
"""


def check(report: Report, participant: Participant | None, using: str) -> None:
    """Add each event that a lock should have refused to the report; one statement."""
    values = {
        "data": _guarded("data"),
        "talk": _guarded("talk"),
        "participant": participant and str(participant.pk),
        "limit": findings.MOST + 1,
    }
    for number, table, key, lock, kind in reading.rows(UNDER_A_LOCK, values, using):
        sentence = f"Lock {lock} held it then: {kind}."
        report.add(Problem(EVENT, findings.UNDER_A_LOCK, sentence, number, table, key))


def _guarded(argument: str) -> list[str]:
    """The tables whose guard stops this at a freeze ('data'), or at a lock only ('talk')."""
    triggers = declared.triggers().values()
    return [each.table for each in triggers if each.name == "guard_lock" and each.arguments == (argument,)]
