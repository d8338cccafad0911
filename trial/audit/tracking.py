"""Which tables the audit follows. A model is tracked, or stands in UNTRACKED with its reason."""

from dataclasses import dataclass

from django.apps import apps
from django.db.models import Model

READ_ONLY = "select"
APPEND_ONLY = "select, insert"
FULL = "select, insert, update, delete"
TRACKED = "select, insert, update"


@dataclass(frozen=True)
class Untracked:
    """Why a table has no audit, and what the app role may do with it."""

    reason: str
    privileges: str


UNTRACKED: dict[str, Untracked] = {
    "trial.Event": Untracked("It is the audit; only the trigger writes it.", READ_ONLY),
    "trial.Epoch": Untracked("Part of the ledger; opened by the owner's command.", READ_ONLY),
    "trial.Seal": Untracked("Part of the ledger; added by a function that only goes on.", READ_ONLY),
    "trial.LedgerCheck": Untracked("What the nightly verification told; only appended.", APPEND_ONLY),
    "analytics.Run": Untracked("Follows from the data at its position; only appended.", APPEND_ONLY),
    "analytics.Estimate": Untracked("Part of a run; only appended.", APPEND_ONLY),
    "analytics.Description": Untracked("Part of a run; only appended.", APPEND_ONLY),
    "analytics.Rebuild": Untracked("Says whether what follows agreed; only appended.", APPEND_ONLY),
    "analytics.Supplement": Untracked("Follows from the data at its position; may be made again.", FULL),
    "analytics.SupplementPiece": Untracked("Parts of a supplement; they go when it is whole.", FULL),
    "analytics.Export": Untracked("A log itself: who asked for what, what came of it, its hash.", TRACKED),
    "analytics.ExportDownload": Untracked("A log itself: who took which export; only appended.", APPEND_ONLY),
    "analytics.RunningStatistics": Untracked("Follows from the records; compared each night.", FULL),
    "analytics.Contribution": Untracked("Follows from the records; compared each night.", FULL),
    "forms_app.Draft": Untracked(
        "Typed and not saved: no data of the trial yet, and only the author's.", FULL
    ),
    "forms_app.Import": Untracked(
        "Files that were received; what they changed is in the audit, under the key of the import.", TRACKED
    ),
    "forms_app.ImportUnit": Untracked("Parts of such a file; they go when it is over.", FULL),
    "trial.Session": Untracked(
        "Signed-in browsers, and forms sent while signed out; cleared each night.", FULL
    ),
    "trial.Challenge": Untracked("What security keys were asked and have not answered; minutes old.", FULL),
    "trial.Tally": Untracked("Counts of what may be asked so often and no more; hours old.", FULL),
    "sessions.Session": Untracked("Django's own, empty; ours is trial.Session.", READ_ONLY),
    "trial.Delivery": Untracked("A log itself: what was sent to whom; codes and no data. Cleared.", FULL),
    "trial.ApiToken": Untracked("Hashed tokens of the API; short-lived, no trial data.", FULL),
    "trial.IdempotencyKey": Untracked("Answers given, to be given again; a day old, then deleted.", FULL),
    "axes.AccessAttempt": Untracked("Failures of late, counted for the lock-out; they run out.", FULL),
    "axes.AccessAttemptExpiration": Untracked("Part of the attempts; it goes with them.", FULL),
    "axes.AccessFailureLog": Untracked(
        "It is a log itself: who failed to sign in, when and where.", APPEND_ONLY
    ),
    # The time of signing out is written into the line later; the database keeps the rest of it.
    "axes.AccessLog": Untracked("It is a log itself: who signed in and out, when and where.", TRACKED),
    "auth.Permission": Untracked("Django's own; rights stand in trial.access.", READ_ONLY),
    "auth.Group": Untracked("Django's own; rights stand in trial.access.", READ_ONLY),
    "auth.Group_permissions": Untracked("Django's own; rights stand in trial.access.", READ_ONLY),
    "contenttypes.ContentType": Untracked("Django's own list of models.", READ_ONLY),
}


def tracked_models() -> list[type[Model]]:
    """Every model whose changes the audit writes."""
    return [model for model in all_models() if model._meta.label not in UNTRACKED]


def all_models() -> list[type[Model]]:
    """Every model with a table of its own, automatic ones included."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    ]


def privileges(model: type[Model]) -> str:
    """What the app role may do with the table of a model. Nobody deletes data of the trial."""
    untracked = UNTRACKED.get(model._meta.label)
    return untracked.privileges if untracked else TRACKED
