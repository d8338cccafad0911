"""The checks of one participant run again over everything that is stored of it.

A check may look at other forms: what it says changes with them, with a visit, or with the calendar. What
came past the services is found here too.
"""

from collections.abc import Iterator

from forms_app.checks import catalogue
from forms_app.checks.circumstances import Circumstances
from forms_app.checks.finding import Finding
from forms_app.selectors import contents
from forms_app.selectors.documents import Document, plain_row
from forms_app.services import queries
from forms_app.services.records import state_of
from trial.audit.context import SYSTEM, attributed
from trial.crf.answers import Row
from trial.crf.paths import find
from trial.crf.reading import Reading, read
from trial.crf.submission import Entry, Submission
from trial.lifecycle import COMPLETE, IN_PROGRESS, LOCKED
from trial.models import Participant, Record
from trial.services.participants import lock
from trial.words import Sentence

# Kept with the change, so in one language.
REASON = "The checks were run again after other data changed"
# The check that speaks for a rule that nothing may break and something stored does.
IMPOSSIBLE = "impossible"
LONGEST_SENTENCE = 300


def everybody() -> list[int]:
    """The keys of all participants."""
    return list(Participant.objects.order_by("pk").values_list("pk", flat=True))


def recheck(*, participant: int) -> int:
    """Open and close the questions of the checks, and let records be complete or in progress by them.

    The number of questions that moved; a second time it is 0. Saves of the participant wait meanwhile and
    are waited for. The version of a record counts its saves, so nobody's open page is outdated by this.
    Locked records stay as they are.
    """
    with attributed(by=SYSTEM, reason=REASON):
        locked = lock(Participant.objects.get(pk=participant))
        moved = 0
        states: dict[str, list[int]] = {COMPLETE: [], IN_PROGRESS: []}
        for document, reading, findings in _checked(locked):
            asked = queries.settle(document.record, document.queries, findings)
            # At once: the checks of deviations, which come last, read the questions of the other forms.
            queries.store(asked.moved)
            moved += len(asked.moved)
            state = state_of(reading, asked.standing)
            if state != document.record.state:
                states[state].append(document.record.pk)
        for state, records in states.items():
            if records:
                Record.objects.filter(pk__in=records).update(state=state)
    return moved


def _checked(locked: Participant) -> Iterator[tuple[Document, Reading, list[Finding]]]:
    """Each record that can move, as it is read now, with all that its checks find."""
    records = (
        Record.objects.filter(participant=locked, removed=False)
        .exclude(state=LOCKED)
        .select_related("visit")
        .order_by("pk")
    )
    circumstances = Circumstances(locked, None)
    for form, document in contents.documents_of(list(records)):
        around = circumstances.of(document.record)
        reading = read(form, _submission(document), around.today)
        findings = [*_impossible(reading, around), *catalogue.findings(reading, around)]
        yield document, reading, findings


def _submission(document: Document) -> Submission:
    groups = {code: {key: _entry(row) for key, row in rows.items()} for code, rows in document.groups.items()}
    return Submission(_entry(document.answers), groups)


def _entry(row: Row) -> Entry:
    return Entry(**plain_row(row))


def _impossible(reading: Reading, circumstances: Circumstances) -> Iterator[Finding]:
    """What could not be saved today, and is stored nevertheless."""
    for path, said in catalogue.errors(reading, circumstances).items():
        if find(reading.form, path) is not None:
            yield Finding(path, IMPOSSIBLE, Sentence(said[:LONGEST_SENTENCE]))
