-- A record's visit is a visit of the record's participant.
create or replace function fascicle_guard_record() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if new.visit_id is not null and not exists (
        select from trial_visit v where v.id = new.visit_id and v.participant_id = new.participant_id
    ) then
        raise exception 'The visit belongs to another participant.'
            using errcode = 'check_violation', constraint = 'record_visit_participant';
    end if;
    return new;
end
$$;
