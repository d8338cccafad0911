"""A trail that was exported is verified by one file that knows nothing of Fascicle."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command

from tests import journey, sealing
from tests.cast import Cast
from tests.sealing import write
from tests.sql import run
from trial.audit import proofs, seal_keys, seals, trail, verify_trail
from trial.models import Event, Participant

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def place(settings: "Settings", tmp_path: Path) -> None:
    sealing.own_place(settings, tmp_path)


@pytest.fixture
def participant(cast: Cast) -> Participant:
    """Somebody in several seals, beside others, with a change that none covers yet."""
    found = journey.consented(cast)
    seals.seal()
    write(cast, "one", "two")
    journey.added(cast)
    seals.seal()
    journey.judge(cast, found)
    seals.seal()
    write(cast, "not sealed")
    return found


def alone(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the verifier by itself, in a folder where nothing of Fascicle can be imported."""
    program = folder / "elsewhere" / "verify_trail.py"
    program.parent.mkdir(exist_ok=True)
    shutil.copy(verify_trail.__file__, program)
    return subprocess.run(
        [sys.executable, "-I", str(program), *map(str, arguments)],
        cwd=program.parent,
        env={},
        capture_output=True,
        text=True,
        check=False,
    )


def exported(folder: Path, *arguments: str) -> Path:
    path = folder / "trail.jsonl"
    call_command("export_trail", str(path), *arguments, stdout=StringIO())
    return path


@pytest.mark.requirement("P11.10e", "E6.17")
def test_a_whole_trail_holds_without_fascicle(
    participant: Participant, tmp_path: Path, settings: "Settings"
) -> None:
    path, roots = exported(tmp_path), tmp_path / "roots.jsonl"
    call_command("export_roots", str(roots), stdout=StringIO())
    keys = settings.SEAL_PUBLIC_KEYS
    answer = alone(tmp_path, path, "--public-key", keys, "--roots", roots)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "3 seals, 1 to 3" in answer.stdout
    assert f"{Event.objects.count() - 1} events." in answer.stdout
    assert "RESULT: every event is what was sealed" in answer.stdout
    assert "cut off" not in answer.stdout
    assert "Whether its end was cut off is shown by --roots only." in alone(tmp_path, path).stdout


@pytest.mark.requirement("P11.10e", "E6.17")
def test_the_trail_of_one_participant_holds_by_its_paths(participant: Participant, tmp_path: Path) -> None:
    path = exported(tmp_path, "--participant", participant.code)
    answer = alone(tmp_path, path)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert f": {participant.code}." in answer.stdout
    assert "whether events were left out of it cannot be told" in answer.stdout
    assert "none is missing" not in answer.stdout
    events = [
        json.loads(line)["event"] for line in path.read_text().splitlines() if line.startswith('{"event"')
    ]
    assert len(events) == sealed_of(participant)
    assert len(events) < Event.objects.count() - 1


def sealed_of(participant: Participant) -> int:
    """How many events of a participant there are, by their content."""
    records = list(participant.records.values_list("pk", flat=True))
    of_record = Event.objects.filter(record_id__in=records)
    by_row = Event.objects.filter(row__participant_id=participant.pk)
    own = Event.objects.filter(table_name="trial_participant", key=str(participant.pk))
    return (of_record | by_row | own).distinct().count()


@pytest.mark.requirement("P11.10e")
def test_the_proof_of_one_value_is_a_trail_too(participant: Participant, tmp_path: Path) -> None:
    event = Event.objects.filter(table_name="trial_consent").latest("id")
    found = proofs.of_event(event.pk)
    assert found is not None
    path = tmp_path / "proof.json"
    path.write_text(json.dumps(trail.of_event(*found)))
    answer = alone(tmp_path, path)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert f"event {event.pk}" in answer.stdout
    assert "Of other events nothing is shown." in answer.stdout
    roots = tmp_path / "roots.jsonl"
    call_command("export_roots", str(roots), stdout=StringIO())
    assert alone(tmp_path, path, "--roots", roots).returncode == 0
    lines = roots.read_text().splitlines()
    proven = json.loads(path.read_text())["seal"]["number"]
    roots.write_text(lines[proven].replace('"hash":"', '"hash":"0') + "\n")
    assert alone(tmp_path, path, "--roots", roots).returncode == 1
    path.write_text(path.read_text().replace("trial_consent", "trial_consens"))
    assert alone(tmp_path, path).returncode == 1


