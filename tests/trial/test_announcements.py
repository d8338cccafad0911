"""What is announced, and who listens: nothing happens by a signal that is not named here."""

import re
from pathlib import Path

from django.conf import settings
from django.dispatch import Signal

import analytics.announcements
import forms_app.announcements
import trial.announcements
from analytics import tasks as analyses
from forms_app import tasks
from trial import tasks as messages

ROOT = Path(settings.BASE_DIR)


def test_each_announcement_has_the_one_receiver_that_is_named_here() -> None:
    modules = (trial.announcements, forms_app.announcements, analytics.announcements)
    signals = {
        name: each for module in modules for name, each in vars(module).items() if isinstance(each, Signal)
    }
    assert {name: each._live_receivers(None) for name, each in signals.items()} == {
        "participant_changed": ([tasks.ask_for_recheck], []),
        "outcome_data_changed": ([analyses.ask_for_refits], []),
        "safety_alert_due": ([tasks.ask_for_alert], []),
        "import_waits": ([tasks.ask_for_import], []),
        "export_waits": ([analyses.ask_for_export], []),
        "deliveries_due": ([messages.ask_to_deliver], []),
    }


def test_signals_are_declared_in_these_places_alone() -> None:
    sources = [
        path for app in ("analytics", "config", "forms_app", "trial") for path in (ROOT / app).rglob("*.py")
    ]
    declaring = {
        str(path.relative_to(ROOT)) for path in sources if re.search(r"\bSignal\(", path.read_text())
    }
    assert declaring == {f"{app}/announcements.py" for app in ("trial", "forms_app", "analytics")}
