"""Supplements: asked for once data are quiet, calculated in pieces by whichever worker is free, kept by the
hash of the data, so that the same data are never calculated twice.
"""

from collections.abc import Iterable
from datetime import timedelta
from functools import lru_cache

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from analytics.datasets import awaited, past
from analytics.mixed import InputRefused, NotEstimable
from analytics.models import Run, Supplement, SupplementPiece
from analytics.models.run import OK
from analytics.models.supplement import FAILED, READY, RUNNING, UNDER_WAY
from analytics.selectors import standings
from analytics.supplements import PARTS, Content, Part
from analytics.supplements.declaration import declaration, spec_hash
from analytics.supplements.subject import Subject
from analytics.version import CODE_VERSION
from trial.audit import positions
from trial.audit.positions import Position
from trial.protocol import STUDY
from trial.protocol.analyses import Analysis

# What no worker took up in this time is sent again, and so often without any piece coming to its end.
SENT_AGAIN_S = 90
ATTEMPTS = 10
# What is not of the newest data can be made again, so it need not be kept for longer.
KEPT_DAYS = 30
# How many data sets a worker keeps at hand while it calculates their pieces.
AT_HAND = 4
LOST = "The data at this position are not those that were analysed. Ask for a rebuild of the statistics."
BROKEN = "The calculation was begun {n} times and never came to its end; the log of the workers says why."


def ask(analysis: Analysis, data_hash: str, position: Position, parts: Iterable[str] = PARTS) -> None:
    """See to it that these parts are calculated for a state of the data, which is read as of a position; so
    are the visits that were not over at its last event.

    What was asked for before is not asked for again. Nothing happens for an outcome without a supplement.
    """
    if STUDY.supplement(analysis.outcome) is None:
        return
    spec, awaited_hash = declaration(analysis), awaited.at(position).content_hash(analysis)
    Supplement.objects.bulk_create(
        [
            Supplement(
                outcome=analysis.outcome,
                part=part,
                data_hash=data_hash,
                awaited_hash=awaited_hash,
                spec=spec,
                spec_hash=spec_hash(spec),
                code_version=CODE_VERSION,
                epoch=position.epoch,
                snapshot=position.snapshot,
                asked_at=timezone.now(),
            )
            for part in parts
        ],
        ignore_conflicts=True,
    )


def ask_for_quiet() -> None:
    """Ask for what the newest runs lack, part by part, once their data have not changed for a while.

    The position is read before the runs, and after those that are quiet were fitted: where these are not
    stale, their data stood there too.
    """
    now, position = timezone.now(), positions.current()
    found = [standing for standing in standings.read() if standing.run_id is not None and not standing.stale]
    runs = Run.objects.filter(pk__in=[standing.run_id for standing in found], status=OK)
    by_outcome = {run.outcome: run for run in runs}
    for standing in found:
        run = by_outcome.get(standing.analysis.outcome)
        if run is not None:
            quiet = (now - run.fitted_at).total_seconds()
            parts = [name for name, part in PARTS.items() if part.quiet_s <= quiet]
            ask(standing.analysis, run.data_hash, position, parts)


def due() -> list[int]:
    """The numbers of those whose pieces are to be sent, now marked as sent.

    What fails by a passing cause is sent again; what never comes to its end is given up.
    """
    now = timezone.now()
    before = now - timedelta(seconds=SENT_AGAIN_S)
    waiting = _under_way().filter(Q(sent_at=None) | Q(sent_at__lt=before))
    for lost in waiting.filter(attempts__gte=ATTEMPTS):
        _fail(lost, BROKEN.format(n=ATTEMPTS))
    numbers = list(waiting.values_list("pk", flat=True))
    Supplement.objects.filter(pk__in=numbers).update(sent_at=now, attempts=F("attempts") + 1)
    return numbers


