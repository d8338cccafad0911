"""Epochs: in another cluster nothing is written until the next one was opened."""

import pytest
from django.core.management import call_command
from django.utils import timezone

from tests import journey
from tests.cast import Cast
from tests.sql import refused, run
from trial.audit import epochs
from trial.audit.epochs import Cluster, WrongEpoch
from trial.models import Epoch, Event

pytestmark = pytest.mark.django_db

ANOTHER = Cluster("1234567890", 1)


def write_as_owner() -> None:
    run(
        "insert into trial_site (code, name, time_zone, activated_on, last_number) "
        "values ('09', 'Ninth', 'UTC', '2026-01-01', 0)",
        using="owner",
    )


def test_migrating_opens_the_first_epoch_for_the_cluster() -> None:
    epoch, now = Epoch.objects.get(), epochs.cluster()
    assert (epoch.system_identifier, epoch.timeline) == (now.system_identifier, now.timeline)
    assert now == epochs.cluster("owner")
    assert epochs.is_current()


def test_another_cluster_is_not_current(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(epochs, "cluster", lambda using="default": ANOTHER)
    assert not epochs.is_current()


def test_another_time_line_is_not_current(monkeypatch: pytest.MonkeyPatch) -> None:
    now = epochs.cluster()
    later = Cluster(now.system_identifier, now.timeline + 1)
    monkeypatch.setattr(epochs, "cluster", lambda using="default": later)
    assert not epochs.is_current()


@pytest.mark.django_db(transaction=True)
def test_a_cluster_to_which_one_goes_back_opens_one_more_epoch(capsys: pytest.CaptureFixture[str]) -> None:
    Epoch.objects.using("owner").create(
        system_identifier=ANOTHER.system_identifier, timeline=1, opened_at=timezone.now()
    )
    assert not epochs.is_current()
    call_command("ledger_epoch")
    assert "is open" in capsys.readouterr().out
    assert epochs.is_current()
    assert Epoch.objects.count() == 3


def test_a_second_migrate_opens_no_second_epoch() -> None:
    epochs.open_first("owner")
    assert Epoch.objects.using("owner").count() == 1


def test_without_an_epoch_nothing_is_written() -> None:
    run("delete from trial_epoch", using="owner")
    with refused('null value in column "epoch"', using="owner"):
        write_as_owner()


def test_where_the_epoch_is_current_the_command_does_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("ledger_epoch")
    assert "nothing to do" in capsys.readouterr().out
    assert Epoch.objects.using("owner").count() == 1


@pytest.mark.django_db(transaction=True)
def test_after_a_restore_nothing_starts_until_the_owner_has_opened_the_next_epoch(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    # As it is in a copy of the database elsewhere: the newest epoch is not that of this cluster.
    Epoch.objects.using("owner").update(system_identifier="1234567890", opened_at=timezone.now())
    with pytest.raises(WrongEpoch, match=r"Run `manage\.py ledger_epoch`"):
        epochs.require_current()
    call_command("ledger_epoch")
    newest = Epoch.objects.order_by("id").last()
    assert newest is not None
    assert capsys.readouterr().out == f"Epoch {newest.pk} is open.\n"
    epochs.require_current()
    journey.added(cast)
    event = Event.objects.last()
    assert event is not None
    assert event.epoch == newest.pk
