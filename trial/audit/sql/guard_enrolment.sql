-- Nobody is enrolled without an eligible verdict and a dated consent. It looks only at the moment
-- of enrolment: a later correction of either stays recordable, and who withdrew may come back to it.
create or replace function fascicle_guard_enrolment() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
    beyond text[] := array['enrolled', 'treated', 'completed'];
begin
    if new.state <> all (beyond)
        or (tg_op = 'UPDATE' and (old.state = any (beyond) or old.withdrawn_from = any (beyond))) then
        return new;
    end if;
    if not exists (
        select from trial_eligibility e join trial_record r on r.id = e.record_id
        where r.participant_id = new.id and not r.removed and e.elig = 'Y'
    ) or not exists (
        select from trial_consent c join trial_record r on r.id = c.record_id
        where r.participant_id = new.id and not r.removed and c.dsstdat_ic is not null
    ) then
        raise exception 'Enrolment needs an eligible verdict and a dated consent.'
            using errcode = 'check_violation', constraint = 'participant_state_enrolment';
    end if;
    return new;
end
$$;
