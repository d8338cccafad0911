"""The administrator's view of people and their roles. Accounts are made by commands."""

from itertools import groupby

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from trial.access import Right, check_right
from trial.models import Membership, Site
from trial.screens.people import person_of
from trial.selectors import memberships


@require_safe
@login_required
def accounts(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    check_right(person, Right.VIEW_ACCOUNTS)
    sites = groupby(memberships.managed(person), key=_site)
    context = {"sites": [(site, list(held)) for site, held in sites]}
    return render(request, "trial/accounts.html", context)


def _site(membership: Membership) -> Site:
    return membership.site
