"""The world that every address is asked about: two sites with as much in each, and everybody signed in.

It takes seconds to make, so a file of tests makes it once and takes back what each act changed (`undone`).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import Enum
from http.cookies import SimpleCookie
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from analytics.exports.choices import written
from analytics.exports.options import Options
from analytics.models import Export
from forms_app.imports.choices import proposed
from forms_app.models import Import, Query
from forms_app.selectors import lock_target
from forms_app.services import audit_reviews, locks, queries, records
from tests import answers, journey, pictures, signing
from tests.cast import SIGNING, Cast, factor
from tests.locking import give, lock_form, second_data_manager
from trial.access import Role
from trial.audit.context import COMMAND_LINE, attributed
from trial.models import (
    ApiToken,
    Event,
    Happening,
    Membership,
    Participant,
    Record,
    SecondFactor,
    Session,
    Site,
    User,
    Visit,
    Webhook,
)
from trial.services import tokens, webhooks
from trial.services.webhooks import News, Setup


class Of(Enum):
    """Whose the object is that an address names, by the participant's code."""

    OWN = "01-001"
    OTHER = "02-001"
    UNKNOWN = "01-999"

    @property
    def site(self) -> str:
        return {Of.OWN: "01", Of.OTHER: "02", Of.UNKNOWN: "99"}[self]


class Thing(Enum):
    """What the world numbers itself, as an argument of an address."""

    CODE = "code"
    RECORD = "record"
    # Of a question: put to the site, proposed only, settled.
    OPEN = "open question"
    CANDIDATE = "candidate"
    CLOSED = "closed question"
    # Locks: a frozen visit, a locked form, and one whose unlocking is asked for.
    FROZEN = "freeze"
    LOCKED = "lock"
    ASKED = "asked unlocking"
    EVENT = "event"
    # Webhooks: one that is on, with a message, and one that is off.
    HOOK = "webhook"
    HOOK_OFF = "webhook that is off"
    SITE = "site"
    # Of accounts: somebody who works at the site, and the role there.
    PERSON = "person"
    ROLE = "role"
    # Of the person who asks: what only its owner may end.
    FACTOR = "second factor"
    SESSION = "session"
    TOKEN = "token"
    IMPORT = "import"
    EXPORT = "export"


PERSONAL = (Thing.FACTOR, Thing.SESSION, Thing.TOKEN, Thing.IMPORT, Thing.EXPORT)
# What nothing has.
NOTHING = dict.fromkeys(Thing, 0) | {Thing.SESSION: "0" * 16, Thing.TOKEN: "0" * 15}
# What nobody of the north may read on any page.
FOREIGN = (b"02-001", b"02 South", b"Ivo South", b"Clara South")
Numbers = Mapping[Thing, Any]
# The number of the message that each site's webhook has.
MESSAGE = UUID(int=1)


@dataclass(frozen=True)
class World:
    """Everything there is twice, at the north and at the south; `people` may use the browser and a token."""

    cast: Cast
    things: Mapping[Of, Numbers]
    # By the key of a person: what is theirs, the cookie of their session, and how their token is sent.
    own: Mapping[int, Numbers]
    cookies: Mapping[int, str]
    secrets: Mapping[int, str]
    _browser: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def path(self, name: str, arguments: Mapping[str, Any], of: Of, who: User) -> str:
        """An address as somebody asks it about an object of somebody."""
        if name == "unknown":
            return "/nowhere/"
        if name == "api-unknown":
            return "/api/v2/"
        named = {key: self.named(value, of, who) for key, value in arguments.items()}
        return reverse(name, kwargs=named)

    def named(self, value: Any, of: Of, who: User) -> Any:
        """An argument; where it is a thing of the world, its number."""
        if value is Thing.CODE:
            return of.value
        if not isinstance(value, Thing):
            return value
        if value in PERSONAL and of is not Of.UNKNOWN:
            return self.own[(who if of is Of.OWN else self.cast.southern_investigator).pk][value]
        return self.things[of][value]

    def browser(self, who: User | None) -> Client:
        """The one browser, signed in as somebody; as nobody for None. What an answer set is forgotten."""
        cookies = {settings.SESSION_COOKIE_NAME: self.cookies[who.pk]} if who else {}
        self._browser.cookies = SimpleCookie(cookies)
        return self._browser

    def program(self, who: User) -> APIClient:
        return APIClient(headers={"Authorization": self.secrets[who.pk]}, raise_request_exception=False)


