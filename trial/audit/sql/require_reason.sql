-- A record that is complete changes only with a reason, by any path; so does a visit with such a record, for
-- its date and mode stand at the head of each of its forms.
create or replace function fascicle_require_reason() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
    before jsonb;
    after jsonb;
    settled boolean;
    -- characters that nobody sees: the class of `trial.typed_text`
    unseen constant text := '\s\u0001-\u0020\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f'
        '\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff';
begin
    if tg_op <> 'INSERT' then
        before := to_jsonb(old);
    end if;
    if tg_op <> 'DELETE' then
        after := to_jsonb(new);
    end if;
    if before = after then
        return new;
    end if;
    if tg_table_name = 'trial_record' then
        settled := before ->> 'state' <> 'in progress';
    elsif tg_table_name = 'trial_visit' then
        settled := exists (
            select from trial_record
            where visit_id = (coalesce(before, after) ->> 'id')::bigint and state <> 'in progress');
    else
        settled := exists (
            select from trial_record
            where id = (coalesce(after, before) ->> 'record_id')::bigint and state <> 'in progress');
    end if;
    if settled and coalesce(current_setting('fascicle.reason', true), '') !~ ('[^' || unseen || ']') then
        raise exception 'A change of a complete record needs a reason.'
            using errcode = 'check_violation', constraint = 'reason_required';
    end if;
    return coalesce(new, old);
end
$$;
