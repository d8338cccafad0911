-- A lock is put on in one's own name, waits for the changes under way, and stays as a row for ever: what was
-- released is never in force again, and what was open when it was put on is never written anew. Who asks for
-- the unlocking and who agrees to it act one after the other, each in the own name.
create or replace function fascicle_guard_unlock() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
    actor text := coalesce(current_setting('fascicle.actor', true), '');
begin
    if tg_op = 'DELETE' then
        raise exception 'A lock stays as a row.'
            using errcode = 'check_violation', constraint = 'lock_stays';
    end if;
    if tg_op = 'INSERT' then
        if new.released_at is not null or new.unlock_requested_by_id is not null
                or new.set_by_id::text <> actor then
            raise exception 'A lock begins in force, in the name of who puts it on.'
                using errcode = 'check_violation', constraint = 'lock_begins';
        end if;
        perform pg_advisory_xact_lock(hashtextextended('fascicle.lock', 0));
        return new;
    end if;
    if to_jsonb(old) = to_jsonb(new) then
        return new;
    end if;
    if old.released_at is not null then
        raise exception 'A released lock never changes.'
            using errcode = 'check_violation', constraint = 'lock_released';
    end if;
    if old.report <> new.report then
        raise exception 'The report of a lock never changes.'
            using errcode = 'check_violation', constraint = 'lock_report_fixed';
    end if;
    if (new.unlock_requested_by_id is distinct from old.unlock_requested_by_id
            and (new.released_at is not null or new.unlock_requested_by_id::text <> actor))
            or (new.released_at is not null and new.released_by_id::text <> actor) then
        raise exception 'Who asks for an unlocking and who agrees to it are two people, each in the own name.'
            using errcode = 'check_violation', constraint = 'lock_own_name';
    end if;
    return new;
end
$$;