def test_what_no_seal_holds_yet_has_no_proof(participant: Participant) -> None:
    assert proofs.of_event(Event.objects.latest("id").pk) is None


def changed(lines: list[dict[str, Any]], kind: str, at: int, **changes: Any) -> None:
    some = [line[kind] for line in lines if kind in line]
    some[at] |= changes


def without(lines: list[dict[str, Any]], kind: str, at: int) -> None:
    lines.remove([line for line in lines if kind in line][at])


def exchanged(lines: list[dict[str, Any]]) -> None:
    places = [place for place, line in enumerate(lines) if "event" in line][:2]
    lines[places[0]], lines[places[1]] = lines[places[1]], lines[places[0]]


def doubled(lines: list[dict[str, Any]]) -> None:
    last = next(place for place, line in enumerate(lines) if "event" in line)
    lines.insert(last, lines[last])


def other_word(lines: list[dict[str, Any]]) -> None:
    event = next(line["event"] for line in lines if "event" in line)
    event["content"] = event["content"].replace('"operation":"insert"', '"operation":"update"')


WRONG: dict[str, tuple[Callable[[list[dict[str, Any]]], None], str]] = {
    "an event changed": (other_word, "they are not the"),
    "an event renamed": (lambda lines: changed(lines, "event", 0, id=9999), "content is that of another"),
    "an event gone": (lambda lines: without(lines, "event", 3), "they are not the"),
    "two exchanged": (exchanged, "not in their order"),
    "one twice": (doubled, "in the file twice"),
    "a seal gone": (lambda lines: without(lines, "seal", 1), "Seal 2: it is missing"),
    "the first seal gone": (lambda lines: without(lines, "seal", 0), "the seals before it are missing"),
    "the last seal gone": (lambda lines: without(lines, "seal", 2), "their seal 3 is missing"),
    "another root": (lambda lines: changed(lines, "seal", 1, root="0" * 64), "changed after it was signed"),
    "another signature": (lambda lines: changed(lines, "seal", 1, signature="0" * 128), "signature is wrong"),
    "another key": (lambda lines: changed(lines, "seal", 1, key_id="0" * 16), "changed after it was signed"),
    "another chain": (lambda lines: changed(lines, "seal", 1, previous="0" * 64), "does not name the seal"),
}


@pytest.mark.parametrize("what", WRONG)
@pytest.mark.requirement("P11.10e")
def test_whatever_is_done_to_a_trail_is_said(participant: Participant, tmp_path: Path, what: str) -> None:
    path = exported(tmp_path)
    act, words = WRONG[what]
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    act(lines)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    found = verify_trail.verify(path)
    assert any(words in problem for problem in found.problems), found.problems


def test_in_the_trail_of_one_participant_a_changed_value_is_named(
    participant: Participant, tmp_path: Path
) -> None:
    path = exported(tmp_path, "--participant", participant.code)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    event = [line["event"] for line in lines if "event" in line][2]
    event["content"] = event["content"].replace('"reason":""', '"reason":"forged"')
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    answer = alone(tmp_path, path)
    assert answer.returncode == 1
    assert f"WRONG. Event {event['id']}: it is not what seal {event['seal']} was made over." in answer.stdout
    assert "RESULT: this trail is NOT as it was sealed" in answer.stdout


