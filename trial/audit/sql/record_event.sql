-- Writes one event for each changed row, whatever statement changed it. Runs as the owner, so the
-- app role causes events only by changing rows. A change by anybody but the owner needs an actor.
-- A change of an ignored column is none. One of a hidden column is, but its value stays out of the row: one hash
-- stands there for all of them together, so that what is short among them cannot be guessed from it.
-- The key of a row never changes: its events are found by it.
-- `pg_temp` stands last in each search path: by default it is searched first, and a temporary table of
-- the app role would take the place of ours.
create or replace function fascicle_record_event() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp set timezone = 'UTC' as $$
declare
    hidden text[] := string_to_array(tg_argv[1], ',');
    ignored text[] := string_to_array(tg_argv[2], ',');
    before jsonb;
    after jsonb;
    content jsonb;
    actor text := nullif(current_setting('fascicle.actor', true), '');
    operation text := lower(tg_op);
begin
    if tg_op <> 'INSERT' then
        before := to_jsonb(old) - ignored;
    end if;
    if tg_op <> 'DELETE' then
        after := to_jsonb(new) - ignored;
    end if;
    if before is not distinct from after then
        return null;
    end if;
    if tg_op = 'UPDATE' and before ->> tg_argv[0] is distinct from after ->> tg_argv[0] then
        raise exception '% of % never changes.', tg_argv[0], tg_table_name
            using errcode = 'check_violation', constraint = tg_table_name || '_' || tg_argv[0] || '_fixed';
    end if;
    if actor is null and session_user <> current_user then
        raise exception 'A change of % needs an actor.', tg_table_name
            using errcode = 'insufficient_privilege', constraint = 'actor_required';
    end if;
    if session_user = current_user and current_setting('fascicle.route', true) = 'migrate' then
        operation := 'migrate';
    end if;
    content := coalesce(after, before) - hidden;
    if cardinality(hidden) > 0 then
        content := content || jsonb_build_object('hidden columns', encode(sha256(convert_to((
            select jsonb_object_agg(h.name, coalesce(after, before) -> h.name) from unnest(hidden) h (name)
        )::text, 'UTF8')), 'hex'));
    end if;
    insert into trial_event (
        table_name, key, record_id, operation, "row", schema_version, actor_id, reason, route,
        request_id, database_user, at, xact, epoch)
    values (
        tg_table_name,
        content ->> tg_argv[0],
        case when tg_table_name = 'trial_record' then content ->> 'id' else content ->> 'record_id' end::bigint,
        operation,
        content,
        (select max(id) from django_migrations),
        actor::bigint,
        coalesce(current_setting('fascicle.reason', true), ''),
        case when actor is null then 'sql' else coalesce(current_setting('fascicle.route', true), '') end,
        coalesce(current_setting('fascicle.request_id', true), ''),
        session_user,
        clock_timestamp(),
        pg_current_xact_id(),
        (select max(id) from trial_epoch));
    return null;
end
$$;

-- Who may execute it may hang it on a table of their own, and so write events of rows that never were.
revoke execute on function fascicle_record_event() from public;
