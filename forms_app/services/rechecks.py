"""The checks of one participant run again over everything that is stored of it.

A check may look at other forms: what it says changes with them, with a visit, or with the calendar. What
came past the services is found here too.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from forms_app.checks import catalogue
from forms_app.checks.circumstances import Circumstances
from forms_app.checks.finding import Finding
from forms_app.models import Query
from forms_app.selectors import locks, stored
from forms_app.services import queries
from forms_app.services.records import news_of, state_of
from trial.audit.context import SYSTEM, attributed
from trial.crf import registry
from trial.crf.paths import find
from trial.crf.reading import Reading, read
from trial.lifecycle import COMPLETE, IN_PROGRESS
from trial.models import Participant, Record
from trial.services import webhooks
from trial.services.participants import lock
from trial.services.webhooks import News
from trial.words import Sentence

# Kept with the change, so in one language.
REASON = "The checks were run again after other data changed"
# The check that speaks for a rule that nothing may break and something stored does.
IMPOSSIBLE = "impossible"
LONGEST_SENTENCE = 300
# Checked after all others: it speaks of their questions.
LAST = "deviation"


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
        moved, told = 0, list[News]()
        states: dict[str, list[int]] = {COMPLETE: [], IN_PROGRESS: []}
        for record, questions, reading, findings in _checked(locked):
            asked = queries.settle(record, questions, findings)
            queries.store(asked.moved)
            moved += len(asked.moved)
            state = state_of(reading, asked.standing)
            if state != record.state:
                states[state].append(record.pk)
            told += news_of(record, asked, completed=state == COMPLETE != record.state)
        for state, records in states.items():
            if records:
                Record.objects.filter(pk__in=records).update(state=state)
        webhooks.tell_all(told)
    return moved


def _checked(locked: Participant) -> Iterator[tuple[Record, list[Query], Reading, list[Finding]]]:
    """Each record that can move with its questions, as it is read now, and all that its checks find."""
    records = list(
        locks.uncovered(Record.objects.filter(participant=locked, removed=False))
        .select_related("participant__site", "visit")
        .order_by("pk")
    )
    answers, questions = stored.read(records), _questions(records)
    circumstances = Circumstances(locked, None)
    for record in sorted(records, key=lambda each: each.form == LAST):
        form = registry.form(record.form)
        assert form is not None
        around = circumstances.of(record)
        reading = read(form, answers[record.pk], around.today)
        findings = [*_impossible(reading, around), *catalogue.findings(reading, around)]
        yield record, questions[record.pk], reading, findings


def _questions(records: Sequence[Record]) -> dict[int, list[Query]]:
    found: dict[int, list[Query]] = defaultdict(list)
    for query in Query.objects.filter(record__in=records):
        found[query.record_id].append(query)
    return found


def _impossible(reading: Reading, circumstances: Circumstances) -> Iterator[Finding]:
    """What could not be saved today, and is stored nevertheless."""
    for path, said in catalogue.errors(reading, circumstances).items():
        if find(reading.form, path) is not None:
            yield Finding(path, IMPOSSIBLE, Sentence(said[:LONGEST_SENTENCE]))
