"""The end of an import that cannot go on: why, what was saved of it, and what to do."""

from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from forms_app.imports.content import Place, Problem
from forms_app.imports.refused import refused
from forms_app.models import Import, ImportUnit
from forms_app.models.imports import FAILED, SAVING, UNIT_JUDGED, UNIT_REFUSED, UNIT_SAVED, WAITING
from forms_app.services.import_acts import PARTICIPANT, REFUSED, Outcome

# A worker may be killed, or the machine restarted: work that comes no further is begun anew so often.
ATTEMPTS: Final = 3
# Of participants that are written at once.
BATCH: Final = 500


def fail(found: Import, sentence: str) -> None:
    """End it. Participants that were not saved yet are told one by one; before saving nothing is left."""
    if found.state == SAVING:
        _list_unsaved(found)
    else:
        found.units.all().delete()
    found.state, found.problem, found.ended_at, found.content = FAILED, sentence[:1000], timezone.now(), None
    found.save(update_fields=["state", "problem", "ended_at", "content"])


def given_up(found: Import) -> str:
    """What is said of an import whose worker ended so often at the same place."""
    if found.state == SAVING:
        return _given_up_saving(found)
    following = found.units.filter(state=WAITING).exclude(participant="").order_by("place").first()
    if following is None:
        sentence = _(
            "Nothing was saved. {attempts} times the worker ended while it read the file, which may need "
            "more memory than there is. Send it in parts, each with fewer participants. If a small part "
            "ends the same way, tell your administrator."
        )
        return refused("import_given_up", sentence, attempts=ATTEMPTS).sentence
    sentence = _(
        "Nothing was saved. {attempts} times the worker ended while it judged {participant}. Send the file "
        "without this participant, and tell your administrator."
    )
    return refused("import_given_up", sentence, attempts=ATTEMPTS, participant=following.participant).sentence


def _given_up_saving(found: Import) -> str:
    left = _unsaved(found)
    following = left.first()
    sentence = _(
        "{saved} of {all} participants were saved, each whole; those that were not are listed. {attempts} "
        "times the worker ended while it saved {participant}. Send the file once more without this "
        "participant, and tell your administrator: what was saved already is not changed by it."
    )
    return refused(
        "import_given_up",
        sentence,
        saved=found.units.filter(state=UNIT_SAVED).count(),
        all=found.units.exclude(participant="").count(),
        attempts=ATTEMPTS,
        participant=following.participant if following else "–",
    ).sentence


def _list_unsaved(found: Import) -> None:
    left = list(_unsaved(found).values_list("pk", "participant", "content__place"))
    for begin in range(0, len(left), BATCH):
        units = [_not_saved(*each) for each in left[begin : begin + BATCH]]
        ImportUnit.objects.bulk_update(units, ["state", "outcomes", "refused"])


def _unsaved(found: Import) -> Any:
    return found.units.filter(state=UNIT_JUDGED).exclude(participant="").order_by("place")


def _not_saved(key: int, participant: str, place: list[Any]) -> ImportUnit:
    where = Place(*place)
    problem = Problem(where, participant, _("Nothing of this participant was saved. Send the file again."))
    outcome = Outcome(PARTICIPANT, REFUSED, where, problems=(problem,))
    return ImportUnit(pk=key, state=UNIT_REFUSED, outcomes=[outcome.plain()], refused=1)
