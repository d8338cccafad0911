-- Nothing changes under a lock, by any path. The argument says what of it a freeze stops as well: the 'data'
-- stand still, 'talk' about them (queries, verification, signatures) goes on until they are locked. The date
-- and mode of a visit stand at the head of each of its forms: they stand still with any of them.
-- Whoever changes data of a participant, or vouches for them, holds the participant's row, as every service
-- does from its beginning: nobody verifies what is changing. By the name of the trigger this comes before
-- `reason` and `mark_changed`, so what they read stands still as well.
create or replace function fascicle_guard_lock() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
    held jsonb := case when tg_op = 'DELETE' then to_jsonb(old) else to_jsonb(new) end;
    the_record bigint;
    the_visit bigint;
    the_participant bigint;
    the_site bigint;
    found_kind text;
begin
    -- What a change of the data itself breaks is refused there already.
    if tg_op = 'UPDATE' and to_jsonb(old) = to_jsonb(new) then
        return new;
    end if;
    -- An older snapshot would show neither the lock nor what was vouched for since.
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'Data change in transactions of the level read committed only.'
            using errcode = 'check_violation', constraint = 'data_read_committed';
    end if;
    if tg_table_name = 'trial_participant' then
        the_participant := (held ->> 'id')::bigint;
        the_site := (held ->> 'site_id')::bigint;
    else
        if tg_table_name in ('trial_visit', 'trial_record', 'forms_app_signature') then
            the_record := (held ->> case tg_table_name when 'trial_record' then 'id' else 'record_id' end)::bigint;
            the_visit := (held ->> case tg_table_name when 'trial_visit' then 'id' else 'visit_id' end)::bigint;
            the_participant := (held ->> 'participant_id')::bigint;
        else
            select r.id, r.visit_id, r.participant_id into the_record, the_visit, the_participant
            from trial_record r where r.id = (held ->> 'record_id')::bigint;
        end if;
        -- Refused and not waited for: the row that changes is held already, and a service that holds the
        -- participant may be about to wait for it.
        select p.site_id into the_site from trial_participant p where p.id = the_participant
        for no key update skip locked;
        if not found and the_participant is not null then
            raise exception 'Somebody else writes on this participant just now. Try again.'
                using errcode = 'check_violation', constraint = 'participant_busy';
        end if;
    end if;
    -- A lock that is being put on waits for this change to end; a change that comes after it waits for it.
    perform pg_advisory_xact_lock_shared(hashtextextended('fascicle.lock', 0)),
            pg_advisory_xact_lock_shared(hashtextextended('fascicle.lock.site', the_site));
    if not exists (select from forms_app_lock where released_at is null) then
        return coalesce(new, old);
    end if;
    select l.kind into found_kind from forms_app_lock l
    where l.released_at is null and (tg_argv[0] = 'data' or l.kind = 'locked') and (
        l.scope = 'study'
        or (l.scope = 'site' and l.site_id = the_site)
        or (l.scope = 'participant' and l.participant_id = the_participant)
        or (l.scope = 'visit' and l.visit_id = the_visit)
        or (l.scope = 'form' and l.record_id = the_record)
        or (l.scope = 'form' and tg_table_name = 'trial_visit' and exists (
            select from trial_record r where r.id = l.record_id and r.visit_id = the_visit)))
    order by l.kind desc limit 1;
    if found_kind is not null then
        raise exception 'The data are %.', found_kind
            using errcode = 'check_violation', constraint = 'data_' || found_kind;
    end if;
    return coalesce(new, old);
end
$$;
