"""Sealing under real commits: every event in exactly one seal, whoever writes meanwhile."""

import threading
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction

from tests import sealing
from tests.cast import Cast
from tests.races import at_once
from tests.sealing import another_writer, write
from tests.sql import refused, rows, run, value
from trial.audit import epochs, journal, leaves, merkle, seal_keys, seals, signed_root
from trial.audit.verifier import verify
from trial.models import Epoch, Event, Seal

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries, Settings

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def place(settings: "Settings", tmp_path: Path) -> None:
    sealing.own_place(settings, tmp_path)


def sealed() -> list[int]:
    """The ids of the events of all seals, in the order of the seals."""
    contents = Seal.objects.order_by("number").values_list("leaves", flat=True)
    return [number for content in contents for number in leaves.entries(bytes(content))]


def everything() -> list[int]:
    return list(Event.objects.order_by("id").values_list("id", flat=True))


@pytest.mark.requirement("P11.10e")
def test_what_is_written_is_sealed_once_and_in_order(cast: Cast) -> None:
    write(cast, "one", "two")
    first = seals.seal()
    write(cast, "three")
    second = seals.seal()
    assert first is not None
    assert second is not None
    assert seals.seal() is None
    assert sealed() == everything()
    assert (first.number, second.number, second.events) == (1, 2, 1)
    assert (second.previous, second.from_xact) == (first.hash, first.to_xact)
    assert verify().problems == []


def test_a_seal_is_the_signed_root_of_the_bytes_of_its_events(cast: Cast) -> None:
    write(cast, "one", "two")
    made = seals.seal()
    assert made is not None
    columns = ", ".join(
        {"at": leaves.TIME, "row": "row::text", "xact": "xact::text::bigint"}.get(name, f'"{name}"')
        for name in leaves.COLUMNS
    )
    found = rows(f"select {columns} from trial_event e order by id")
    contents = [sealing.content(dict(zip(leaves.COLUMNS, row, strict=True))) for row in found]
    assert made.root == merkle.root(sealing.leaf(content) for content in contents).hex()
    assert made.leaves_digest == sha256(bytes(made.leaves)).hexdigest()
    root = signed_root.of_seal(made)
    assert seal_keys.problem(root, seal_keys.known()) == ""
    assert root.stated_hash == made.hash


def test_nothing_to_seal_is_no_seal() -> None:
    assert seals.seal() is None
    assert seals.latest() is None
    assert verify().problems == []


@pytest.mark.requirement("P11.10e")
def test_a_long_transaction_holds_up_no_save_and_its_events_come_later(cast: Cast) -> None:
    with another_writer(cast.coordinator.pk) as slow:
        slow.execute("update trial_site set name = 'slow' where id = %s", [cast.south.pk])
        write(cast, "quick")
        before = seals.seal()
        assert before is not None
        assert not Seal.objects.filter(number__gt=1).exists()
        waiting = Event.objects.exclude(id__in=sealed())
        assert list(waiting.values_list("row__name", flat=True)) == ["quick"]
        slow.connection.commit()
    after = seals.seal()
    assert after is not None
    assert after.events == 2
    assert sorted(sealed()) == everything()
    assert verify().problems == []


def test_what_was_rolled_back_is_in_no_seal(cast: Cast) -> None:
    write(cast, "kept")
    with another_writer(cast.coordinator.pk) as other:
        other.execute("update trial_site set name = 'never' where id = %s", [cast.south.pk])
        other.connection.rollback()
    seals.seal()
    assert sealed() == everything()
    assert not Event.objects.filter(row__name="never").exists()


@pytest.mark.requirement("P11.10e")
def test_under_concurrent_writers_every_event_is_in_exactly_one_seal(cast: Cast) -> None:
    done = threading.Event()

    def writer(site: int) -> Any:
        with another_writer(cast.coordinator.pk) as cursor:
            for turn in range(40):
                cursor.execute("select set_config('fascicle.actor', %s, true)", [str(cast.coordinator.pk)])
                for name in range(turn % 3 + 1):
                    text = f"{site} {turn} {name}"
                    cursor.execute("update trial_site set name = %s where id = %s", [text, site])
                cursor.execute("select pg_sleep(%s)", [turn % 4 / 1000])
                (cursor.connection.rollback if turn % 10 == 9 else cursor.connection.commit)()

    def sealer() -> int:
        made = 0
        while not done.is_set():
            made += seals.seal() is not None
        return made

    def writers() -> None:
        try:
            at_once(lambda: writer(cast.north.pk), lambda: writer(cast.south.pk))
        finally:
            done.set()

    _, first, second = at_once(writers, sealer, sealer)
    seals.seal_all()
    assert first + second > 1
    assert sorted(sealed()) == everything()
    assert len(sealed()) == len(set(sealed()))
    assert verify().problems == []


