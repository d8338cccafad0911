"""One's own account: roles, sessions, tokens of the API, sign-ins."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from trial import browsers
from trial.models import Reach, Session
from trial.refusals import Refusal
from trial.screens.confirmation import asked_for_change, confirm_change
from trial.screens.people import person_of
from trial.selectors import memberships, sessions, sign_ins
from trial.services import sessions as service
from trial.services import tokens
from trial.sessions import SessionStore


@require_safe
@login_required
def account(request: HttpRequest) -> HttpResponse:
    return render(request, "trial/account.html", _context(request))


@require_POST
@login_required
@never_cache
@sensitive_post_parameters()
def create_token(request: HttpRequest) -> HttpResponse:
    """Answers with the page itself, not by a redirect: the token must pass through nothing that keeps it."""
    typed = request.POST
    try:
        confirm_change(request)
        _token, secret = tokens.create(
            by=person_of(request),
            name=typed.get("name", ""),
            scope=_reach(typed.get("scope", "")),
            days=_number(typed.get("days", "")),
        )
    except Refusal as refusal:
        if refusal.code == "locked_out":
            raise
        context = {**_context(request), "refusal": refusal, "typed": typed}
        return render(request, "trial/account.html", context, status=refusal.status)
    return render(request, "trial/account.html", {**_context(request), "secret": secret})


@require_POST
@login_required
def revoke_token(request: HttpRequest, key: str) -> HttpResponse:
    tokens.revoke(by=person_of(request), key=key)
    messages.success(request, _("The token {key}… is revoked.").format(key=key))
    return redirect("account")


@require_POST
@login_required
def end_session(request: HttpRequest, sign: str) -> HttpResponse:
    service.end(by=person_of(request), sign=sign)
    messages.success(request, _("The session is ended: that browser is signed out."))
    return redirect("account")


@require_POST
@login_required
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    ended = service.end_others(by=person_of(request), but=request.session.session_key)
    said = ngettext("{number} other session is ended.", "{number} other sessions are ended.", ended)
    messages.success(request, said.format(number=ended))
    return redirect("account")


@dataclass(frozen=True)
class ShownSession:
    """A browser that is signed in, as its person reads it."""

    sign: str
    browser: str
    address: str
    since: datetime
    seen: datetime
    here: bool


def _shown(request: HttpRequest, session: Session) -> ShownSession:
    return ShownSession(
        sign=session.sign,
        browser=browsers.shown(session.agent),
        address=session.address or "",
        since=session.created_at,
        seen=session.seen_at,
        here=session.session_key == request.session.session_key,
    )


def _reach(text: str) -> Reach:
    try:
        return Reach(text)
    except ValueError:
        raise Refusal("malformed", problem=_("Choose what the token is for.")) from None


def _number(text: str) -> int:
    """Zero, which is no number of days, for what is no whole number."""
    return int(text) if re.fullmatch("[0-9]{1,4}", text) else 0


def _context(request: HttpRequest) -> dict[str, Any]:
    person = person_of(request)
    attempts = sign_ins.own(person)
    store = request.session
    assert isinstance(store, SessionStore)
    return {
        "memberships": memberships.own(person),
        "sessions": [_shown(request, session) for session in sessions.own(person)],
        "tokens": person.auth_token_set.order_by("-created"),
        "reaches": list(Reach),
        "sign_ins": attempts,
        "last_sign_in": sign_ins.before(attempts, store.begun),
        "days": tokens.DAYS,
        "most_days": tokens.MOST_DAYS,
        "now": timezone.now(),
        "asked": asked_for_change(request),
    }
