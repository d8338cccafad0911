"""A worker is killed while it writes exports: nothing half looks whole, and each is written after all."""

import json
from typing import Any

import pytest

from analytics.exports import verify_export
from tests.stack import Stack, until

pytestmark = pytest.mark.faults

FORMATS = ("xlsx", "sdtm", "csv", "parquet")
ASK = """
import time
from analytics.exports import choices
from analytics.models import Export
from analytics.models.export import WAITING
from analytics.services import exports
from trial.models import User
by = User.objects.get(username="statistician")
asked = [exports.ask(by=by, options=choices.read({{"format": each}})).pk for each in {formats}]
while Export.objects.get(pk=asked[0]).state == WAITING:
    time.sleep(0.01)
print(asked)
"""
STATES = """
import json
from analytics.models import Export
print(json.dumps({str(each.pk): [each.state, each.sha256, each.attempts] for each in Export.objects.all()}))
"""
WITHIN = 150


def test_each_export_is_written_though_its_worker_dies(stack: Stack) -> None:
    asked = json.loads(stack.shell(ASK.format(formats=FORMATS)).splitlines()[-1])
    stack.run.kill("worker")
    folder = stack.folder / "exports"

    def ended() -> dict[str, Any]:
        found: dict[str, Any] = json.loads(stack.shell(STATES).splitlines()[-1])
        return found if all(found[str(number)][0] == "ready" for number in asked) else {}

    states = until(ended, WITHIN, "every export is ready")
    assert any(attempts > 1 for _state, _hash, attempts in states.values()), states
    assert sorted(path.name for path in folder.iterdir()) == sorted(f"{number}.zip" for number in asked)
    for number in asked:
        _state, whole, _attempts = states[str(number)]
        assert verify_export.verify(folder / f"{number}.zip", expected=whole)[1] == []