def _under_way() -> QuerySet[Supplement]:
    """Those of this version: what another calculates would stand under a wrong name."""
    return Supplement.objects.filter(state__in=UNDER_WAY, code_version=CODE_VERSION)


def begin(number: int) -> list[int]:
    """Count the pieces of a supplement; the numbers of those that are still to be calculated."""
    supplement = _under_way().filter(pk=number).first()
    if supplement is None:
        return []
    try:
        total = PARTS[supplement.part].pieces(_subject_of(supplement))
    except (NotEstimable, InputRefused) as refusal:
        _fail(supplement, str(refusal))
        return []
    Supplement.objects.filter(pk=number, state__in=UNDER_WAY).update(state=RUNNING, total=total)
    done = set(SupplementPiece.objects.filter(supplement=number).values_list("number", flat=True))
    return [piece for piece in range(total) if piece not in done]


def calculate(number: int, piece: int) -> Supplement | None:
    """Calculate a piece unless it is there; the supplement once it is over, else None.

    Whatever else goes wrong goes on to the worker's log, and the piece is sent again.
    """
    supplement = _under_way().filter(pk=number, state=RUNNING).first()
    if supplement is None or supplement.pieces.filter(number=piece).exists():
        return None
    part = PARTS[supplement.part]
    try:
        subject = _subject_of(supplement)
        found = part.piece(subject, piece)
        return _keep(supplement, part, subject, piece, found)
    except (NotEstimable, InputRefused) as refusal:
        return _fail(supplement, str(refusal))


def clear() -> int:
    """Let go of what is neither of the newest data nor young; how many."""
    old = Supplement.objects.filter(asked_at__lt=timezone.now() - timedelta(days=KEPT_DAYS))
    newest = [standing.run_id for standing in standings.read() if standing.run_id is not None]
    kept = Run.objects.filter(pk__in=newest).values("data_hash")
    return old.exclude(data_hash__in=kept).delete()[0]


def _keep(
    supplement: Supplement, part: Part, subject: Subject, piece: int, found: Content
) -> Supplement | None:
    with transaction.atomic():
        locked = Supplement.objects.select_for_update().get(pk=supplement.pk)
        if locked.state != RUNNING:
            return None
        SupplementPiece.objects.bulk_create(
            [SupplementPiece(supplement=locked, number=piece, content=found)], ignore_conflicts=True
        )
        pieces = list(locked.pieces.values_list("content", flat=True))
        if len(pieces) != locked.total:
            locked.attempts = 0
            locked.save(update_fields=["attempts"])
            return None
        locked.content = part.combined(subject, pieces)
        locked.state, locked.ended_at = READY, timezone.now()
        locked.save(update_fields=["content", "state", "ended_at"])
        locked.pieces.all().delete()
    return locked


def _fail(supplement: Supplement, problem: str) -> Supplement:
    Supplement.objects.filter(pk=supplement.pk, state__in=UNDER_WAY).update(
        state=FAILED, problem=problem[:2000], ended_at=timezone.now()
    )
    SupplementPiece.objects.filter(supplement=supplement).delete()
    supplement.refresh_from_db()
    return supplement


def _subject_of(supplement: Supplement) -> Subject:
    if supplement.spec_hash != spec_hash(declaration(standings.analysis_of(supplement.outcome))):
        raise InputRefused("The protocol declares this analysis otherwise by now.")
    return _subject(supplement.outcome, supplement.data_hash, supplement.awaited_hash, supplement.position)


@lru_cache(maxsize=AT_HAND)
def _subject(outcome: str, data_hash: str, awaited_hash: str, position: Position) -> Subject:
    analysis, supplement = standings.analysis_of(outcome), STUDY.supplement(outcome)
    assert supplement is not None, outcome
    dataset, ahead = past.read(analysis, position), awaited.at(position)
    if (dataset.content_hash(), ahead.content_hash(analysis)) != (data_hash, awaited_hash):
        raise InputRefused(LOST)
    return Subject(dataset, supplement, ahead)
