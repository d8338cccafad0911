-- Of an event e: that it belongs to the data set of `analysis` and is not visible in the position of `seen`.
--
-- To a data set belong the answers of its form and the records of that form. The code of a visit never changes.
-- Transaction ids can be compared only within an epoch.
-- "Not visible" implies xact >= xmin; said again, it lets the index on xact find the few events in question.
e.epoch = seen.epoch
and e.xact >= pg_snapshot_xmin(seen.snapshot)
and not pg_visible_in_snapshot(e.xact, seen.snapshot)
and (
    e.table_name = analysis.answers
    or (e.table_name = 'trial_record' and e.row ->> 'form' = analysis.form)
)