def test_two_sealers_at_once_make_one_seal(cast: Cast) -> None:
    write(cast, "one")
    made = at_once(seals.seal, seals.seal)
    assert sum(each is not None for each in made) == 1
    assert Seal.objects.count() == 1


def test_many_events_come_into_several_seals(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seals, "LARGEST", 3)
    for name in range(4):
        write(cast, f"{name} a", f"{name} b")
    assert seals.seal_all() > 2
    assert sorted(sealed()) == everything()
    assert verify().problems == []


@pytest.mark.requirement("P11.10e")
def test_sealing_goes_on_in_the_next_epoch(cast: Cast) -> None:
    write(cast, "sealed before")
    seals.seal()
    write(cast, "left over")
    # As after a restore into another cluster, where transactions are counted from the start.
    run("update trial_epoch set system_identifier = '1234567890'", using="owner")
    with pytest.raises(epochs.WrongEpoch):
        seals.seal()
    newest = epochs.open_next("owner")
    write(cast, "after")
    run("update trial_event set xact = '5' where epoch = %s", [newest.pk], using="owner")
    left_over, after = seals.seal(), seals.seal()
    assert left_over is not None
    assert after is not None
    assert (left_over.epoch, left_over.events) == (newest.pk - 1, 1)
    assert (after.epoch, after.from_xact, after.events) == (newest.pk, 5, 1)
    assert seals.seal() is None
    assert sealed() == everything()
    assert verify().problems == []


def test_without_a_key_nothing_is_sealed(cast: Cast, settings: "Settings", tmp_path: Path) -> None:
    settings.SEAL_KEY_FILE = str(tmp_path / "no key")
    with pytest.raises(seal_keys.NoKey, match="no key, which holds no key to seal with"):
        seals.seal()
    (tmp_path / "no key").write_text("c2hvcnQ=")
    with pytest.raises(seal_keys.NoKey, match="a key has 32 bytes, not 5"):
        seals.seal()


def test_a_key_can_be_changed_and_what_the_old_one_signed_stays_provable(
    cast: Cast, settings: "Settings"
) -> None:
    write(cast, "one")
    first = seals.seal()
    seal_keys.make(Path(settings.SEAL_KEY_FILE))
    write(cast, "two")
    second = seals.seal()
    assert first is not None
    assert second is not None
    assert first.key_id != second.key_id
    assert set(seal_keys.known()) == {first.key_id, second.key_id}
    assert verify().problems == []


def test_the_key_can_be_read_by_nobody_else(settings: "Settings") -> None:
    assert Path(settings.SEAL_KEY_FILE).stat().st_mode & 0o777 == 0o600


def test_the_journal_has_a_line_for_each_seal(cast: Cast, settings: "Settings") -> None:
    for name in ("one", "two"):
        write(cast, name)
        seals.seal()
    lines = [line.root for line in journal.lines(Path(settings.SEAL_JOURNAL))]
    assert lines == list(journal.roots())
    assert [line.number for line in lines if line] == [1, 2]
    assert Path(settings.SEAL_JOURNAL).stat().st_mode & 0o777 == 0o600


def test_what_a_crash_left_out_of_the_journal_follows(cast: Cast, settings: "Settings") -> None:
    path = Path(settings.SEAL_JOURNAL)
    for name in ("one", "two"):
        write(cast, name)
        seals.seal()
    whole = path.read_text()
    path.write_text(whole[:-100])
    write(cast, "three")
    seals.seal()
    roots = [line.root for line in journal.lines(path)]
    assert [root.number if root else None for root in roots] == [1, None, 2, 3]
    report = verify()
    assert report.problems == []
    assert report.notes == ["Line 2 of journal.jsonl was cut short by a crash; its seal is there."]


@pytest.mark.requirement("P11.10e")
def test_half_a_line_of_a_seal_that_is_gone_is_no_crash(cast: Cast, settings: "Settings") -> None:
    path = Path(settings.SEAL_JOURNAL)
    for name in ("one", "two"):
        write(cast, name)
        seals.seal()
    path.write_text(path.read_text()[:-100])
    assert verify().problems == []
    run("delete from trial_seal where number = 2", using="owner")
    assert [str(each) for each in verify().problems] == [
        "journal: changed. Line 2 of journal.jsonl holds no signed root."
    ]


def test_a_seal_is_answered_by_who_made_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    write(cast, "one")
    append = journal.append

    def overtaken() -> None:
        append()
        monkeypatch.setattr(journal, "append", append)
        write(cast, "two")
        seals.seal()

    monkeypatch.setattr(journal, "append", overtaken)
    made = seals.seal()
    assert made is not None
    assert (made.number, Seal.objects.count()) == (1, 2)


