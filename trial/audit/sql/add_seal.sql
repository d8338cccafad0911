-- Adds a seal, and only where the one before it ends. The app role has no other way to write one; it cannot sign it,
-- and a seal that nobody signed is found by `manage.py verify_ledger`.
create or replace function fascicle_add_seal(
    new_number integer, new_epoch integer, new_from xid8, new_to xid8, new_events integer, new_leaves bytea,
    new_root text, new_previous text, new_sealed_at timestamptz, new_hash text, new_key_id text, new_signature text)
returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp set timezone = 'UTC' as $$
declare
    last trial_seal;
    beginning xid8;
    ending xid8;
begin
    lock table trial_seal in share row exclusive mode;
    select * into last from trial_seal order by number desc limit 1;
    if new_number <> coalesce(last.number, 0) + 1 then
        raise exception 'The next seal is number %.', coalesce(last.number, 0) + 1
            using errcode = 'check_violation', constraint = 'seal_number';
    end if;
    if new_previous <> coalesce(last.hash, repeat('0', 64)) then
        raise exception 'The seal does not name the one before.'
            using errcode = 'check_violation', constraint = 'seal_previous';
    end if;
    if new_epoch = last.epoch then
        beginning := last.to_xact;
    elsif new_epoch < last.epoch or exists (
        select from trial_event e
        where e.epoch < new_epoch and (last.number is null or e.epoch > last.epoch
                                       or (e.epoch = last.epoch and e.xact >= last.to_xact))
    ) then
        raise exception 'The epoch before is not sealed to its end.'
            using errcode = 'check_violation', constraint = 'seal_epoch';
    else
        select e.xact into beginning from trial_event e where e.epoch = new_epoch order by e.xact limit 1;
    end if;
    if new_epoch = (select max(id) from trial_epoch) then
        ending := pg_snapshot_xmin(pg_current_snapshot());
    else
        select (e.xact::text::bigint + 1)::text::xid8 into ending
        from trial_event e where e.epoch = new_epoch order by e.xact desc limit 1;
    end if;
    -- Not "<>": what is not known is not equal either.
    if new_from is distinct from beginning or new_to <= new_from or (new_to <= ending) is not true then
        raise exception 'The seal does not go from % to % or below.', beginning, ending
            using errcode = 'check_violation', constraint = 'seal_range';
    end if;
    if new_events = 0 or octet_length(new_leaves) <> new_events * 40 or new_events <> (
        select count(*) from trial_event e
        where e.epoch = new_epoch and e.xact >= new_from and e.xact < new_to
    ) then
        raise exception 'The seal does not cover each of its events once.'
            using errcode = 'check_violation', constraint = 'seal_events';
    end if;
    insert into trial_seal (
        id, number, epoch, from_xact, to_xact, events, leaves, leaves_digest, root, previous, sealed_at, hash,
        key_id, signature)
    values (
        new_number, new_number, new_epoch, new_from, new_to, new_events, new_leaves,
        encode(sha256(new_leaves), 'hex'), new_root, new_previous, new_sealed_at, new_hash, new_key_id, new_signature);
end
$$;

revoke execute on function fascicle_add_seal from public;
