"""Whose data have changed since a position."""

from django.db import connection

from analytics.datasets.vectors import form_of
from analytics.selectors import sql
from trial.audit.positions import Position
from trial.protocol.analyses import Analysis

TOUCHED = sql.query("touched")


def participants(analysis: Analysis, since: Position) -> list[str]:
    """The codes of the participants with an event of the data set that the position does not contain.

    One query. Empty exactly when a run at this position would be current; the position must be of the
    newest epoch.
    """
    parameters: dict[str, str | int] = {
        "form": analysis.form,
        "answers": form_of(analysis)._meta.db_table,
        "epoch": since.epoch,
        "snapshot": since.snapshot,
    }
    with connection.cursor() as cursor:
        cursor.execute(TOUCHED, parameters)
        return [code for (code,) in cursor.fetchall()]
