"""Other systems that are told what happens: setting them up, and what became of their messages."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from trial.access import Right, check_right, sites_with
from trial.models import Site, User, Webhook
from trial.models.delivery import DELIVERY_STATES
from trial.models.webhook import CHOSEN
from trial.refusals import Refusal
from trial.screens.people import person_of
from trial.selectors import webhooks as selector
from trial.services import webhooks as service
from trial.services.webhooks import Setup

# Messages on a page of the log.
SHOWN = 50


@require_safe
@login_required
def webhooks(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    check_right(person, Right.MANAGE_WEBHOOKS)
    return render(request, "trial/webhooks.html", {"webhooks": selector.visible(person)})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Answers with the page itself, not by a redirect: the secret must pass through nothing that keeps it."""
    person = person_of(request)
    check_right(person, Right.MANAGE_WEBHOOKS)
    refusal = None
    if request.method == "POST":
        try:
            site, reason = _site(person, request.POST), _reason(request.POST)
            made, secret = service.add(by=person, site=site, setup=_setup(request.POST), reason=reason)
        except Refusal as refused:
            if refused.code == "right":
                raise
            refusal = refused
        else:
            return _page(request, selector.get(person, made.pk), secret=secret)
    context = {
        "sites": sites_with(person, Right.MANAGE_WEBHOOKS),
        "happenings": CHOSEN,
        "hosts": settings.WEBHOOK_HOSTS,
        "typed": request.POST,
        "chosen": request.POST.getlist("happenings"),
        "refusal": refusal,
    }
    return render(request, "trial/webhook_new.html", context, status=refusal.status if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def webhook(request: HttpRequest, number: int) -> HttpResponse:
    """One webhook with the log of its messages, and what may be done about it."""
    person = person_of(request)
    found = selector.get(person, number)
    if request.method != "POST":
        return _page(request, found)
    move = request.POST.get("move", "")
    if move not in (RENEW, *MOVES):
        raise Refusal(
            "malformed", problem=_("The page asked for something that is not there. Load it again.")
        )
    try:
        if move == RENEW:
            _renewed, secret = service.renew_secret(by=person, webhook=found, reason=_reason(request.POST))
            return _page(request, selector.get(person, number), secret=secret)
        said = MOVES[move](person, found, request.POST)
    except Refusal as refusal:
        if refusal.code == "right":
            raise
        return _page(request, selector.get(person, number), refusal)
    messages.success(request, said)
    return redirect("webhook", number)


def _page(
    request: HttpRequest, found: Webhook, refusal: Refusal | None = None, *, secret: str = ""
) -> HttpResponse:
    state = request.GET.get("state", "")
    log = selector.log(found, state if state in DELIVERY_STATES else "")
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        log = log.filter(pk__lt=int(before))
    sent = list(log[: SHOWN + 1])
    typed = request.POST if refusal and request.POST.get("move") == "change" else None
    context = {
        "webhook": found,
        "log": sent[:SHOWN],
        "older": sent[SHOWN - 1].pk if len(sent) > SHOWN else None,
        "state": state,
        "states": DELIVERY_STATES,
        "happenings": CHOSEN,
        "typed": typed or {"name": found.name, "address": found.address},
        "chosen": typed.getlist("happenings") if typed else found.happenings,
        "changing": typed is not None,
        "former_signs": found.former_signs(timezone.now()),
        "refusal": refusal,
        "secret": secret,
        "recent": selector.RECENT.days,
    }
    return render(request, "trial/webhook.html", context, status=refusal.status if refusal else 200)


def _change(by: User, found: Webhook, sent: QueryDict) -> str:
    version = sent.get("version", "")
    service.change(
        by=by,
        webhook=found,
        setup=_setup(sent),
        expected_version=int(version) if version.isascii() and version.isdigit() else 0,
        reason=_reason(sent),
    )
    return _("The webhook is changed.")


def _off(by: User, found: Webhook, sent: QueryDict) -> str:
    service.switch(by=by, webhook=found, on=False, reason=_reason(sent))
    return _("It is switched off: nothing is sent until it is on again.")


def _on(by: User, found: Webhook, sent: QueryDict) -> str:
    service.switch(by=by, webhook=found, on=True, reason=_reason(sent))
    return _("It is switched on. What waited is sent now.")


def _ping(by: User, found: Webhook, sent: QueryDict) -> str:
    service.ping(by=by, webhook=found)
    return _("A test message is on its way. Load the page again to see what became of it.")


def _replay(by: User, found: Webhook, sent: QueryDict) -> str:
    try:
        number = UUID(sent.get("message", ""))
    except ValueError:
        raise Refusal("webhook_nothing") from None
    service.replay(by=by, webhook=found, number=number)
    return _("The message is sent again, with the number that it had.")


def _replay_period(by: User, found: Webhook, sent: QueryDict) -> str:
    since, until = _day(sent, "since"), _day(sent, "until") + timedelta(days=1)
    number = service.replay_period(by=by, webhook=found, since=since, until=until)
    said = ngettext("{number} message is sent again.", "{number} messages are sent again.", number)
    return said.format(number=number)


RENEW = "renew"
MOVES: dict[str, Callable[[User, Webhook, QueryDict], str]] = {
    "change": _change,
    "off": _off,
    "on": _on,
    "ping": _ping,
    "replay": _replay,
    "replay period": _replay_period,
}


def _setup(sent: QueryDict) -> Setup:
    return Setup(
        name=sent.get("name", ""),
        address=sent.get("address", ""),
        happenings=tuple(sent.getlist("happenings")),
    )


def _site(by: User, sent: QueryDict) -> Site:
    code = sent.get("site", "")
    found = next((each for each in sites_with(by, Right.MANAGE_WEBHOOKS) if each.code == code), None)
    if found is None:
        raise Refusal("malformed", problem=_("Choose the site."))
    return found


def _day(sent: QueryDict, name: str) -> datetime:
    """The beginning of a day, in UTC as the log tells its times."""
    text = sent.get(name, "")
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or not 2000 <= day.year <= 9000:
        raise Refusal("malformed", problem=_("Choose the first day and the last."))
    return datetime.combine(day, time.min, UTC)


def _reason(sent: QueryDict) -> str:
    return sent.get("reason", "")
