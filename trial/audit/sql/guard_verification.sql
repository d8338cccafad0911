-- Who verifies an answer says so in the own name, at the time of the database's clock. That it changed since,
-- only a change of the data says, and taking a verification back leaves who gave it.
create or replace function fascicle_guard_verification() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'UPDATE' and to_jsonb(old) = to_jsonb(new) then
        return new;
    end if;
    if new.state = 'verified' then
        if nullif(current_setting('fascicle.actor', true), '') is distinct from new.verified_by_id::text then
            raise exception 'Nobody verifies for somebody else.'
                using errcode = 'check_violation', constraint = 'verification_own';
        end if;
        new.verified_at := clock_timestamp();
        return new;
    end if;
    if tg_op = 'INSERT' or (old.verified_by_id, old.verified_at) is distinct from
            (new.verified_by_id, new.verified_at) then
        raise exception 'A verification begins as one, and keeps who gave it and when.'
            using errcode = 'check_violation', constraint = 'verification_begins';
    end if;
    -- Below the trigger of a change the depth is two.
    if new.state = 'changed since verified' and old.state <> new.state and pg_trigger_depth() < 2 then
        raise exception 'Only a change of the data marks a verification as changed.'
            using errcode = 'check_violation', constraint = 'verification_changed_by_change';
    end if;
    return new;
end
$$;
