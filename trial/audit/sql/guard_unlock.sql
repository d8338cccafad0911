-- A lock is put on in one's own name, over what belongs together, waits for the changes under way, and stays
-- as a row for ever: what was released is never in force again, and what was open when it was put on is never
-- written anew. Who asks for the unlocking and who agrees to it act one after the other, each in the own name.
-- When each of them acted, the clock of the database says.
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
                or new.unlock_requested_at is not null or new.set_by_id::text <> actor then
            raise exception 'A lock begins in force, in the name of who puts it on.'
                using errcode = 'check_violation', constraint = 'lock_begins';
        end if;
        if new.record_id is not null and not exists (
            select from trial_record r
            where r.id = new.record_id and r.participant_id = new.participant_id
                and r.visit_id is not distinct from new.visit_id
        ) or new.visit_id is not null and not exists (
            select from trial_visit v where v.id = new.visit_id and v.participant_id = new.participant_id
        ) or new.participant_id is not null and not exists (
            select from trial_participant p where p.id = new.participant_id and p.site_id = new.site_id
        ) then
            raise exception 'What is locked belongs to another participant, visit or site.'
                using errcode = 'check_violation', constraint = 'lock_of_one';
        end if;
        -- Each change holds the row of its participant, and shares the locks of its site and of the study.
        if new.scope = 'study' then
            perform pg_advisory_xact_lock(hashtextextended('fascicle.lock', 0));
        elsif new.scope = 'site' then
            -- The row first: so does who adds a participant.
            perform from trial_site s where s.id = new.site_id for no key update;
            perform pg_advisory_xact_lock(hashtextextended('fascicle.lock.site', new.site_id));
        else
            perform from trial_participant p where p.id = new.participant_id for no key update;
        end if;
        new.set_at := clock_timestamp();
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
    new.unlock_requested_at := case
        when new.unlock_requested_by_id is null then null
        when new.unlock_requested_by_id is not distinct from old.unlock_requested_by_id
            then old.unlock_requested_at
        else clock_timestamp() end;
    if new.released_at is not null then
        new.released_at := clock_timestamp();
    end if;
    return new;
end
$$;
