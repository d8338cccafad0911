"""The verification of the ledger: seals, sealed events, a tail cut off, live rows. It only reads."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import connections

from trial.audit import belonging, findings, history_check, journal, live_check, reading, seal_keys
from trial.audit.declared import Tracked
from trial.audit.findings import EVENT, SEAL, Problem, Report
from trial.audit.journal import Line
from trial.audit.seal_keys import PublicKeys
from trial.models import Participant, Seal

# A statement for so many lines of a journal.
LINES = 500

MINE = f"select e.id from trial_event e where e.id = any(%(numbers)s) and {belonging.EVENTS}"  # nosec B608


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
    tracked. Of an event that is gone nobody can tell whose it was: it is named for every participant.
    """
    report, trusted = Report(), seal_keys.known() if keys is None else keys
    with reading.at_once(using):
        history_check.check(report, trusted, using)
        _check_tail(report, roots, trusted, using)
        if participant is not None:
            _keep_those_of(report, participant, using)
        report.problems.sort(key=lambda problem: problem.kind != SEAL)
        live_check.check(report, participant, using, tables)
    return report


def _check_tail(report: Report, roots: Path | None, keys: PublicKeys, using: str) -> None:
    """Hold the seals against what was kept outside the database."""
    path = roots or Path(settings.SEAL_JOURNAL)
    if not path.exists():
        report.notes.append(
            f"There is no journal at {path}: had the newest seals been cut off, nobody could tell."
        )
        return
    lines = journal.lines(path)
    while some := list(islice(lines, LINES)):
        for problem in _unlike(some, path.name, keys, using):
            report.add(problem)


def _unlike(lines: Iterable[Line], name: str, keys: PublicKeys, using: str) -> Iterator[Problem]:
    numbers = [line.root.number for line in lines if line.root]
    stored = dict(Seal.objects.using(using).filter(number__in=numbers).values_list("number", "hash"))
    for line in lines:
        if line.root is None:
            yield Problem(SEAL, findings.CHANGED, f"Line {line.number} of {name} holds no signed root.")
        elif problem := seal_keys.problem(line.root, keys):
            yield Problem(
                SEAL, findings.CHANGED, f"Line {line.number} of {name}: {problem}.", line.root.number
            )
        elif line.root.number not in stored:
            sentence = f"{name} knows it, with {line.root.events} events; in the database it is gone."
            yield Problem(SEAL, findings.CUT_OFF, sentence, line.root.number)
        elif stored[line.root.number] != line.root.hash:
            sentence = f"{name} knows another seal of this number: the end was cut off and written anew."
            yield Problem(SEAL, findings.CUT_OFF, sentence, line.root.number)


def _keep_those_of(report: Report, participant: Participant, using: str) -> None:
    """Leave out events of which it can be told that they are somebody else's."""
    there = [each.number for each in report.problems if each.kind == EVENT and each.table]
    with connections[using].cursor() as cursor:
        cursor.execute(MINE, {"numbers": there, **belonging.values(participant, using)})
        mine = {number for (number,) in cursor.fetchall()}
    report.problems = [
        each for each in report.problems if each.kind == SEAL or not each.table or each.number in mine
    ]
