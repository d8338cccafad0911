-- What people vouched for ends when the data change, by whatever path: a verification of the items that
-- changed, and every signature over them. Hung on records, visits and the rows of forms; the argument is
-- the code of the group for a group's rows, empty otherwise. State and version of a record are no data.
-- For a signature only what is in use counts, as in `forms_app.selectors.content_hash`: what happens to a
-- row that is and stays removed breaks none, and to a record that is and stays removed none but its own.
create or replace function fascicle_mark_changed() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
    bookkeeping text[] := array['id', 'state', 'version', 'record_id', 'key'];
    before jsonb := case when tg_op = 'INSERT' then '{}' else to_jsonb(old) end;
    after jsonb := case when tg_op = 'DELETE' then '{}' else to_jsonb(new) end;
    present jsonb := case when tg_op = 'DELETE' then before else after end;
    path text := case when tg_argv[0] = '' then '' else tg_argv[0] || '.' || (present ->> 'key') || '.' end;
    changed text[];
    in_use boolean := true;
    signed_record bigint;
    signed_visit bigint;
    signed_participant bigint;
begin
    select array_agg(distinct path || regexp_replace(name, '_missing$', '')) into changed
    from jsonb_object_keys(before || after) as name
    where name <> all (bookkeeping) and before -> name is distinct from after -> name;
    if changed is null then
        return null;
    end if;
    if tg_table_name = 'trial_visit' then
        signed_visit := (present ->> 'id')::bigint;
        signed_participant := (present ->> 'participant_id')::bigint;
    else
        select r.id, r.visit_id, r.participant_id, not r.removed
        into signed_record, signed_visit, signed_participant, in_use
        from trial_record r
        where r.id = (case when tg_table_name = 'trial_record'
                      then present ->> 'id' else present ->> 'record_id' end)::bigint;
        update forms_app_verification v set state = 'changed since verified'
        where v.record_id = signed_record and v.state = 'verified'
            and (v.item = any (changed)
                or (path || 'removed' = any (changed) and starts_with(v.item, path)));
    end if;
    if tg_table_name = 'trial_record' then
        -- A record that is deleted is not found any more.
        signed_record := (present ->> 'id')::bigint;
        signed_visit := (present ->> 'visit_id')::bigint;
        signed_participant := (present ->> 'participant_id')::bigint;
        in_use := not (coalesce((before ->> 'removed')::boolean, true)
                       and coalesce((after ->> 'removed')::boolean, true));
    elsif tg_argv[0] <> '' and coalesce((before ->> 'removed')::boolean, true)
            and coalesce((after ->> 'removed')::boolean, true) then
        return null;
    end if;
    update forms_app_signature s set broken_at = clock_timestamp()
    where s.broken_at is null and s.participant_id = signed_participant and (
        (s.scope = 'casebook' and in_use)
        or (s.scope = 'visit' and in_use and s.visit_id = signed_visit)
        or (s.scope = 'form' and (s.record_id = signed_record
            -- the visit's date and mode stand at the head of each of its forms
            or (signed_record is null and s.visit_id = signed_visit))));
    return null;
end
$$;
