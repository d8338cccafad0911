"""Which days of the audit trail were reviewed, and marking days."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from forms_app.selectors import audit_reviews as selector
from forms_app.selectors.audit_reviews import Reviewed, SiteReviews
from forms_app.services import audit_reviews as service
from trial.access import Right, check_right, sites_with
from trial.api import parameters
from trial.api.bodies import mapping, text
from trial.api.endpoint import Endpoint
from trial.api.paging import PAGING, page_among, page_serializer
from trial.api.schema import refuses
from trial.api.users import user_of
from trial.refusals import Refusal


class ReviewSerializer(serializers.Serializer[Any]):
    """A review of some days of a site, both included."""

    first = serializers.DateField()
    last = serializers.DateField()
    reviewed_by = serializers.CharField()
    reviewed_at = serializers.DateTimeField()
    note = serializers.CharField(allow_blank=True)
    events = serializers.IntegerField(help_text="That the days had when they were reviewed")
    added = serializers.IntegerField(help_text="That came to them since")


class UnreviewedSerializer(serializers.Serializer[Any]):
    """Days that nobody has reviewed, both included."""

    first = serializers.DateField()
    last = serializers.DateField()
    events = serializers.IntegerField()


class SiteReviewsSerializer(serializers.Serializer[Any]):
    """A site with its reviews, the latest period first, and its days without one, up to yesterday."""

    site = serializers.CharField()
    reviews = ReviewSerializer(many=True)
    unreviewed = UnreviewedSerializer(many=True)


class NewReviewSerializer(serializers.Serializer[Any]):
    site = serializers.CharField()
    first = serializers.DateField()
    last = serializers.DateField()
    note = serializers.CharField(required=False, max_length=service.LONGEST_NOTE)


class AuditReviewsView(Endpoint):
    """The reviews of the audit trail of your sites; post one to mark days as reviewed."""

    @extend_schema(
        parameters=[OpenApiParameter("site", str, description="Only this site"), *PAGING],
        responses=page_serializer(SiteReviewsSerializer),
    )
    def get(self, request: Request) -> Response:
        person = user_of(request)
        check_right(person, Right.VIEW_AUDIT)
        asked = parameters.word(request, "site")
        sites = [site for site in sites_with(person, Right.VIEW_AUDIT) if asked in ("", site.code)]
        page = page_among(request, sites, lambda site: (site.code,))
        return page.of([_plain(each) for each in selector.read(person, page.rows)])

    @extend_schema(
        request=NewReviewSerializer, responses={201: SiteReviewsSerializer}, extensions=refuses(404)
    )
    def post(self, request: Request) -> Response:
        person = user_of(request)
        check_right(person, Right.REVIEW_AUDIT)
        body = mapping(request, "site", "first", "last", "note")
        sites = {site.code: site for site in sites_with(person, Right.REVIEW_AUDIT)}
        site = sites.get(text(body, "site"))
        if site is None:
            raise Refusal("not_found")
        first, last = _day(body, "first"), _day(body, "last")
        service.mark(by=person, site=site, first=first, last=last, note=text(body, "note"))
        (found,) = selector.read(person, [site])
        return Response(_plain(found), 201)


def _day(body: dict[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(text(body, name))
    except ValueError:
        problem = _("“{name}” must be a date like 2026-03-31; “{value}” is none.")
        raise Refusal("malformed", problem=problem.format(name=name, value=body.get(name, ""))) from None


def _plain(found: SiteReviews) -> dict[str, Any]:
    return {
        "site": found.site.code,
        "reviews": [_review(each) for each in found.reviews],
        "unreviewed": [{"first": gap.first, "last": gap.last, "events": gap.events} for gap in found.gaps],
    }


def _review(each: Reviewed) -> dict[str, Any]:
    review = each.review
    return {
        "first": review.period_from,
        "last": review.period_to,
        "reviewed_by": review.reviewed_by.full_name,
        "reviewed_at": review.reviewed_at,
        "note": review.note,
        "events": each.events,
        "added": each.added,
    }
