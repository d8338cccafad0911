"""Acts on sites."""

from datetime import date
from zoneinfo import available_timezones

from django.utils.translation import gettext as _

from trial.access import Right, check_right
from trial.audit.context import CommandLine, attributed
from trial.models import Site, User
from trial.refusals import Refusal
from trial.services import fields


def create(
    *, by: User | CommandLine, code: str, name: str, time_zone: str, activated_on: date | None = None
) -> Site:
    """Open a site, from a day on (its own today when none is given).

    Its code begins the code of each of its participants and is never changed.
    """
    if isinstance(by, User):
        check_right(by, Right.MANAGE_ACCOUNTS)
    if time_zone not in available_timezones():
        problem = _("“{zone}” is no time zone. An example is Europe/Berlin.").format(zone=time_zone)
        raise Refusal("malformed", problem=problem)
    site = Site(code=code, name=name, time_zone=time_zone)
    site.activated_on = activated_on or site.today()
    fields.check(site)
    with attributed(by=by):
        site.save(force_insert=True)
    return site
