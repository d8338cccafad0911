"""Acts on calendar feeds: making the secret address of one's own feed of a site, and ending it."""

import secrets
from hashlib import sha256

from django.db.models import QuerySet

from forms_app.models import CalendarFeed
from trial.access import Right, can, check_right
from trial.audit.context import attributed
from trial.authentication import may_sign_in
from trial.models import Site, User
from trial.refusals import Refusal


def create(*, by: User, site: Site) -> str:
    """Make the token of a feed, which is not kept and cannot be read again. An earlier one ends."""
    check_right(by, Right.VIEW_DATA, site)
    token = secrets.token_urlsafe(32)
    with attributed(by=by):
        _own(by, site).update(revoked=True)
        CalendarFeed.objects.create(user=by, site=site, digest=_digest(token))
    return token


def revoke(*, by: User, site: Site) -> None:
    """End one's own feed of a site, if there is one. Its address stops working at once."""
    with attributed(by=by):
        _own(by, site).update(revoked=True)


def site_of(token: str) -> Site:
    """The site that a token opens. Refused as not there: a token that never was or has ended, a person
    who may not sign in or not see the site's data today."""
    feed = (
        CalendarFeed.objects.select_related("user", "site")
        .filter(digest=_digest(token), revoked=False)
        .first()
    )
    if feed is None or not (may_sign_in(feed.user) and can(feed.user, Right.VIEW_DATA, feed.site)):
        raise Refusal("not_found")
    return feed.site


def _own(user: User, site: Site) -> QuerySet[CalendarFeed]:
    return CalendarFeed.objects.filter(user=user, site=site, revoked=False)


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
