"""Reviews of the audit trail: somebody has read it for a site and some days (ICH E6(R3) 4.2.3)."""

from datetime import date

from django.utils.translation import gettext as _

from forms_app.selectors import audit, audit_reviews
from trial import typed_text
from trial.access import Right, check_right
from trial.audit.context import attributed
from trial.models import AuditReview, Site, User
from trial.refusals import Refusal

LONGEST_NOTE = 300


def mark(*, by: User, site: Site, first: date, last: date, note: str = "") -> AuditReview:
    """Mark the days from `first` to `last` as reviewed, with how many events they have.

    Refused: days in the wrong order or in the future, a note that cannot be stored.
    """
    check_right(by, Right.REVIEW_AUDIT, site)
    if last < first:
        raise Refusal("malformed", problem=_("The period cannot end before it begins."))
    if last > site.today():
        raise Refusal("malformed", problem=_("The period cannot end in the future."))
    if problem := typed_text.problem(note.strip(), LONGEST_NOTE):
        raise Refusal("malformed", problem=problem)
    with attributed(by=by):
        count = audit_reviews.events_in(audit.by_day({site: first})[site.pk], first, last)
        return AuditReview.objects.create(
            site=site,
            period_from=first,
            period_to=last,
            reviewed_by=by,
            events=count.whole,
            put=count.put,
            note=note.strip(),
        )