def built(cast: Cast) -> World:
    """The world, in the database; part of a caller's transaction."""
    second = second_data_manager(cast)
    north, south = _filled(cast), _filled(_southern(cast))
    assert (north.code, south.code) == (Of.OWN.value, Of.OTHER.value)
    own, other = _things(cast, second, north, cast.monitor), _things(cast, second, south, None)
    give_factors(cast)
    people = [*(cast.with_role(role) for role in Role), cast.southern_investigator]
    made = {who.pk: tokens.create(by=who) for who in people}
    return World(
        cast,
        # Of somebody who is not there only the code is unknown: the rest would give it away.
        {Of.OWN: own, Of.OTHER: other, Of.UNKNOWN: NOTHING | _of_the_participant(own)},
        {who.pk: _personal(who, made[who.pk][0]) for who in people},
        {who.pk: _signed_in(who) for who in [*people, cast.stranger]},
        {key: f"Token {secret}" for key, (_, secret) in made.items()},
    )


def grow(world: World) -> None:
    """More of everything at the north: as much again of what a list may hold, and of what one of them has."""
    cast, second = world.cast, second_data_manager(world.cast)
    _things(cast, second, _filled(cast), cast.monitor)
    first = Participant.objects.get(code=Of.OWN.value)
    _log_analgesics(cast, first)
    pictures.stored(cast, first)
    journey.attend(cast.investigator, first, "W2")
    saved = journey.save(cast.investigator, first, "W2", "pain", answers.pain())
    signing.form(cast.investigator, saved.record)
    for form, item in (("pain", "nrs_worst24"), ("medication", "cmdose")):
        record = Record.objects.filter(participant=first, form=form).earliest("pk")
        _ask(record, item, cast.monitor, cast.statistician, second)
    opened = cast.north.activated_on
    audit_reviews.mark(by=cast.data_manager, site=cast.north, first=opened, last=opened)
    hook = Webhook.objects.get(pk=world.things[Of.OWN][Thing.HOOK])
    webhooks.message(hook, News(Happening.EXPORT_READY, cast.north), uuid4(), timezone.now()).save()
    with attributed(by=COMMAND_LINE):
        west = Site.objects.create(code="03", name="West", time_zone="UTC", activated_on=opened)
    for role in Role:
        who = cast.with_role(role)
        _personal(who, tokens.create(by=who)[0], "second ")
        give(who, role, west)
    give(cast.stranger, Role.COORDINATOR, cast.north)


def _southern(cast: Cast) -> Cast:
    """The people who do at the south what others do at the north."""
    by, to = cast.southern_investigator, cast.southern_coordinator
    return replace(cast, north=cast.south, investigator=by, coordinator=to, monitor=by)


def _filled(cast: Cast) -> Participant:
    """Somebody with every form at baseline, an image, two analgesics of which one was removed, and more."""
    participant = journey.with_outcomes(cast)
    out_of_use = Record.objects.get(participant=participant, visit__code="W1", form="disability")
    records.remove(by=cast.investigator, record=out_of_use, expected_version=1, reason="a typing error")
    pictures.stored(cast, participant)
    day = journey.day_of(participant, "W1")
    journey.log(cast.investigator, participant, "adverse_event", answers.serious_event(day))
    _log_analgesics(cast, participant)
    signing.form(cast.investigator, Record.objects.get(participant=participant, form="consent"))
    return participant


def _log_analgesics(cast: Cast, participant: Participant) -> None:
    drug = answers.medication(journey.day_of(participant, "W1"))
    journey.log(cast.investigator, participant, "medication", drug)
    second = journey.log(cast.investigator, participant, "medication", drug).record
    records.remove(by=cast.investigator, record=second, expected_version=1, reason="a typing error")


def _things(cast: Cast, second: User, participant: Participant, monitor: User | None) -> dict[Thing, Any]:
    """The numbers of what a site has. Its monitor asks, and its statistician proposes; without one the
    second data manager does both."""
    asks, proposes = monitor or second, cast.statistician if monitor else second
    pain = Record.objects.get(participant=participant, visit__code="BL", form="pain")
    drug = Record.objects.get(participant=participant, form="medication", repeat=1)
    _ask(drug, "cmtrt", asks, proposes, second)
    worker = monitor or cast.southern_coordinator
    return {
        Thing.RECORD: pain.pk,
        **_ask(pain, "nrs_avg24", asks, proposes, second),
        **_locked(cast, second, participant),
        Thing.EVENT: _event(participant),
        **_webhooks(second, participant.site),
        Thing.SITE: participant.site.code,
        Thing.PERSON: worker.pk,
        Thing.ROLE: Membership.objects.get(user=worker).pk,
    }


