-- A signature is given by who acts, at the time of the database's clock, for what belongs together, unbroken.
-- It breaks by a change of what it signs and by nothing else, for good, and it is never deleted.
create or replace function fascicle_guard_signature() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'DELETE' then
        raise exception 'A signature is never deleted.'
            using errcode = 'check_violation', constraint = 'signature_kept';
    end if;
    if tg_op = 'INSERT' then
        if nullif(current_setting('fascicle.actor', true), '') is distinct from new.signer_id::text then
            raise exception 'Nobody signs for somebody else.'
                using errcode = 'check_violation', constraint = 'signature_own';
        end if;
        if new.record_id is not null and not exists (
            select from trial_record r
            where r.id = new.record_id and r.participant_id = new.participant_id
                and r.visit_id is not distinct from new.visit_id
        ) or new.visit_id is not null and not exists (
            select from trial_visit v where v.id = new.visit_id and v.participant_id = new.participant_id
        ) then
            raise exception 'What is signed belongs to another participant or visit.'
                using errcode = 'check_violation', constraint = 'signature_of_one';
        end if;
        new.signed_at := clock_timestamp();
    end if;
    if tg_op = 'UPDATE' and old.broken_at is not null and new.broken_at is distinct from old.broken_at then
        raise exception 'A broken signature stays broken.'
            using errcode = 'check_violation', constraint = 'signature_broken_for_good';
    end if;
    -- Below the trigger of a change the depth is two.
    if new.broken_at is not null and (tg_op = 'INSERT' or old.broken_at is null) and pg_trigger_depth() < 2 then
        raise exception 'A signature breaks by a change of what it signs.'
            using errcode = 'check_violation', constraint = 'signature_broken_by_change';
    end if;
    return new;
end
$$;