def test_a_tail_that_was_cut_off_is_found_with_roots_that_were_kept(
    participant: Participant, tmp_path: Path
) -> None:
    roots = tmp_path / "roots.jsonl"
    call_command("export_roots", str(roots), stdout=StringIO())
    run(
        "delete from trial_event where xact >= (select from_xact from trial_seal where number = 3)",
        using="owner",
    )
    run("delete from trial_seal where number = 3", using="owner")
    path = exported(tmp_path)
    assert alone(tmp_path, path).returncode == 0
    answer = alone(tmp_path, path, "--roots", roots)
    assert answer.returncode == 1
    assert "Seal 3: roots.jsonl knows it; it was cut off." in answer.stdout


def test_a_forger_with_a_key_of_their_own_is_not_trusted(
    participant: Participant, tmp_path: Path, settings: "Settings"
) -> None:
    trusted = tmp_path / "trusted"
    trusted.write_text(Path(settings.SEAL_PUBLIC_KEYS).read_text())
    run("delete from trial_seal", using="owner")
    Path(settings.SEAL_JOURNAL).unlink()
    seal_keys.make(Path(settings.SEAL_KEY_FILE))
    seals.seal_all()
    path = exported(tmp_path)
    assert alone(tmp_path, path).returncode == 0
    answer = alone(tmp_path, path, "--public-key", trusted)
    assert answer.returncode == 1
    assert "which is not among the trusted ones" in answer.stdout


def spoiled(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """An object without each of its members, and with each as another kind of thing, all the way down."""
    for name, value in found.items():
        yield {key: each for key, each in found.items() if key != name}
        others: list[Any] = [None, [], {}, [7], "\ud800", "é", -1, 2**70]
        yield from ({**found, name: other} for other in others)
        if isinstance(value, dict):
            yield from ({**found, name: inner} for inner in spoiled(value))


@pytest.mark.parametrize("of", ["everything", "participant", "event"])
def test_a_file_that_is_no_trail_any_more_is_refused_or_wrong(
    participant: Participant, tmp_path: Path, of: str
) -> None:
    if of == "event":
        found = proofs.of_event(Event.objects.filter(table_name="trial_consent").latest("id").pk)
        assert found is not None
        lines = [trail.of_event(*found)]
    else:
        path = exported(tmp_path, *(["--participant", participant.code] if of == "participant" else []))
        lines = [json.loads(line) for line in path.read_text().splitlines()]
    path = tmp_path / "spoiled"
    firsts: dict[str, int] = {next(iter(line)): at for at, line in reversed(list(enumerate(lines)))}
    for at in firsts.values():
        for other in spoiled(lines[at]):
            path.write_text(
                "".join(json.dumps(line) + "\n" for line in [*lines[:at], other, *lines[at + 1 :]])
            )
            with suppress(verify_trail.Unreadable):
                assert verify_trail.verify(path).problems or at == 0, other


@pytest.mark.parametrize("kept", ["head", "seals"])
def test_a_trail_of_nothing_shows_nothing(participant: Participant, tmp_path: Path, kept: str) -> None:
    for arguments in ([], ["--participant", participant.code]):
        path = exported(tmp_path, *arguments)
        lines = [line for line in path.read_text().splitlines(keepends=True) if '{"event"' not in line]
        path.write_text("".join(lines[:1] if kept == "head" else lines))
        answer = alone(tmp_path, path)
        assert (answer.returncode, answer.stderr) == (2, "")
        assert "nothing to verify" in answer.stdout


@pytest.mark.parametrize(
    "content", ["", "{}", "no json", "7", "\x00\xff", "[" * 9999, '{"format": "another"}']
)
def test_what_is_no_trail_is_said_to_be_none(tmp_path: Path, content: str) -> None:
    path = tmp_path / "trail"
    path.write_text(content)
    answer = alone(tmp_path, path)
    assert (answer.returncode, answer.stderr) == (2, "")
    assert "Cannot be verified" in answer.stdout


def test_nobody_unknown_has_a_trail(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no participant 09-001"):
        call_command("export_trail", str(tmp_path / "trail"), "--participant", "09-001")
