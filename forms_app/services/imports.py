"""Bringing in a file: received, its columns decided, judged, and saved when all of it can be.

A participant is judged, and saved, in one transaction: no lock is held longer than for one. Saving begins
only when everything was judged and nothing moved since; what others change from then on is refused, and told.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from time import monotonic
from typing import Final
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from forms_app.announcements import import_waits
from forms_app.imports import choices as columns
from forms_app.imports import received as files
from forms_app.imports.choices import Choices
from forms_app.imports.content import Content, Place, Problem
from forms_app.imports.gathered import Gathered
from forms_app.imports.received import Kind, Received
from forms_app.imports.refused import refused
from forms_app.models import Import, ImportUnit
from forms_app.models.imports import (
    DISCARDED,
    JUDGED,
    JUDGING,
    RUNNING,
    SAVED,
    SAVING,
    TO_MAP,
    UNIT_JUDGED,
    UNIT_REFUSED,
    UNIT_SAVED,
    WAITING,
)
from forms_app.selectors import imports as selector
from forms_app.services import import_acts, import_failure, import_turn
from forms_app.services.import_acts import PARTICIPANT, REFUSED, Outcome, Refused
from trial import typed_text
from trial.access import Right, check_right
from trial.audit.context import LONGEST_REASON, ORIGIN, Origin
from trial.models import Participant, Site, User
from trial.refusals import Refusal

ROUTE: Final = "import"
KEPT: Final = timedelta(days=7)
# After so long a task lets others go first; the rest is asked for again.
AT_ONCE_SECONDS: Final = 240
# Of participants that are written at once when a file has been read.
BATCH: Final = 200
TELL_SECONDS: Final = 1.0
FILE: Final = "file"


def receive(*, by: User, content: bytes, name: str) -> Import:
    """Take a file, and propose what its columns are. Refused: no right, too large, unreadable."""
    check_right(by, Right.IMPORT)
    if len(content) > settings.ATTACHMENT_MB * 1024 * 1024:
        raise Refusal("import_large", most=settings.ATTACHMENT_MB)
    short = name.replace("\\", "/").rpartition("/")[2].strip() or "file"
    if problem := typed_text.problem(short, 200):
        raise Refusal("answers", extra={"errors": {"file": problem}}, count=1)
    file = files.received(content, short)
    fingerprint = columns.fingerprint(file.columns) if file.columns else ""
    now = timezone.now()
    return Import.objects.create(
        owner=by,
        key=uuid4(),
        kind=file.kind,
        file_name=short,
        size=len(content),
        sha256=files.digest(content),
        content=content,
        separator=file.separator,
        columns=list(file.columns),
        fingerprint=fingerprint,
        choices=_proposed(by, file, fingerprint).plain(),
        received_at=now,
        expires_at=now + KEPT,
    )


def decide(*, by: User, found: Import, choices: Choices) -> Import:
    """Say what the columns are, and let the file be judged: at first, or once more.

    Refused: no right, a column about which nothing is said, an import that runs or is over.
    """
    check_right(by, Right.IMPORT)
    if found.kind == Kind.TABLE:
        columns.check(choices, found.columns)
    with _moving(found, (TO_MAP, JUDGED)) as locked:
        locked.units.all().delete()
        locked.choices = choices.plain()
        locked.language = translation.get_language() or ""
        _ask(locked, JUDGING)
    return locked


def save(*, by: User, found: Import, reason: str, skips: bool = False) -> Import:
    """Let everything be saved that was judged. With `skips` what is refused is left out, and told.

    Refused: no right, no reason, something that is refused unless it may be left out, data that moved since.
    """
    check_right(by, Right.IMPORT)
    if not reason.strip():
        raise Refusal("import_reason")
    if problem := typed_text.problem(reason.strip(), LONGEST_REASON):
        raise Refusal("answers", extra={"errors": {"reason": problem}}, count=1)
    with _moving(found, (JUDGED,)) as locked:
        refused = selector.progress(locked).refused
        if refused and not skips:
            raise Refusal("import_refused", count=refused)
        if selector.position(_codes(locked)) != locked.position:
            raise Refusal("import_moved")
        locked.reason, locked.skips = reason.strip(), skips
        _ask(locked, SAVING)
    return locked


def discard(*, by: User, found: Import) -> Import:
    """Throw the file away. Nothing of it was saved."""
    check_right(by, Right.IMPORT)
    with _moving(found, (TO_MAP, JUDGING, JUDGED)) as locked:
        _throw_away(locked)
        locked.units.all().delete()
    return locked


def clear() -> int:
    """Let go of files whose time is over; how many."""
    old = list(selector.expired(timezone.now()).exclude(state__in=RUNNING).distinct())
    for found in old:
        with transaction.atomic():
            if found.state in (TO_MAP, JUDGED):
                _throw_away(found)
            Import.objects.filter(pk=found.pk).update(content=None)
            found.units.all().delete()
    return len(old)


def run(*, number: int, seconds: float = AT_ONCE_SECONDS) -> bool:
    """Go on with an import for so long; whether something is left to do for a task."""
    with import_turn.taken(number) as ours:
        found = _take_up(number) if ours else None
        return _run(found, seconds) if found else False


def _run(found: Import, seconds: float) -> bool:
    token = ORIGIN.set(Origin(ROUTE, found.key.hex))
    try:
        with translation.override(found.language or None):
            return _go_on(found, monotonic() + seconds)
    finally:
        ORIGIN.reset(token)


def _take_up(number: int) -> Import | None:
    """The import, with one more attempt; it counts until something comes of it, or the task ends in peace."""
    taken = Import.objects.filter(pk=number, state__in=RUNNING).update(attempts=F("attempts") + 1)
    return Import.objects.select_related("owner").get(pk=number) if taken else None


def _got_further(found: Import) -> None:
    if found.attempts:
        found.attempts = 0
        Import.objects.filter(pk=found.pk).update(attempts=0)


def _go_on(found: Import, until: float) -> bool:
    if found.attempts > import_failure.ATTEMPTS:
        import_failure.fail(found, import_failure.given_up(found))
        return False
    if not found.owner.is_active:
        import_failure.fail(found, Refusal("right", right=_(Right.IMPORT.value)).sentence)
        return False
    if found.state == JUDGING and not found.position:
        try:
            _read(found)
        except Refusal as refusal:
            import_failure.fail(found, refusal.sentence)
            return False
    is_left = _save_units(found, until) if found.state == SAVING else _judge_units(found, until)
    _got_further(found)
    return is_left


# Reading and judging


def _read(found: Import) -> None:
    """Read the file into units. One that was thrown away meanwhile leaves nothing."""
    assert found.content is not None
    file = files.received(bytes(found.content), found.file_name)
    gathered = Gathered(tell=_Told(found))
    files.gather(file, Choices.of(found.choices), gathered)
    contents = sorted(gathered.contents.values(), key=_turn)
    with transaction.atomic():
        if not Import.objects.select_for_update().filter(pk=found.pk, state=JUDGING).exists():
            return
        for begin in range(0, len(contents), BATCH):
            units = enumerate(contents[begin : begin + BATCH], start=begin + 1)
            ImportUnit.objects.bulk_create(_unit(found, place, content) for place, content in units)
        if gathered.problems:
            _not_understood(found, gathered).save()
        found.rows, found.position = (
            gathered.rows,
            selector.position([each.participant for each in contents]),
        )
        found.save(update_fields=["rows", "position"])
    _got_further(found)


class _Told:
    """Says of a file that is being read how many rows were, once a second."""

    def __init__(self, found: Import) -> None:
        self._found, self._next = found, monotonic() + TELL_SECONDS

    def __call__(self, rows: int) -> None:
        if monotonic() >= self._next:
            self._next = monotonic() + TELL_SECONDS
            Import.objects.filter(pk=self._found.pk).update(rows=rows)


def _turn(content: Content) -> tuple[str, int, str]:
    """Participants get their codes in turn, so they are saved in it."""
    site, _dash, number = content.participant.partition("-")
    return site, int(number) if number.isascii() and number.isdigit() else 0, content.participant


def _unit(found: Import, place: int, content: Content) -> ImportUnit:
    return ImportUnit(of=found, place=place, participant=content.participant[:40], content=content.plain())


def _not_understood(found: Import, gathered: Gathered) -> ImportUnit:
    outcome = Outcome(FILE, REFUSED, Place(found.file_name), problems=tuple(gathered.problems))
    return ImportUnit(
        of=found, place=0, state=UNIT_JUDGED, outcomes=[outcome.plain()], refused=len(gathered.problems)
    )


def _judge_units(found: Import, until: float) -> bool:
    out_of_turn = _out_of_turn(found)
    for unit in _left(found, WAITING, until):
        content = Content.of(unit.content)
        if code := out_of_turn.get(unit.participant):
            sentence = refused(
                "import_code",
                _(
                    "The next new participant of the site gets the code {next}, so “{code}” "
                    "cannot be given. Codes have no gaps and are never chosen: put in whom the "
                    "file lacks, or correct the code."
                ),
                code=unit.participant,
                next=code,
            ).sentence
            problem = Problem(content.place, unit.participant, sentence)
            outcomes = [Outcome(PARTICIPANT, REFUSED, content.place, problems=(problem,))]
        else:
            outcomes = import_acts.judge(by=found.owner, content=content)
        _store(unit, UNIT_JUDGED, outcomes)
    return _left_or(found, WAITING, JUDGED)


def _out_of_turn(found: Import) -> dict[str, str]:
    """New participants whose code is not the next one of their site, with the code that is."""
    codes = _codes(found)
    there = set(Participant.objects.filter(code__in=codes).values_list("code", flat=True))
    last = dict(Site.objects.values_list("code", "last_number"))
    wrong = {}
    for code in codes:
        site = code.partition("-")[0]
        if code in there or site not in last:
            continue
        following = f"{site}-{last[site] + 1:03}"
        if code == following:
            last[site] += 1
        else:
            wrong[code] = following
    return wrong


def _codes(found: Import) -> list[str]:
    """The participants of the file in their turn."""
    return list(found.units.exclude(participant="").order_by("place").values_list("participant", flat=True))


# Saving


def _save_units(found: Import, until: float) -> bool:
    for unit in _left(found, UNIT_JUDGED, until):
        try:
            _save_unit(found, unit)
        except Refused as refused:
            _store(unit, UNIT_REFUSED, refused.outcomes)
    return _left_or(found, UNIT_JUDGED, SAVED)


def _save_unit(found: Import, unit: ImportUnit) -> None:
    with transaction.atomic():
        outcomes = import_acts.save(
            by=found.owner,
            content=Content.of(unit.content),
            reason=found.reason,
            judged=unit.outcomes,
            skips=found.skips,
        )
        _store(unit, UNIT_SAVED, outcomes)


# What both have in common


def _left(found: Import, state: str, until: float) -> Iterator[ImportUnit]:
    """The units that wait, while there is time and nobody discarded the file."""
    waiting = found.units.filter(state=state).exclude(participant="").order_by("place")
    while monotonic() < until and Import.objects.filter(pk=found.pk, state=found.state).exists():
        unit = waiting.first()
        if unit is None:
            return
        yield unit
        _got_further(found)


def _store(unit: ImportUnit, state: str, outcomes: Sequence[Outcome]) -> None:
    unit.state, unit.outcomes = state, [each.plain() for each in outcomes]
    unit.refused = sum(len(each.problems) for each in outcomes)
    unit.save(update_fields=["state", "outcomes", "refused"])


def _left_or(found: Import, waits: str, then: str) -> bool:
    """Whether units are left; when not, the import comes to its next state."""
    if found.units.filter(state=waits).exclude(participant="").exists():
        return Import.objects.filter(pk=found.pk, state=found.state).exists()
    moved = Import.objects.filter(pk=found.pk, state=found.state)
    if then == SAVED:
        moved.update(state=SAVED, ended_at=timezone.now(), content=None)
    else:
        moved.update(state=then)
    return False


@contextmanager
def _moving(found: Import, states: tuple[str, ...]) -> Iterator[Import]:
    """The import as it stands now, in one of these states, kept from moving meanwhile."""
    with transaction.atomic():
        locked = Import.objects.select_for_update().defer("content").get(pk=found.pk)
        if locked.state not in states:
            raise Refusal("import_state", state=_(locked.state))
        yield locked


def _ask(locked: Import, state: str) -> None:
    """Let a task go on with it, once this is committed."""
    locked.state, locked.attempts = state, 0
    if state == JUDGING:
        locked.position = ""
    locked.save(update_fields=["state", "attempts", "position", "choices", "language", "reason", "skips"])
    number = locked.pk
    transaction.on_commit(lambda: import_waits.send_robust(sender=None, number=number), robust=True)


def _throw_away(found: Import) -> None:
    found.state, found.ended_at, found.content = DISCARDED, timezone.now(), None
    found.save(update_fields=["state", "ended_at", "content"])


def _proposed(by: User, file: Received, fingerprint: str) -> Choices:
    """What the person decided of the same columns before, or what their names say."""
    if not file.columns:
        return Choices("")
    if earlier := selector.remembered(by, fingerprint):
        return Choices.of(earlier)
    return columns.proposed(columns.guessed(file.name, file.columns), file.columns)
