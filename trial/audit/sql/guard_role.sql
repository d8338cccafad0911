-- Nobody gives themselves a role, or prolongs one; what was ended at once stays so.
create or replace function fascicle_guard_role() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'UPDATE' and (old.valid_from, old.valid_to, old.ended_at)
            is not distinct from (new.valid_from, new.valid_to, new.ended_at) then
        return new;
    end if;
    if new.user_id::text = nullif(current_setting('fascicle.actor', true), '') then
        raise exception 'Nobody gives themselves a role.'
            using errcode = 'check_violation', constraint = 'membership_own';
    end if;
    if tg_op = 'UPDATE' and old.ended_at is not null then
        raise exception 'A role that has ended does not change.'
            using errcode = 'check_violation', constraint = 'membership_ended';
    end if;
    return new;
end
$$;
