"""The commands of the ledger, as whoever keeps the server calls them."""

from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command

from tests import journey, sealing
from tests.cast import Cast
from tests.sealing import write
from tests.sql import run, value
from trial.audit import findings, seal_keys, seals
from trial.models import Event, Seal

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def place(settings: "Settings", tmp_path: Path) -> None:
    sealing.own_place(settings, tmp_path)


def said(command: str, *arguments: str) -> str:
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def test_sealing_says_what_it_made(cast: Cast) -> None:
    assert said("seal") == f"Seal 1 is made: {Seal.objects.get().root}\n"
    assert said("seal") == "Nothing new to seal; the newest seal is 1.\n"


def test_without_a_key_sealing_says_how_to_make_one(cast: Cast, settings: "Settings") -> None:
    Path(settings.SEAL_KEY_FILE).unlink()
    with pytest.raises(CommandError, match=r"`manage.py seal_key` makes one"):
        said("seal")
    assert said("seal_key", "--new").startswith("Key ")
    assert said("seal").startswith("Seal 1 is made")


def test_a_new_key_keeps_the_old_one_known(cast: Cast) -> None:
    before = seal_keys.key_id(seal_keys.private().public_key())
    said("seal")
    after = said("seal_key", "--new").split()[1].rstrip(",")
    assert after != before
    assert set(seal_keys.known()) == {before, after}
    write(cast, "one")
    said("seal")
    assert "all is as it was written" in said("verify_ledger")


@pytest.mark.requirement("P11.10e")
@pytest.mark.parametrize("database", ["default", "owner"])
def test_an_honest_ledger_is_whole_for_both_roles(cast: Cast, database: str) -> None:
    participant = journey.consented(cast)
    said("seal")
    for arguments in ([], ["--participant", participant.code]):
        assert "all is as it was written.\n" in said("verify_ledger", "--database", database, *arguments)


@pytest.mark.requirement("P11.10e")
def test_the_first_wrong_event_is_named_and_each_live_row(cast: Cast) -> None:
    write(cast, "one", "two", "three")
    said("seal")
    first, second = list(Event.objects.order_by("-id").values_list("id", flat=True))[:2][::-1]
    run("update trial_event set reason = 'another' where id >= %s", [first], using="owner")
    run("alter table trial_site disable trigger user", using="owner")
    run("update trial_site set name = 'Elsewhere' where id = %s", [cast.north.pk], using="owner")
    run("alter table trial_site enable trigger user", using="owner")
    out = StringIO()
    with pytest.raises(CommandError, match=rf"The first: event {first} trial_site {cast.north.pk}: changed."):
        call_command("verify_ledger", stdout=out)
    lines = out.getvalue().splitlines()
    assert lines == [
        f"event {first} trial_site {cast.north.pk}: changed. It is not what seal 1 holds.",
        f"event {second} trial_site {cast.north.pk}: changed. It is not what seal 1 holds.",
        f"row trial_site {cast.north.pk}: changed. It is not what event {second} says: name.",
    ]


def test_of_one_participant_another_s_events_are_not_told(cast: Cast) -> None:
    one, other = journey.consented(cast), journey.consented(cast)
    said("seal")
    record = other.records.get()
    run("alter table trial_consent disable trigger user", using="owner")
    run("update trial_consent set iclang = 'x' where record_id = %s", [record.pk], using="owner")
    run("alter table trial_consent enable trigger user", using="owner")
    assert "all is as it was written" in said("verify_ledger", "--participant", one.code)
    with pytest.raises(CommandError, match=r"trial_consent"):
        said("verify_ledger", "--participant", other.code)


@pytest.mark.requirement("P11.10e")
def test_an_event_that_was_given_to_another_participant_is_named_for_everybody(cast: Cast) -> None:
    one, other = journey.consented(cast), journey.consented(cast)
    said("seal")
    event = Event.objects.filter(table_name="trial_consent", record_id=one.records.get().pk).get()
    forged = 'update trial_event set record_id = %s, "row" = "row" || %s where id = %s'
    elsewhere = other.records.get().pk
    run(forged, [elsewhere, f'{{"record_id": {elsewhere}, "iclang": "x"}}', event.pk], using="owner")
    for code in (one.code, other.code):
        with pytest.raises(CommandError, match=rf"event {event.pk} trial_consent .*: changed"):
            said("verify_ledger", "--participant", code)
    run("delete from trial_event where id = %s", [event.pk], using="owner")
    for code in (one.code, other.code):
        with pytest.raises(CommandError, match=rf"event {event.pk}: removed"):
            said("verify_ledger", "--participant", code)


