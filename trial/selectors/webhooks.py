"""Webhooks as those see them who manage them, and what became of their messages."""

from datetime import timedelta

from django.db.models import Count, F, Max, Q, QuerySet
from django.utils import timezone

from trial.access import Right, at_sites_with
from trial.models import Delivery, User, Webhook
from trial.models.delivery import DELIVERED, GIVEN_UP, WAITING
from trial.refusals import Refusal

# What was given up longer ago is told by the log alone.
RECENT = timedelta(days=7)


def visible(by: User) -> QuerySet[Webhook]:
    """The webhooks of the sites at which a person manages them, those that are off last.

    Each with what waits after a failure (`failing`), what was given up of late (`lost`), and when something
    arrived last (`arrived_at`).
    """
    since = timezone.now() - RECENT
    failing = Q(deliveries__state=WAITING) & ~Q(deliveries__problem="")
    lost = Q(deliveries__state=GIVEN_UP, deliveries__tried_at__gte=since)
    return (
        Webhook.objects.filter(at_sites_with(by, Right.MANAGE_WEBHOOKS))
        .select_related("site")
        .annotate(
            failing=Count("deliveries", filter=failing),
            lost=Count("deliveries", filter=lost),
            arrived_at=Max("deliveries__tried_at", filter=Q(deliveries__state=DELIVERED)),
        )
        .order_by(F("off_since").desc(nulls_first=True), "site__code", "name", "pk")
    )


def get(by: User, number: int) -> Webhook:
    """One webhook, as `visible` gives it; refused as not there where the person manages none."""
    found = visible(by).filter(pk=number).first()
    if found is None:
        raise Refusal("not_found")
    return found


def log(webhook: Webhook, state: str = "") -> QuerySet[Delivery]:
    """What was sent and is to be sent, the newest first; of one state when it is named."""
    sent = Delivery.objects.filter(webhook=webhook).select_related("asked_by").order_by("-pk")
    return sent.filter(state=state) if state else sent
