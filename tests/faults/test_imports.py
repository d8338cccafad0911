"""A file that kills every worker which reads it: the import ends, says so, and others go on."""

import json
import os
import signal
from typing import Any

import pytest

from tests.stack import Stack, until
from tests.supervised import children_of

pytestmark = pytest.mark.faults

# Long enough that a worker is killed in the middle of it, however fast the machine.
ROWS = 600_000
SEND = """
import io, zipfile
from forms_app.imports.choices import Choices
from forms_app.services import imports
from trial.models import User
by = User.objects.get(username="coordinator")
def begun(rows):
    names = "participant,repeat,cmtrt\\n"
    text = names + "".join(f"01-{{100 + n % 300}},{{n // 300 + 1}},Drug\\n" for n in range(rows))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("medication.csv", text)
    found = imports.receive(by=by, content=packed.getvalue(), name="medication.zip")
    imports.decide(by=by, found=found, choices=Choices.of(found.choices))
    return found.pk
print(begun({rows}))
"""
STATE = """
import json
from forms_app.models import Import
found = Import.objects.get(pk={number})
print(json.dumps([found.state, found.problem, found.attempts, found.content is None, found.units.count()]))
"""
WITHIN = 240


def test_a_file_that_kills_its_workers_is_given_up(stack: Stack) -> None:
    number = begun(stack, ROWS)

    def given_up() -> list[Any]:
        state, *rest = told(stack, number)
        if state == "being judged":
            kill_who_works(stack)
            return []
        return [state, *rest]

    state, problem, attempts, is_gone, units = until(given_up, WITHIN, "the import is given up")
    assert (state, attempts, is_gone, units) == ("failed", 4, True, 0)
    assert problem.startswith("Nothing was saved. 3 times the worker ended while it read the file")
    small = begun(stack, 50)
    until(lambda: told(stack, small)[0] == "judged", WITHIN, "another file is judged after it")


def begun(stack: Stack, rows: int) -> int:
    return int(stack.shell(SEND.format(rows=rows)).splitlines()[-1])


def told(stack: Stack, number: int) -> list[Any]:
    found: list[Any] = json.loads(stack.shell(STATE.format(number=number)).splitlines()[-1])
    return found


def kill_who_works(stack: Stack) -> None:
    """As the kernel does when memory is short: the process that has the task, and not the one above it."""
    for process in children_of(stack.run.children()["worker"]):
        os.kill(process, signal.SIGKILL)
