"""The pages of what is declared beside the analyses: one for each part, each outcome with its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from analytics.datasets import awaited
from analytics.models import Run, Supplement
from analytics.models.run import OK
from analytics.screens import diagnosed, influenced, planned, sensitive
from analytics.screens.tabs import tabs
from analytics.selectors import nameable, standings, study_lock
from analytics.selectors import supplements as selector
from analytics.selectors.supplements import Known
from analytics.supplements import PARTS
from trial.access import Right, check_right
from trial.audit import positions
from trial.models import User
from trial.protocol.analyses import Analysis
from trial.screens.idle import background
from trial.screens.people import person_of

HASH_SHOWN = 12
# What a part shows of an analysis; `allowed` are the codes of the participants that may be named.
Present = Callable[[Analysis, Supplement, frozenset[str]], Any]
PRESENT: dict[str, Present] = {
    "sensitivity": sensitive.shown,
    "diagnostics": diagnosed.shown,
    "influence": influenced.shown,
    "planning": planned.shown,
}


@dataclass(frozen=True)
class Beside:
    """An outcome on the page of a part. `shown` is what the part says, None where there is nothing yet."""

    analysis: Analysis
    title: str
    run: Run | None
    known: Known | None
    shown: Any
    provenance: str
    quiet_s: int

    @property
    def waits(self) -> bool:
        """Whether the page should look again."""
        return self.run is not None and self.run.status == OK and (self.known is None or self.known.waits)

    @property
    def percent(self) -> int:
        """How much of it is calculated."""
        wanted = self.known.wanted if self.known else None
        return 100 * self.known.done // wanted.total if self.known and wanted and wanted.total else 0


@require_safe
@login_required
def sensitivity(request: HttpRequest) -> HttpResponse:
    return _page(request, "sensitivity")


@require_safe
@login_required
def diagnostics(request: HttpRequest) -> HttpResponse:
    return _page(request, "diagnostics")


@require_safe
@login_required
def influence(request: HttpRequest) -> HttpResponse:
    return _page(request, "influence")


@require_safe
@login_required
def planning(request: HttpRequest) -> HttpResponse:
    return _page(request, "planning")


@background
@require_safe
@login_required
def again(request: HttpRequest, part: str) -> HttpResponse:
    """The page of a part, which it asks for by itself while something is calculated."""
    return _page(request, part)


def besides(part: str, runs: dict[Analysis, Run | None], present: Present, person: User) -> list[Beside]:
    """Of each analysis; participants are named where the person may see their data."""
    hashes = {analysis: run.data_hash for analysis, run in runs.items() if run is not None}
    known = selector.read(part, hashes, awaited.at(positions.current()))
    allowed = nameable.read(person)
    return [
        _beside(part, analysis, run, known.get(analysis.outcome), present, allowed)
        for analysis, run in runs.items()
    ]


def _page(request: HttpRequest, part: str) -> HttpResponse:
    person = person_of(request)
    check_right(person, Right.VIEW_ESTIMATES)
    if part not in PRESENT:
        raise Http404
    found = besides(part, _runs(), PRESENT[part], person)
    locked = study_lock.read()
    context = {
        "tabs": tabs(f"results-{part}", person),
        "part": part,
        "template": f"analytics/{part}.html",
        "panels": found,
        "waits": any(each.waits for each in found),
        "study_lock": locked.words if locked else "",
    }
    return render(request, "analytics/beside.html", context)


def _runs() -> dict[Analysis, Run | None]:
    """The newest run of each analysis."""
    found = standings.read()
    runs = Run.objects.in_bulk([each.run_id for each in found if each.run_id is not None])
    return {each.analysis: runs.get(each.run_id or 0) for each in found}


def _beside(
    part: str,
    analysis: Analysis,
    run: Run | None,
    known: Known | None,
    present: Present,
    allowed: frozenset[str],
) -> Beside:
    supplement = known.shown if known else None
    return Beside(
        analysis=analysis,
        title=_(analysis.title),
        run=run,
        known=known,
        shown=present(analysis, supplement, allowed) if supplement else None,
        provenance=provenance(supplement) if supplement else "",
        quiet_s=PARTS[part].quiet_s,
    )


def provenance(supplement: Supplement) -> str:
    """Where the numbers of a part come from, in one line."""
    assert supplement.ended_at is not None
    return _(
        "Calculated {day}, {time} UTC, from data of position {position}, hash {data_hash}. Code: {code}."
    ).format(
        day=date_format(supplement.ended_at),
        time=date_format(supplement.ended_at, "H:i"),
        position=supplement.position,
        data_hash=supplement.data_hash[:HASH_SHOWN],
        code=supplement.code_version,
    )