def _ask(record: Record, item: str, asks: User, proposes: User, settles: User) -> dict[Thing, int]:
    """Three questions about an item, by their numbers 1 to 3: open, proposed, settled."""
    asked = [
        queries.raise_query(by=by, record=record, item=item, text="Is this so?").pk
        for by in (asks, proposes, asks)
    ]
    queries.close(by=settles, query=Query.objects.get(pk=asked[2]))
    return dict(zip((Thing.OPEN, Thing.CANDIDATE, Thing.CLOSED), asked, strict=True))


def _locked(cast: Cast, second: User, participant: Participant) -> dict[Thing, int]:
    """Locks that no other row comes across."""
    at_screening = Visit.objects.get(participant=participant, code="SCR")
    forms = [Record.objects.get(participant=participant, form=form) for form in ("consent", "eligibility")]
    asked, locked = (lock_form(cast, form) for form in forms)
    target = lock_target.of_visit(participant, at_screening)
    return {
        Thing.FROZEN: locks.freeze(by=second, target=target, reason="end of the study").pk,
        Thing.LOCKED: locked.pk,
        Thing.ASKED: locks.request_unlock(by=second, lock=asked, reason="a late report").pk,
    }


def _webhooks(second: User, site: Site) -> dict[Thing, int]:
    given = Setup("Registry", "https://hooks.example.org/told", (Happening.EXPORT_READY,))
    is_on, off = (webhooks.add(by=second, site=site, setup=given, reason="told")[0] for _ in range(2))
    news = News(Happening.EXPORT_READY, site)
    webhooks.message(is_on, news, MESSAGE, timezone.now()).save()
    webhooks.switch(by=second, webhook=off, on=False, reason="moved")
    return {Thing.HOOK: is_on.pk, Thing.HOOK_OFF: off.pk}


def _event(participant: Participant) -> int:
    """The newest event of a visit."""
    keys = [str(key) for key in Visit.objects.filter(participant=participant).values_list("pk", flat=True)]
    newest = Event.objects.filter(table_name="trial_visit", key__in=keys).order_by("-pk").first()
    assert newest is not None
    return newest.pk


def _of_the_participant(own: Numbers) -> dict[Thing, Any]:
    return {thing: own[thing] for thing in (Thing.RECORD, Thing.OPEN, Thing.CANDIDATE, Thing.CLOSED)}


def give_factors(cast: Cast) -> None:
    """A second factor for who has none: everybody may have one to remove."""
    rest = [cast.with_role(role) for role in Role if cast.with_role(role).username not in SIGNING]
    with attributed(by=COMMAND_LINE):
        SecondFactor.objects.bulk_create(factor(user) for user in rest)


def _personal(who: User, token: ApiToken, key: str = "") -> dict[Thing, Any]:
    """What is somebody's own; the session is not the one with which they ask."""
    end = timezone.now() + timedelta(hours=1)
    session = Session.objects.create(session_key=f"{key}of {who.pk}", expire_date=end, user=who)
    return {
        Thing.FACTOR: SecondFactor.objects.get(user=who).pk,
        Thing.SESSION: session.sign,
        Thing.TOKEN: str(token.token_key),
        Thing.IMPORT: _import(who).pk,
        Thing.EXPORT: _export(who).pk,
    }


def _export(who: User) -> Export:
    """An export that waits, as it would be had everybody the right to."""
    return Export.objects.create(by=who, asked_at=timezone.now(), choices=written(Options()))


def _import(who: User) -> Import:
    """A file that was sent, as it would be had everybody the right to."""
    columns = ("participant", "participant_state")
    now = timezone.now()
    return Import.objects.create(
        owner=who,
        key=uuid4(),
        kind="table",
        file_name="participants.csv",
        size=40,
        sha256="0" * 64,
        content=b"participant,participant_state\n",
        columns=list(columns),
        choices=proposed("participants", columns).plain(),
        received_at=now,
        expires_at=now + timedelta(days=1),
    )


def _signed_in(who: User) -> str:
    client = Client()
    client.force_login(who)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@contextmanager
def undone() -> Iterator[None]:
    """What an act changed is taken back, so each row meets the same world."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
