"""Each part is killed without a word while visits are saved over HTTP. Nobody repairs anything by hand."""

import time

import pytest

from tests.stack import PARTS, Stack, until
from tests.writer import Writer

pytestmark = pytest.mark.faults

CATCH_UP = 60
BEFORE, AFTER = 2.0, 4.0


@pytest.mark.parametrize("part", PARTS)
def test_no_acknowledged_save_is_lost_and_the_refit_catches_up(stack: Stack, part: str) -> None:
    client = stack.client("investigator")
    writer = Writer(client, [f"01-{number:03}" for number in range(1, 10)], f"while {part} dies")
    writer.start()
    time.sleep(BEFORE)
    stack.run.kill(part)
    time.sleep(AFTER)
    until(stack.run.healthy, 30, "the web answers again")
    until(lambda: len(writer.acknowledged) > 10, 30, "saves are acknowledged again")
    writer.stop()

    assert missing_from_the_audit(stack, writer) == set()
    until(lambda: client.get("analyses/pain/").body["status"] == "current", CATCH_UP, "the refit caught up")
    assert sees_every_save(stack)
    assert running_statistics_agree(stack)


def missing_from_the_audit(stack: Stack, writer: Writer) -> set[str]:
    """The acknowledged saves of which no change of a pain score is recorded."""
    code = (
        "from trial.models import Event; "
        "print(*Event.objects.filter(table_name='trial_pain').values_list('reason', flat=True), sep='\\n')"
    )
    return set(writer.acknowledged) - set(stack.shell(code).splitlines())


def sees_every_save(stack: Stack) -> bool:
    """Whether the newest run was fitted to what a fresh reading of all records gives."""
    code = (
        "from analytics.datasets import vectors; from analytics.models import Run; "
        "from trial.protocol import STUDY; "
        "run = Run.objects.filter(outcome='pain').order_by('-id').first(); "
        "print(run.data_hash == vectors.read(STUDY.analysis('pain')).content_hash())"
    )
    return stack.shell(code).strip() == "True"


def running_statistics_agree(stack: Stack) -> bool:
    """Whether what was kept from refit to refit equals, to the bit, a rebuild from all records."""
    code = "from analytics.services.rebuild import rebuild; print(rebuild('pain').agreed)"
    return stack.shell(code).strip() == "True"
