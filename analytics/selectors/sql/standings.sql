-- For each analysis: its newest run, and whether it is stale: whether an event of its data set is not
-- visible in the position of that run. Parameters: one array entry for each analysis.
--
-- To a data set belong the answers of its form and the records of that form. The code of a visit never changes.
-- Transaction ids can be compared only within an epoch: once a later one is open, a run is stale.
-- "Not visible" implies xact >= xmin; said again, it lets the index on xact find the few events in question.
with analysis as (
    select * from unnest(
        %(outcomes)s::text[], %(forms)s::text[], %(tables)s::text[], %(specs)s::jsonb[]
    ) with ordinality as declared (outcome, form, answers, spec, place)
)
select
    analysis.outcome,
    run.id,
    case
        when run.id is null then exists (select from trial_event e where e.table_name = analysis.answers)
        when run.spec <> analysis.spec then true
        when run.epoch <> (select max(id) from trial_epoch) then true
        else exists (
            select
            from trial_event e
            where e.epoch = run.epoch
              and e.xact >= pg_snapshot_xmin(run.snapshot)
              and not pg_visible_in_snapshot(e.xact, run.snapshot)
              and (
                  e.table_name = analysis.answers
                  or (e.table_name = 'trial_record' and e.row ->> 'form' = analysis.form)
              )
        )
    end as stale
from analysis
left join lateral (
    select r.id, r.spec, r.epoch, r.snapshot
    from analytics_run r
    where r.outcome = analysis.outcome
    order by r.id desc
    limit 1
) run on true
order by analysis.place