def test_what_is_told_of_seals_reads_no_leaves(
    cast: Cast, django_assert_num_queries: "DjangoAssertNumQueries"
) -> None:
    write(cast, "one")
    seals.seal()
    with django_assert_num_queries(2) as asked:
        list(journal.roots())
        journal.root_of(1)
    assert not [query for query in asked.captured_queries if '"leaves"' in query["sql"]]
    assert "LIMIT 1" in asked.captured_queries[1]["sql"]


# The app role, without a service.


def call(**changes: Any) -> str:
    """A call of the function with what the next seal would have, but for the changes."""
    last = seals.latest()
    epoch = Epoch.objects.order_by("-id")[0].pk
    first = last.to_xact if last else value("select xact::text from trial_event order by xact limit 1")
    after = [epoch, str(first)]
    count = value("select count(*) from trial_event where epoch = %s and xact >= %s::xid8", after)
    given = {
        "number": last.number + 1 if last else 1,
        "epoch": epoch,
        "first": f"'{first}'::xid8",
        "end": "pg_snapshot_xmin(pg_current_snapshot())",
        "events": count,
        "leaves": f"decode(repeat('00', {count * 40}), 'hex')",
        "root": f"'{'0' * 64}'",
        "previous": f"'{last.hash if last else '0' * 64}'",
        **changes,
    }
    order = ("number", "epoch", "first", "end", "events", "leaves", "root", "previous")
    return f"select fascicle_add_seal({', '.join(str(given[name]) for name in order)}, now(), 'h', 'k', 's')"


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "a gap in the numbers": ({"number": 3}, "The next seal is number 2"),
    "a number that is there": ({"number": 1}, "The next seal is number 2"),
    "another chain": ({"previous": "repeat('1', 64)"}, "does not name the one before"),
    "a gap between seals": ({"first": "pg_snapshot_xmin(pg_current_snapshot())"}, "does not go from"),
    "what is not over yet": (
        {"end": "(pg_snapshot_xmax(pg_current_snapshot())::text::bigint + 9)::text::xid8"},
        "does not go from",
    ),
    "an epoch that is over": ({"epoch": 0}, "The epoch before is not sealed"),
    "an epoch that is not open": ({"epoch": 99}, "The epoch before is not sealed"),
    "fewer leaves than events": ({"leaves": "''::bytea"}, "does not cover each"),
    "fewer events than there are": ({"events": 1, "leaves": "decode(repeat('00', 40), 'hex')"}, "cover each"),
}


@pytest.mark.parametrize("what", REFUSED)
@pytest.mark.requirement("P11.10e")
def test_the_database_takes_no_seal_that_does_not_go_on(cast: Cast, what: str) -> None:
    write(cast, "one")
    seals.seal()
    write(cast, "two", "three")
    changes, words = REFUSED[what]
    with refused(words):
        run(call(**changes))
    run(call())
    assert Seal.objects.count() == 2


def test_the_first_seal_begins_with_the_first_event(cast: Cast) -> None:
    with refused("does not go from"):
        run(call(first="'3'::xid8"))
    with refused("does not name the one before"):
        run(call(previous="repeat('1', 64)"))
    run(call())


def test_what_the_app_role_writes_without_the_key_is_named(cast: Cast) -> None:
    write(cast, "one")
    seals.seal()
    write(cast, "two")
    run(call())
    report = verify()
    assert report.first is not None
    assert (report.first.kind, report.first.number) == ("seal", 2)


FORBIDDEN = {
    "insert": "insert into trial_seal (number) values (7)",
    "update": "update trial_seal set root = ''",
    "delete": "delete from trial_seal",
    "truncate": "truncate trial_seal",
    "replace the function": "create or replace function fascicle_add_seal() returns void language sql as ''",
    "lock it": "lock table trial_seal in exclusive mode",
}


@pytest.mark.parametrize("what", FORBIDDEN)
@pytest.mark.requirement("P11.10e")
def test_the_app_role_cannot_touch_seals(cast: Cast, what: str) -> None:
    write(cast, "one")
    seals.seal()
    with refused("permission denied"):
        run(FORBIDDEN[what])


def test_nobody_else_may_add_seals() -> None:
    granted = rows(
        "select grantee from information_schema.role_routine_grants where routine_name = 'fascicle_add_seal'"
    )
    assert {name for (name,) in granted} <= {"fascicle_app", "fascicle_owner"}


def test_the_journal_waits_for_the_commit(cast: Cast, settings: "Settings") -> None:
    write(cast, "one")
    with transaction.atomic():
        assert seals.seal() is not None
        assert not Path(settings.SEAL_JOURNAL).exists()
    assert Path(settings.SEAL_JOURNAL).exists()
