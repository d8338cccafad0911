from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from analytics.models import Rebuild
from analytics.services.refit import refit
from tests import sql
from tests.analytics import measured
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)


def told() -> dict[str, str]:
    """What the command says, by outcome."""
    out = StringIO()
    call_command("rebuild_statistics", stdout=out)
    return dict(line.split(": ", 1) for line in out.getvalue().splitlines())


def test_it_says_of_each_outcome_whether_it_agrees(cast: Cast) -> None:
    measured.pain(cast)
    refit("pain")
    nothing = "nothing to compare; the next refit reads all records."
    assert told() == {
        "pain": "agreed to the bit, 7 participants.",
        "motion": nothing,
        "disability": nothing,
    }
    assert Rebuild.objects.get().outcome == "pain"


def test_it_says_so_when_they_disagree(cast: Cast) -> None:
    measured.pain(cast)
    refit("pain")
    sql.run("delete from analytics_contribution where participant = '01-001'")
    assert told()["pain"].startswith("DISAGREED, 7 participants.")
    assert told()["pain"].startswith("agreed")


def test_it_does_nothing_on_a_database_of_another_cluster(cast: Cast) -> None:
    sql.run(
        "insert into trial_epoch (system_identifier, timeline, opened_at) values ('1', 1, now())",
        using="owner",
    )
    with pytest.raises(CommandError, match="ledger_epoch"):
        told()