@pytest.mark.requirement("P11.10e")
def test_more_than_can_be_named_hides_nothing_of_another_kind(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(findings, "MOST", 5)
    participant = journey.consented(cast)
    write(cast, *"123456")
    said("seal")
    run("update trial_event set reason = 'x' where table_name = 'trial_site'", using="owner")
    run("alter table trial_consent disable trigger user", using="owner")
    run("update trial_consent set iclang = 'x'", using="owner")
    run("alter table trial_consent enable trigger user", using="owner")
    out = StringIO()
    with pytest.raises(CommandError, match=r"at least \d+ WRONG"):
        call_command("verify_ledger", "--participant", participant.code, stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[0] == "More than 5 of the kind event are wrong: the first are named."
    assert [line.split()[0] for line in lines[1:]] == ["event"] * 5 + ["row"]


@pytest.mark.requirement("P11.10e")
@pytest.mark.parametrize(("most", "said"), [(2, "at least 3 WRONG"), (3, "looked at: 3 WRONG")])
def test_more_rows_of_one_table_than_can_be_named_are_counted(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, most: int, said: str
) -> None:
    monkeypatch.setattr(findings, "MOST", most)
    for _each in range(3):
        journey.consented(cast)
    run("alter table trial_consent disable trigger user", using="owner")
    run("update trial_consent set iclang = 'x'", using="owner")
    run("alter table trial_consent enable trigger user", using="owner")
    out = StringIO()
    with pytest.raises(CommandError, match=said):
        call_command("verify_ledger", stdout=out)
    assert out.getvalue().count("row trial_consent") == most
    assert ("More than 2 of the kind row are wrong: the first are named." in out.getvalue()) is (most == 2)


def test_a_switched_off_or_loosened_trigger_is_named(cast: Cast) -> None:
    said("seal")
    run("alter table trial_pain disable trigger audit", using="owner")
    with pytest.raises(CommandError, match=r"trigger trial_pain audit: changed. It is switched off"):
        said("verify_ledger")
    run("drop trigger audit on trial_pain", using="owner")
    with pytest.raises(CommandError, match=r"trigger trial_pain audit: removed. It watches no more"):
        said("verify_ledger")
    trigger = "create trigger audit after insert or update or delete on trial_pain for each row"
    run(f"{trigger} execute function fascicle_record_event('record_id', 'nrs_now', '')", using="owner")
    with pytest.raises(
        CommandError, match=r"trigger trial_pain audit: changed. It is not what the migrations hang there"
    ):
        said("verify_ledger")
    run("drop trigger audit on trial_pain", using="owner")
    run(f"{trigger} execute function fascicle_record_event('record_id', '', '')", using="owner")
    assert "all is as it was written" in said("verify_ledger")


@pytest.mark.requirement("P11.10e")
def test_a_tail_cut_off_is_found_with_exported_roots_though_the_journal_is_gone(
    cast: Cast, tmp_path: Path, settings: "Settings"
) -> None:
    said("seal")
    write(cast, "one")
    said("seal")
    assert said("export_roots", str(tmp_path / "roots")).startswith("2 signed roots are in")
    before = value(
        "select row ->> 'name' from trial_event where table_name = 'trial_site' order by id limit 1"
    )
    second = "(select from_xact from trial_seal where number = 2)"
    run(f"delete from trial_event where xact >= {second}", using="owner")
    run("delete from trial_seal where number = 2", using="owner")
    run("alter table trial_site disable trigger user", using="owner")
    run("update trial_site set name = %s where id = %s", [before, cast.north.pk], using="owner")
    run("alter table trial_site enable trigger user", using="owner")
    with pytest.raises(CommandError, match=r"seal 2: cut off. journal.jsonl knows it, with 1 events"):
        said("verify_ledger")
    Path(settings.SEAL_JOURNAL).unlink()
    with pytest.raises(CommandError, match=r"journal: removed. There is none at"):
        said("verify_ledger")
    with pytest.raises(CommandError, match=r"seal 2: cut off. roots knows it"):
        said("verify_ledger", "--roots", str(tmp_path / "roots"))
    write(cast, "in its place")
    seals.seal()
    with pytest.raises(CommandError, match=r"roots knows another seal of this number"):
        said("verify_ledger", "--roots", str(tmp_path / "roots"))


def test_a_journal_that_was_forged_is_named(cast: Cast, settings: "Settings") -> None:
    said("seal")
    path = Path(settings.SEAL_JOURNAL)
    whole = path.read_text()
    path.write_text(whole.replace('"events":', '"events":1'))
    with pytest.raises(CommandError, match=r"Line 1 of journal.jsonl: what it states is not what was signed"):
        said("verify_ledger")
    path.write_text(whole + "nonsense\n")
    with pytest.raises(CommandError, match=r"Line 2 of journal.jsonl holds no signed root"):
        said("verify_ledger")


def test_only_the_keys_that_are_given_are_trusted(cast: Cast, tmp_path: Path, settings: "Settings") -> None:
    said("seal")
    assert "all is" in said("verify_ledger", "--public-key", settings.SEAL_PUBLIC_KEYS)
    seal_keys.make(tmp_path / "other")
    settings.SEAL_KEY_FILE = str(tmp_path / "other")
    (tmp_path / "others").write_text(seal_keys.encoded(seal_keys.private().public_key()))
    with pytest.raises(CommandError, match=r"seal 1: changed. Not signed as it stands: its key .* not known"):
        said("verify_ledger", "--public-key", str(tmp_path / "others"))
    (tmp_path / "nonsense").write_text("no key")
    with pytest.raises(CommandError, match=r"holds no public keys"):
        said("verify_ledger", "--public-key", str(tmp_path / "nonsense"))


@pytest.mark.parametrize("arguments", [["--participant", "09-001"], ["--roots", "/nowhere"]])
def test_what_is_not_there_is_said(arguments: list[str]) -> None:
    with pytest.raises(CommandError, match=r"There is no"):
        said("verify_ledger", *arguments)
