"""Drafts at the edge: what a page sends to be kept, what is offered back, what a signed-out save becomes."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from forms_app.models import Draft
from forms_app.screens import place as places
from forms_app.screens import sent
from forms_app.screens import typed as typing
from forms_app.screens.place import Place
from forms_app.screens.presenters import draft as presenter
from forms_app.screens.presenters.draft import Line, Offer
from forms_app.screens.typed import Typed
from forms_app.selectors import drafts as selector
from forms_app.selectors import versions
from forms_app.services import drafts
from forms_app.services.drafts import MOST_CHARACTERS, Window
from trial.access import Right, can
from trial.crf.answers import Answers
from trial.models import Record, User
from trial.refusals import Refusal
from trial.screens.idle import background
from trial.screens.people import person_of

# What the page sends about itself, beside the fields of the form.
FIELD = "draft:"
AROUND = ("csrfmiddlewaretoken", "then", "whole_form", "base")
SIGN = re.compile(r"[\w-]{1,36}")
# In the address of a form: go on with the draft.
GO_ON = "draft"
SIGNED_OUT = "sent while signed out"
# How many forms a browser that is signed out has kept for it, and for how long.
MOST_ASIDE = 5
ASIDE_SECONDS = 3600


@background
@require_POST
@login_required
def keep(
    request: HttpRequest, code: str, form: str, visit: str | None = None, repeat: int = 1
) -> HttpResponse:
    """Keep what the page sends while somebody types; the answer says when it was kept."""
    place = places.at(person_of(request), code, form, visit, repeat)
    check_person(request)
    draft = _store(request, place, request.POST)
    return JsonResponse({"kept_at": draft.saved_at.isoformat()})


@require_POST
@login_required
def discard(
    request: HttpRequest, code: str, form: str, visit: str | None = None, repeat: int = 1
) -> HttpResponse:
    """Throw the draft away, if it is still the one that was looked at."""
    place = places.at(person_of(request), code, form, visit, repeat)
    seen = request.POST.get(f"{FIELD}seen", "")
    if drafts.throw_away(by=person_of(request), **_of(place), window=seen):
        messages.success(request, _("What was typed is thrown away."))
    else:
        messages.warning(request, _("The draft has changed in the meantime. Look at it again."))
    return redirect(place.address)


def _store(request: HttpRequest, place: Place, post: QueryDict) -> Draft:
    return drafts.keep(
        by=person_of(request),
        **_of(place),
        version=typing.version(post.get("version", "")),
        content={name: _texts(post, name) for name in post if _is_of_form(name)},
        window=window(post),
    )


def _of(place: Place) -> dict[str, Any]:
    return {
        "participant": place.participant,
        "visit": place.visit,
        "form": place.form.code,
        "repeat": place.repeat,
    }


def _is_of_form(name: str) -> bool:
    return name not in AROUND and not name.startswith(FIELD)


def _texts(post: QueryDict, name: str) -> list[str]:
    return [str(text) for text in post.getlist(name)]


def window(post: Mapping[str, str]) -> Window:
    """The window that a page says it is; where no script runs, a new one."""
    sign, seen, step = (post.get(f"{FIELD}{name}", "") for name in ("window", "seen", "step"))
    if any(text and not SIGN.fullmatch(text) for text in (sign, seen)):
        raise Refusal("malformed", problem=_("The page did not say which window it is. Load it again."))
    return Window(sign or str(uuid4()), seen, int(step) if re.fullmatch("[0-9]{1,8}", step) else 0)


def windows(post: Mapping[str, str]) -> tuple[str, ...]:
    """The windows whose draft ends with the save of what a page sends: its own, and the one that it shows."""
    return tuple(sign for name in ("window", "seen") if (sign := post.get(f"{FIELD}{name}", "")))


def check_person(request: HttpRequest) -> None:
    """Raise Refusal when the page was opened by somebody who has signed out since."""
    if request.POST.get(f"{FIELD}person", "") not in ("", person_of(request).sign):
        raise Refusal("other_person")


@dataclass(frozen=True)
class Kept:
    """What a page of a form has to do with drafts.

    `offer` is shown in place of the form until somebody decides; `typed` is what the form shows instead
    of what is saved, `refusal` what stands in the way of saving that.
    """

    line: Line
    offer: Offer | None = None
    typed: Typed | None = None
    refusal: Refusal | None = None


def on_page(
    request: HttpRequest,
    place: Place,
    held: Record | None,
    stored: dict[str, Any] | None,
    typed: Typed | None,
    refusal: Refusal | None,
) -> Kept:
    """The draft on the page of a form: of what was typed and refused just now, or one that is waiting."""
    if not _may_type(request, place, held):
        saved_at = versions.saved_at(held) if held else None
        return Kept(_line(request, place, saved_at), None, typed, refusal)
    if typed is not None:
        return Kept(_line_of_refused(request, place, typed), None, typed, refusal)
    _take_up(request, place)
    where = {"user": person_of(request), **_of(place)}
    saved_at, waits = selector.glance(**where, held=held) if held else (None, True)
    draft = selector.read(**where) if waits else None
    if draft is None:
        return Kept(_line(request, place, saved_at), refusal=refusal)
    return _waiting(request, place, saved_at, stored, draft, refusal)


def _may_type(request: HttpRequest, place: Place, held: Record | None) -> bool:
    """Whether the page is for typing. A draft of a form that is out of use or locked waits for it."""
    closed = held is not None and held.removed
    return (
        not closed
        and place.lock is None
        and can(person_of(request), Right.ENTER_DATA, place.participant.site)
    )


def _waiting(
    request: HttpRequest,
    place: Place,
    saved_at: datetime | None,
    stored: dict[str, Any] | None,
    draft: Draft,
    refusal: Refusal | None,
) -> Kept:
    typed = typed_in(draft, place.form)
    offer = presenter.offer(place.form, draft, stored, typed, place.participant.site.time_zone)
    if offer is None or refusal is not None:
        return Kept(_line(request, place, saved_at, draft), refusal=refusal)
    kept = _line(request, place, saved_at, draft, kind="kept")
    if GO_ON not in request.GET:
        return Kept(kept, offer)
    stale = Refusal("version_stale", extra={"current": stored}) if offer.moved else None
    return Kept(kept, None, typed, stale)


def typed_in(draft: Draft, form: type[Answers]) -> Typed:
    """What a draft holds, read as if its page had just sent it."""
    return typing.read(_query(draft.content), form)


def _query(fields: Mapping[str, list[str]]) -> QueryDict:
    post = QueryDict(mutable=True)
    for name, texts in fields.items():
        post.setlist(name, texts)
    return post


def _line_of_refused(request: HttpRequest, place: Place, typed: Typed) -> Line:
    """What was refused is a draft as well, also where no script has kept it."""
    try:
        draft = drafts.keep(
            by=person_of(request),
            **_of(place),
            version=typed.version,
            content=sent.content(place.form, typed),
            window=window(request.POST),
        )
    except Refusal as refusal:
        kind = "elsewhere" if refusal.code == "draft_elsewhere" else "nowhere"
        return _line(request, place, None, kind=kind)
    return _line(request, place, None, draft, kind="kept")


def _line(
    request: HttpRequest, place: Place, saved_at: datetime | None, draft: Draft | None = None, kind: str = ""
) -> Line:
    """The line about `kind`; without one it speaks of what is saved."""
    zone = place.participant.site.time_zone
    at = draft.saved_at if kind == "kept" and draft else None if kind else saved_at
    return Line(
        kind=kind or ("saved" if saved_at else "nothing"),
        at=presenter.time(at, zone) if at else "",
        form=place.address,
        draft=_address(place, "draft"),
        discard=_address(place, "draft-discard"),
        person=person_of(request).sign,
        time_zone=zone,
        seen=draft.window if draft else "",
        step=draft.step if draft else 0,
    )


def _address(place: Place, name: str) -> str:
    code, form = place.participant.code, place.form.code
    if place.visit is None:
        return reverse(f"log-{name}", args=(code, form, place.repeat))
    return reverse(name, args=(code, place.visit, form))


def keeps_what_is_sent(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A form that is sent when its session has ended waits for its author in the anonymous session.

    It carries the sign of who had opened the page: when somebody else signs in here, it is forgotten.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        if request.method == "POST" and not request.user.is_authenticated:
            _put_aside(request)
        return view(request, *args, **named)

    return answer


def _put_aside(request: HttpRequest) -> None:
    fields = {name: _texts(request.POST, name) for name in request.POST if name not in AROUND}
    size = sum(len(text) for texts in fields.values() for text in texts)
    if not request.POST.get(f"{FIELD}person") or size > MOST_CHARACTERS:
        return
    aside = request.session.get(SIGNED_OUT, {})
    others = [(path, sent) for path, sent in aside.items() if path != request.path]
    request.session[SIGNED_OUT] = dict([*others, (request.path, fields)][-MOST_ASIDE:])
    request.session.set_expiry(ASIDE_SECONDS)


@receiver(user_logged_in)
def leave_to_author(request: HttpRequest, user: User, **_: Any) -> None:
    """The session of who has signed in lasts as long as any, and keeps what this person sent."""
    aside = request.session.get(SIGNED_OUT)
    if aside is None:
        return
    theirs = {path: fields for path, fields in aside.items() if fields[f"{FIELD}person"] == [user.sign]}
    request.session[SIGNED_OUT] = theirs
    request.session.set_expiry(None)


def _take_up(request: HttpRequest, place: Place) -> None:
    """Make a draft of what its author sent to this page while signed out."""
    aside = request.session.get(SIGNED_OUT, {})
    if request.path not in aside:
        return
    try:
        _store(request, place, _query(aside[request.path]))
    except Refusal as refusal:
        if refusal.code == "draft_elsewhere":
            return  # it waits until the other draft is saved or thrown away
    request.session[SIGNED_OUT] = {path: sent for path, sent in aside.items() if path != request.path}
