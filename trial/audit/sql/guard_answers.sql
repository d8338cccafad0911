-- The rows of a form stand under records of that form only.
create or replace function fascicle_guard_answers() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if not exists (select from trial_record r where r.id = new.record_id and r.form = tg_argv[0]) then
        raise exception 'The record is not of the form %.', tg_argv[0]
            using errcode = 'check_violation', constraint = 'record_form_answers';
    end if;
    return new;
end
$$;
