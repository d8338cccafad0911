"""The verification of the ledger: seals, sealed events, a tail cut off, locks, live rows, and the triggers
that watch them. It only reads.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from django.conf import settings

from trial.audit import (
    findings,
    history_check,
    journal,
    live_check,
    lock_check,
    reading,
    seal_keys,
    trigger_check,
)
from trial.audit.declared import Tracked
from trial.audit.findings import EVENT, JOURNAL, SEAL, Problem, Report
from trial.audit.journal import Line
from trial.audit.seal_keys import PublicKeys
from trial.audit.signed_root import SignedRoot
from trial.models import Participant, Seal

# A statement for so many lines of a journal.
LINES = 500


def verify(
    *,
    keys: PublicKeys | None = None,
    roots: Path | None = None,
    participant: Participant | None = None,
    tables: Sequence[Tracked] | None = None,
    using: str = "default",
) -> Report:
    """Everything there is to verify, or what concerns one participant beside the seals.

    `keys` are trusted instead of those known here, `roots` stands for the journal, `tables` for all that are
    tracked. Of an event that is gone, or not what was sealed, nobody can tell whose it was: it is named for
    every participant.
    """
    report, trusted = Report(), seal_keys.known() if keys is None else keys
    with reading.at_once(using):
        history_check.check(report, trusted, using)
        _check_tail(report, roots, trusted, using)
        report.problems.sort(key=lambda problem: problem.kind == EVENT)
        lock_check.check(report, participant, using)
        live_check.check(report, participant, using, tables)
        for problem in trigger_check.problems(using):
            report.add(problem)
    return report


def _check_tail(report: Report, roots: Path | None, keys: PublicKeys, using: str) -> None:
    """Hold the seals against what was kept outside the database."""
    path = roots or Path(settings.SEAL_JOURNAL)
    if not path.exists():
        _tell_of_no_journal(report, path)
        return
    lines, before = journal.lines(path), 0
    while some := list(islice(lines, LINES)):
        stored = _stored(some, using)
        for line in some:
            if line.root is not None:
                before = line.root.number
                for problem in _unlike(line, line.root, path.name, keys, stored):
                    report.add(problem)
            elif _is_cut_short(line, before, using):
                report.notes.append(
                    f"Line {line.number} of {path.name} was cut short by a crash; its seal is there."
                )
            else:
                sentence = f"Line {line.number} of {path.name} holds no signed root."
                report.add(Problem(JOURNAL, findings.CHANGED, sentence))


def _tell_of_no_journal(report: Report, path: Path) -> None:
    """Where there are seals there was one; and nobody can tell what was cut off without it."""
    sentence = f"There is none at {path}: had the newest seals been cut off, nobody could tell."
    if report.seals:
        report.add(Problem(JOURNAL, findings.REMOVED, sentence))
    elif report.events:
        report.notes.append(f"Nothing is sealed, and there is no journal at {path}.")


def _stored(lines: Iterable[Line], using: str) -> dict[int, str]:
    """The hashes of the stored seals of these lines, by number."""
    numbers = [line.root.number for line in lines if line.root]
    return dict(Seal.objects.using(using).filter(number__in=numbers).values_list("number", "hash"))


def _is_cut_short(line: Line, before: int, using: str) -> bool:
    """Whether it is the beginning of the line of the seal that is due, which is stored."""
    root = journal.root_of(before + 1, using)
    return root is not None and root.line.startswith(line.text)


def _unlike(
    line: Line, root: SignedRoot, name: str, keys: PublicKeys, stored: dict[int, str]
) -> Iterator[Problem]:
    if problem := seal_keys.problem(root, keys):
        yield Problem(SEAL, findings.CHANGED, f"Line {line.number} of {name}: {problem}.", root.number)
    elif root.number not in stored:
        sentence = f"{name} knows it, with {root.events} events; in the database it is gone."
        yield Problem(SEAL, findings.CUT_OFF, sentence, root.number)
    elif stored[root.number] != root.hash:
        sentence = f"{name} knows another seal of this number: the end was cut off and written anew."
        yield Problem(SEAL, findings.CUT_OFF, sentence, root.number)
