"""What is typed and not saved yet: kept apart from the data of the trial, for nobody but its author."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from forms_app.models import Draft
from forms_app.selectors import drafts
from trial.access import Right, check_right
from trial.models import Participant, User
from trial.refusals import Refusal

# Ten times the longest form with every text at its limit.
MOST_CHARACTERS = 200_000
KEPT = timedelta(days=90)


@dataclass(frozen=True)
class Window:
    """An open page of a form: its own sign, that of the draft that it shows, how far its typing is."""

    sign: str
    seen: str = ""
    step: int = 0

    @property
    def signs(self) -> tuple[str, ...]:
        """The windows whose draft this one may replace, and ends when it is saved."""
        return tuple(sign for sign in (self.sign, self.seen) if sign)


def keep(
    *,
    by: User,
    participant: Participant,
    visit: str | None,
    form: str,
    repeat: int = 1,
    version: int | None,
    content: Mapping[str, Sequence[str]],
    window: Window,
) -> Draft:
    """Keep what was typed in place of what the same window, or the draft that it shows, held before.

    Refused: no right, a text that cannot be stored or is too long, a draft that another window typed and
    this one has not seen. A request that comes late changes nothing: what was typed after it stays.
    """
    check_right(by, Right.ENTER_DATA, participant.site)
    _check_content(content)
    where = {"user": by, "participant": participant, "visit": visit or "", "form": form, "repeat": repeat}
    typed = {
        "version": version,
        "content": {name: list(texts) for name, texts in content.items()},
        "window": window.sign,
        "step": window.step,
        "saved_at": timezone.now(),
    }
    with transaction.atomic():
        draft, created = Draft.objects.select_for_update().get_or_create(defaults=typed, **where)
        if created:
            _prune()
        elif draft.window not in window.signs:
            raise Refusal("draft_elsewhere")
        elif draft.window != window.sign or draft.step <= window.step:
            _replace(draft, typed)
        return draft


def end(
    *,
    by: User,
    participant: Participant,
    visit: str | None,
    form: str,
    repeat: int,
    windows: Collection[str],
) -> bool:
    """Delete the draft if one of these windows typed it: it was saved there, or thrown away there.

    What another window typed stays, for it was in neither. One statement.
    """
    found = drafts.rows(by, participant, visit, form, repeat).filter(window__in=windows)
    return bool(found.delete()[0])


def throw_away(
    *, by: User, participant: Participant, visit: str | None, form: str, repeat: int, window: str
) -> bool:
    """Delete the draft that was looked at. What was typed in another window since stays: the answer is no."""
    check_right(by, Right.ENTER_DATA, participant.site)
    return end(by=by, participant=participant, visit=visit, form=form, repeat=repeat, windows=[window])


def _check_content(content: Mapping[str, Sequence[str]]) -> None:
    texts = [text for name, given in content.items() for text in (name, *given)]
    if sum(map(len, texts)) > MOST_CHARACTERS:
        raise Refusal("draft_too_long")
    if any("\0" in text for text in texts):
        raise Refusal("malformed", problem=_("What was typed holds a null character. Leave it out."))


def _replace(draft: Draft, typed: Mapping[str, object]) -> None:
    for name, value in typed.items():
        setattr(draft, name, value)
    draft.save(update_fields=list(typed))


def _prune() -> None:
    """Delete what nobody has come back to: drafts must not become a second store of the trial's data."""
    Draft.objects.filter(saved_at__lt=timezone.now() - KEPT).delete()
