-- A record that is complete or locked changes only with a reason, by any path.
create or replace function fascicle_require_reason() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
declare
    record_state text;
begin
    if tg_op = 'UPDATE' and to_jsonb(old) = to_jsonb(new) then
        return new;
    end if;
    if tg_table_name = 'trial_record' then
        if tg_op = 'INSERT' then
            return new;
        end if;
        record_state := old.state;
    else
        select state into record_state from trial_record
            where id = (case when tg_op = 'INSERT' then new.record_id else old.record_id end);
    end if;
    if record_state <> 'in progress' and coalesce(current_setting('fascicle.reason', true), '') = '' then
        raise exception 'A change of a complete record needs a reason.'
            using errcode = 'check_violation', constraint = 'reason_required';
    end if;
    return coalesce(new, old);
end
$$;
