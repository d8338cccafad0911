"""Exports as the worker writes them, without the worker."""

import zipfile
from typing import Any

from analytics.exports import choices, store
from analytics.models import Export
from analytics.models.export import READY
from analytics.services import exports
from trial.models import User


def written(by: User, **chosen: Any) -> Export:
    """An export that was asked for and carried out; outside any transaction, as it reads a snapshot."""
    export = exports.ask(by=by, options=choices.read(chosen))
    exports.run(number=export.pk)
    export.refresh_from_db()
    return export


def exported(by: User, **chosen: Any) -> dict[str, bytes]:
    """The files of an export that is ready, by their names."""
    export = written(by, **chosen)
    assert export.state == READY, export.problem
    with zipfile.ZipFile(store.path(export.pk)) as archive:
        return {each.filename: archive.read(each) for each in archive.infolist()}
