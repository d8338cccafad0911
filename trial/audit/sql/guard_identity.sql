-- What something is never changes: the columns named here keep the value they were inserted with.
create or replace function fascicle_guard_identity() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
    fixed text;
begin
    foreach fixed in array tg_argv loop
        if to_jsonb(old) -> fixed is distinct from to_jsonb(new) -> fixed then
            raise exception '% of % never changes.', fixed, tg_table_name
                using errcode = 'check_violation', constraint = tg_table_name || '_' || fixed || '_fixed';
        end if;
    end loop;
    return new;
end
$$;
