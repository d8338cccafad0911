-- For each analysis: its newest run, whether it is stale, and its newest rebuild. A run is stale when an event
-- of its data set is not visible in its position, when its analysis was declared anew, or once a later epoch
-- is open. Parameters: one array entry for each analysis. {unseen} is unseen.sql.
with analysis as (
    select * from unnest(
        %(outcomes)s::text[], %(forms)s::text[], %(tables)s::text[], %(specs)s::jsonb[]
    ) with ordinality as declared (outcome, form, answers, spec, place)
)
select
    seen.id,
    case
        when seen.id is null then exists (select from trial_event e where e.table_name = analysis.answers)
        when seen.spec <> analysis.spec then true
        when seen.epoch <> (select max(id) from trial_epoch) then true
        else exists (
            select
            from trial_event e
            where {unseen}
        )
    end as stale,
    (select max(r.id) from analytics_rebuild r where r.outcome = analysis.outcome) as rebuild
from analysis
left join lateral (
    select r.id, r.spec, r.epoch, r.snapshot
    from analytics_run r
    where r.outcome = analysis.outcome
    order by r.id desc
    limit 1
) seen on true
order by analysis.place
