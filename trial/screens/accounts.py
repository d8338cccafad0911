"""People and their roles, for administrators to look after and for auditors to see."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from trial.access import Right, Role, can, check_right, sites_with
from trial.models import Membership, Site, User
from trial.refusals import Refusal
from trial.screens.password import send_link
from trial.screens.people import person_of
from trial.selectors import accounts as selector
from trial.selectors.accounts import Account
from trial.services import accounts as service

ADDED = ("username", "full_name", "email")


@require_safe
@login_required
def accounts(request: HttpRequest) -> HttpResponse:
    by = person_of(request)
    check_right(by, Right.VIEW_ACCOUNTS)
    context = {
        "accounts": selector.visible(by),
        "may_add": can(by, Right.MANAGE_ACCOUNTS),
        "days": selector.UNUSED.days,
    }
    return render(request, "trial/accounts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def add_account(request: HttpRequest) -> HttpResponse:
    by = person_of(request)
    check_right(by, Right.MANAGE_ACCOUNTS)
    refusal = None
    if request.method == "POST":
        try:
            added = _add(request, by)
        except Refusal as refused:
            refusal = refused
        else:
            sent = _("The account of {person} is made, and a link to set the password is on its way.")
            said = sent if _send_link(request, added) else _("The account of {person} is made.")
            messages.success(request, said.format(person=added.full_name))
            return redirect("accounts-person", added.pk)
    context = {"typed": request.POST, "refusal": refusal, **_choices(by)}
    return render(request, "trial/account_add.html", context, status=refusal.status if refusal else 200)


@require_safe
@login_required
def person(request: HttpRequest, number: int) -> HttpResponse:
    return _page(request, selector.get(person_of(request), number))


@require_POST
@login_required
def give_role(request: HttpRequest, number: int) -> HttpResponse:
    def act(by: User, user: User) -> str:
        service.give_role(by=by, user=user, reason=_reason(request), **_role(by, request))
        return _("{person} has the role.")

    return _act(request, number, act)


@require_POST
@login_required
def end_role(request: HttpRequest, number: int, role: int) -> HttpResponse:
    account = selector.get(person_of(request), number)
    membership = next((each for each in account.memberships if each.pk == role), None)
    if membership is None:
        raise Refusal("not_found")

    def act(by: User, user: User) -> str:
        last_day = None if "at_once" in request.POST else _last_day(request)
        service.end_role(by=by, membership=membership, last_day=last_day, reason=_reason(request))
        return _("The role of {person} ends.") if last_day else _("The role of {person} has ended.")

    return _act(request, number, act)


@require_POST
@login_required
def close_account(request: HttpRequest, number: int) -> HttpResponse:
    def act(by: User, user: User) -> str:
        service.close(by=by, user=user, reason=_reason(request))
        return _("The account of {person} is closed.")

    return _act(request, number, act)


@require_POST
@login_required
def reopen_account(request: HttpRequest, number: int) -> HttpResponse:
    def act(by: User, user: User) -> str:
        service.reopen(by=by, user=user, reason=_reason(request))
        return _("The account of {person} is open again.")

    return _act(request, number, act)


@require_POST
@login_required
def forget_password(request: HttpRequest, number: int) -> HttpResponse:
    def act(by: User, user: User) -> str:
        service.forget_password(by=by, user=user, reason=_reason(request))
        sent = _("The password of {person} holds no more, and a link to set a new one is on its way.")
        return sent if _send_link(request, user) else _("The password of {person} holds no more.")

    return _act(request, number, act)


@require_POST
@login_required
def reset_second_factor(request: HttpRequest, number: int) -> HttpResponse:
    def act(by: User, user: User) -> str:
        service.reset_second_factor(by=by, user=user, reason=_reason(request))
        return _("{person} has no sign-in app or key any more, and is signed out everywhere.")

    return _act(request, number, act)


def _act(request: HttpRequest, number: int, act: Callable[[User, User], str]) -> HttpResponse:
    """Do it, or show the page of the person again with the sentence that says why not."""
    by = person_of(request)
    account = selector.get(by, number)
    check_right(by, Right.MANAGE_ACCOUNTS)
    try:
        said = act(by, account.user)
    except Refusal as refusal:
        if refusal.code in ("right", "not_found"):
            raise
        return _page(request, account, refusal)
    messages.success(request, said.format(person=account.user.full_name))
    return redirect("accounts-person", number)


def _send_link(request: HttpRequest, person: User) -> bool:
    """Send the link to set a password; where that fails, say so, and by which act it is sent again."""
    sent = send_link(request, person)
    if not sent:
        said = _("The link could not be sent. Try again later: “{act}”.")
        messages.warning(request, said.format(act=_("Ask for a new password")))
    return sent


def _page(request: HttpRequest, account: Account, refusal: Refusal | None = None) -> HttpResponse:
    by = person_of(request)
    own = account.user.pk == by.pk
    managed = {site.pk for site in sites_with(by, Right.MANAGE_ACCOUNTS)}
    context = {
        "account": account,
        "own": own,
        "may_act": account.managed and not own,
        "roles_held": [_held(account, each, managed) for each in account.memberships],
        "refusal": refusal,
        # Of the role that should have been given; other acts have fields of the same names.
        "typed": request.POST if "role" in request.POST else {},
        "days": selector.UNUSED.days,
        **_choices(by),
    }
    return render(request, "trial/account_person.html", context, status=refusal.status if refusal else 200)


def _held(account: Account, membership: Membership, managed: set[int]) -> dict[str, Any]:
    ended = selector.ended(membership)
    return {
        "membership": membership,
        "ended": ended,
        "entered_late": account.entered_late(membership),
        "unused": account.role_unused(membership),
        "may_end": not ended and membership.site_id in managed,
        "today": membership.site.today().isoformat(),
    }


def _choices(by: User) -> dict[str, Any]:
    return {
        "sites": sites_with(by, Right.MANAGE_ACCOUNTS),
        "roles": list(Role),
        "most_late": service.MOST_LATE.days,
    }


def _add(request: HttpRequest, by: User) -> User:
    """The account and its first role, or neither."""
    typed: dict[str, Any] = {name: request.POST.get(name, "").strip() for name in ADDED}
    with transaction.atomic():
        added = service.create(by=by, reason=_reason(request), **typed)
        service.check_address(added)
        service.give_role(by=by, user=added, reason=_reason(request), **_role(by, request))
    return added


def _role(by: User, request: HttpRequest) -> dict[str, Any]:
    return {
        "site": _site(by, request.POST.get("site", "")),
        "role": _role_named(request.POST.get("role", "")),
        "valid_from": _day(request, "valid_from"),
        "valid_to": _day(request, "valid_to"),
    }


def _site(by: User, code: str) -> Site:
    found = next((site for site in sites_with(by, Right.MANAGE_ACCOUNTS) if site.code == code), None)
    if found is None:
        raise Refusal("malformed", problem=_("Choose the site."))
    return found


def _role_named(name: str) -> Role:
    try:
        return Role(name)
    except ValueError:
        raise Refusal("malformed", problem=_("Choose the role.")) from None


def _day(request: HttpRequest, name: str) -> date | None:
    """A day as a page sends it; None when the field was left empty."""
    text = request.POST.get(name, "").strip()
    try:
        day = parse_date(text) if text else None
    except ValueError:
        day = None
    if text and day is None:
        raise Refusal("malformed", problem=_("“{text}” is no date.").format(text=text))
    return day


def _last_day(request: HttpRequest) -> date:
    day = _day(request, "last_day")
    if day is None:
        raise Refusal("malformed", problem=_("Choose the last day."))
    return day


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "")
