"""How each analysis stands: its newest run, and whether that has seen all of its data."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from analytics import declared
from analytics.datasets.vectors import form_of
from analytics.selectors import sql
from trial.protocol import STUDY
from trial.protocol.analyses import Analysis
from trial.refusals import Refusal

STANDINGS = sql.query("standings")


@dataclass(frozen=True)
class Standing:
    """An analysis, the number of its newest run, whether data of it are not in that run, and the number of
    the newest rebuild of its statistics.

    Staleness is a fact read from the ledger, so no lost message can hide it.
    """

    analysis: Analysis
    run_id: int | None
    stale: bool
    rebuild_id: int | None


def read(analyses: Iterable[Analysis] = STUDY.analyses) -> tuple[Standing, ...]:
    """One query for all."""
    declarations = tuple(analyses)
    with connection.cursor() as cursor:
        cursor.execute(STANDINGS, _parameters(declarations))
        rows = cursor.fetchall()
    return tuple(Standing(analysis, *row) for analysis, row in zip(declarations, rows, strict=True))


def _parameters(analyses: tuple[Analysis, ...]) -> dict[str, list[str]]:
    return {
        "outcomes": [analysis.outcome for analysis in analyses],
        "forms": [analysis.form for analysis in analyses],
        "tables": [form_of(analysis)._meta.db_table for analysis in analyses],
        "specs": [json.dumps(declared.as_json(analysis)) for analysis in analyses],
    }


def analysis_of(outcome: str) -> Analysis:
    """The declared analysis; Refusal "not_found" when there is none."""
    analysis = STUDY.analysis(outcome)
    if analysis is None:
        raise Refusal("not_found")
    return analysis


def etag(standings: Iterable[Standing], *also: object) -> str:
    """A strong ETag: runs and rebuilds are only appended, so their numbers and staleness say all."""
    parts = [
        f"{standing.run_id or 0}{'s' if standing.stale else ''}.{standing.rebuild_id or 0}"
        for standing in standings
    ]
    return f'"{"-".join([*parts, *map(str, also)])}"'
