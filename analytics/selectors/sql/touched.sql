-- The codes of the participants whose part of a data set an event touches that is not visible in a position.
-- A record keeps its participant for good; the event of a record that is gone still names them.
-- {unseen} is unseen.sql.
select distinct p.code
from (select %(form)s::text as form, %(answers)s::text as answers) analysis
cross join (select %(epoch)s::integer as epoch, %(snapshot)s::pg_snapshot as snapshot) seen
cross join lateral (
    select coalesce((e.row ->> 'participant_id')::bigint, r.participant_id) as participant_id
    from trial_event e
    left join trial_record r on r.id = e.record_id
    where {unseen}
) touched
join trial_participant p on p.id = touched.participant_id
