"""Every address × every role × own site, other site, signed out. An address without a row fails.

The classes: *public*; *right* (403 without it); *list* (no row of another site); *object* (another site's is
404, to the byte the answer to a code that does not exist); *nothing* (404, whoever asks). Who may an act gets
exactly the status that its row says.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from forms_app.selectors import lock_target
from forms_app.selectors.lock_target import LockTarget
from forms_app.services import locks, queries, records
from tests import answers, journey, pictures, signing
from tests.cast import SIGNING, Cast, factor
from tests.locking import lock_form, second_data_manager
from trial.access import RIGHTS, Right, Role
from trial.audit.context import COMMAND_LINE, attributed
from trial.models import ApiToken, Event, Membership, Participant, Record, SecondFactor, Session, User, Visit
from trial.services import tokens


class Kind(Enum):
    PUBLIC = "public"
    RIGHT = "right"
    LIST = "list"
    OBJECT = "object"
    NOTHING = "nothing"


class Of(Enum):
    """Whose the object is; each stands for the arguments of an address."""

    OWN = "01-001"
    OTHER = "02-001"
    UNKNOWN = "01-999"


@dataclass(frozen=True)
class Address:
    """`right` is what the act needs beside seeing the object; None asks only that one is signed in.

    `also` is another right that is enough, `sight` the one without which an object is not there.
    `body` and `version` are what the act sends, so that the right is what decides and not the form of the
    request; version 0 creates. Who may gets `status`: a crash or a conflict would prove no right.
    """

    kind: Kind
    right: Right | None = None
    method: str = "get"
    arguments: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)
    version: int = 1
    status: int = 200
    also: Right | None = None
    # What it takes to see the object; without it there is nothing.
    sight: Right = Right.VIEW_DATA


def public(**arguments: Any) -> Address:
    return Address(Kind.PUBLIC, arguments=arguments)


def needs(right: Right | None, status: int = 200, **arguments: Any) -> Address:
    return Address(Kind.RIGHT, right, arguments=arguments, status=status)


def does(right: Right | None, body: dict[str, Any] | None = None, status: int = 302) -> Address:
    return Address(Kind.RIGHT, right, "post", body=body or {}, status=status)


def lists(right: Right, **arguments: Any) -> Address:
    return Address(Kind.LIST, right, arguments=arguments)


def one(status: int = 200, **arguments: Any) -> Address:
    return Address(Kind.OBJECT, Right.VIEW_DATA, arguments=arguments, status=status)


def act(right: Right, body: dict[str, Any], at: dict[str, Any] | None = None, **how: Any) -> Address:
    """What is done to an object: on a page by a form that leads on, in the API as `how` says."""
    return Address(
        Kind.OBJECT, right, arguments=at or {}, body=body, **{"method": "post", "status": 302, **how}
    )


def account(status: int = 302, body: dict[str, Any] | None = None, **arguments: Any) -> Address:
    """What an administrator does to somebody of the own site; who may only see it is refused."""
    return Address(
        Kind.OBJECT,
        Right.MANAGE_ACCOUNTS,
        "post",
        arguments,
        {**REASON, **(body or {})},
        status=status,
        sight=Right.VIEW_ACCOUNTS,
    )


def sees_to_sign(right: Right, **arguments: Any) -> Address:
    """The page that signs an object."""
    return Address(Kind.OBJECT, right, arguments=arguments)


def signs(right: Right, at: dict[str, Any] | None = None) -> Address:
    return act(right, {"meaning": "agreed"}, at, status=422)


# At baseline every form is filled, pain in version 1; disability of week 1 was taken out of use.
AT_VISIT: dict[str, Any] = {"visit": "BL"}
AT_MISSED: dict[str, Any] = {"visit": "W2"}
AT_FORM: dict[str, Any] = {"visit": "BL", "form": "pain"}
AT_REMOVED: dict[str, Any] = {"visit": "W1", "form": "disability"}
AT_NEW_ENTRY: dict[str, Any] = {"form": "medication", "repeat": 0}
AT_IMAGES: dict[str, Any] = {"visit": "INJ", "form": "injection"}
AT_IMAGE: dict[str, Any] = {**AT_IMAGES, "number": 1}
# Two analgesics; the second was taken out of use.
AT_LOG: dict[str, Any] = {"form": "medication"}
AT_ENTRY: dict[str, Any] = {"form": "medication", "repeat": 1}
AT_REMOVED_ENTRY: dict[str, Any] = {"form": "medication", "repeat": 2}
# What the world numbers itself: the record of pain at baseline, and a question that the monitor asked there.
AT_RECORD: dict[str, Any] = {"record": None}
AT_ITEM: dict[str, Any] = {**AT_RECORD, "item": "nrs_avg24"}
AT_QUERY: dict[str, Any] = {**AT_RECORD, "query": None}
AT_CHECK: dict[str, Any] = {**AT_FORM, "check": "nrs_avg24.manual-1"}
AT_LOG_CHECK: dict[str, Any] = {**AT_ENTRY, "check": "cmtrt.manual-1"}
AT_SERIOUS: dict[str, Any] = {"repeat": 1}
# Locks of the north and one of the south, numbered by the world: one frozen visit, one form whose unlocking
# is asked for.
AT_FROZEN: dict[str, Any] = {"number": "frozen"}
AT_ASKED: dict[str, Any] = {"number": "asked"}
LOCKS = ("lock", "lock-report", "lock-report-pdf", "api-lock")
FREEZE = {"kind": "frozen", "scope": "participant", "participant": "01-001", "reason": "end of the study"}
REASON = {"reason": "a typing error"}
NEW_TOKEN = {"name": "Reports", "scope": "read", "days": "30"}
NEW_ROLE = {"site": "01", "role": "auditor"}
NEW_ACCOUNT = {"username": "new", "full_name": "Nell New", "email": "new@example.org", **NEW_ROLE}
NOT_DONE = {"occurred": False, "reason_not_done": "ill"}
PAIN = {"items": {"nrs_avg24": 3}, **REASON}
DRUG = {"cmtrt": "Ibuprofen"}
ASKED = {"item": "nrs_avg24", "text": "Is this so?"}
VERIFY = {"state": "verified", "items": ["nrs_avg24"]}
ENTER = Right.ENTER_DATA
# Who may only propose a question does the same.
PROPOSE = Right.PROPOSE_QUERY

ADDRESSES: dict[str, tuple[Address, ...]] = {
    "healthz": (public(),),
    "sign-in": (public(),),
    "language": (public(),),
    "scheme": (Address(Kind.PUBLIC, method="post", status=302),),
    "password-reset": (public(),),
    "password-reset-sent": (public(),),
    "password-set": (public(uidb64="MQ", token="set-password"),),
    # Who has not typed the password yet, and who is signed in, is led on.
    "sign-in-code": (Address(Kind.PUBLIC, status=302),),
    "security-key-challenge": (Address(Kind.NOTHING, method="post"),),
    "sign-out": (does(None),),
    "second-factors": (needs(None),),
    "second-factor-app": (needs(None),),
    # There is no picture before the page with the key was opened.
    "second-factor-picture": (needs(None, 404),),
    "second-factor-key": (needs(None),),
    "second-factor-key-challenge": (does(None, status=200),),
    "second-factor-remove": (Address(Kind.OBJECT, None), Address(Kind.OBJECT, None, "post", status=403)),
    "recovery-codes": (needs(None), does(None, status=403)),
    "password-change": (needs(None),),
    "account": (needs(None),),
    "token-create": (does(None, NEW_TOKEN, 200),),
    "token-revoke": (Address(Kind.OBJECT, None, "post", status=302),),
    "session": (needs(None), does(None, status=200)),
    "sessions-end": (does(None),),
    "session-end": (Address(Kind.OBJECT, None, "post", status=302),),
    "accounts-add": (needs(Right.MANAGE_ACCOUNTS), does(Right.MANAGE_ACCOUNTS, NEW_ACCOUNT)),
    "accounts-person": (Address(Kind.OBJECT, Right.VIEW_ACCOUNTS, sight=Right.VIEW_ACCOUNTS),),
    "accounts-role": (account(body=NEW_ROLE),),
    "accounts-role-end": (account(),),
    "accounts-close": (account(),),
    # It is open.
    "accounts-reopen": (account(409),),
    "accounts-password": (account(),),
    "accounts-second-factor": (account(),),
    "accounts": (needs(Right.VIEW_ACCOUNTS),),
    "home": (lists(Right.VIEW_DATA),),
    "due": (lists(Right.VIEW_DATA),),
    "calendar-create": (does(Right.VIEW_DATA, {"site": "01"}, 200),),
    "calendar-revoke": (does(Right.VIEW_DATA, {"site": "01"}),),
    # Whoever asks without a token that opens a site learns nothing.
    "calendar-feed": (Address(Kind.PUBLIC, arguments={"token": "0" * 43}, status=404),),
    "participant-add": (lists(Right.SCREEN), does(Right.SCREEN, {"site": "01"})),
    "participant": (one(),),
    # Who is enrolled already is told so.
    "participant-state": (act(Right.ENROL, {"move": "enrol"}, status=409),),
    "deviations": (one(),),
    "safety": (lists(Right.VIEW_DATA),),
    "serious": (one(**AT_SERIOUS),),
    "casebook": (one(),),
    "casebook-pdf": (one(),),
    "annotated-crf": (needs(Right.VIEW_DATA),),
    "next-due": (one(302),),
    "visit": (one(**AT_VISIT), act(ENTER, {"occurred": "N", "reason_not_done": "ill"}, AT_MISSED, version=0)),
    "record": (one(**AT_FORM), act(ENTER, {"nrs_avg24": 3, **REASON}, AT_FORM)),
    "record-remove": (act(ENTER, REASON, AT_FORM),),
    "record-restore": (act(ENTER, REASON, AT_REMOVED, version=2),),
    # The draft of a form that nobody has begun, and one that was thrown away already.
    "draft": (act(ENTER, {"nrs_avg24": 3}, AT_FORM, status=200),),
    "draft-discard": (act(ENTER, {}, AT_FORM),),
    "log-draft": (act(ENTER, {"cmtrt": "Ibuprofen"}, AT_NEW_ENTRY, status=200),),
    "log-draft-discard": (act(ENTER, {}, AT_NEW_ENTRY),),
    "log-new": (one(**AT_LOG), act(ENTER, DRUG, AT_LOG, version=0)),
    "log": (one(**AT_ENTRY), act(ENTER, {**DRUG, **REASON}, AT_ENTRY)),
    "log-remove": (act(ENTER, REASON, AT_ENTRY),),
    "log-restore": (act(ENTER, REASON, AT_REMOVED_ENTRY, version=2),),
    "record-history": (one(**AT_RECORD),),
    "item": (one(**AT_ITEM),),
    "item-query": (act(Right.QUERY, {"text": "Is this so?"}, AT_ITEM, also=PROPOSE),),
    "record-questions": (one(**AT_RECORD),),
    "record-query": (act(Right.QUERY, {"text": "Is this so?"}, AT_RECORD, also=PROPOSE),),
    "queries": (lists(Right.VIEW_DATA),),
    "verification": (lists(Right.VIEW_DATA),),
    # Nothing was shown, so nothing is verified; who may is told so.
    "casebook-verification": (act(Right.VERIFY, {}),),
    "record-verification": (act(Right.VERIFY, {"act": "items", "item": "nrs_avg24"}, AT_RECORD),),
    "query": (
        act(ENTER, {"move": "answered", "explanation": "It is"}, AT_QUERY),
        act(Right.SETTLE_QUERY, {"move": "closed"}, AT_QUERY),
        act(Right.SETTLE_QUERY, {"move": "assign", "person": ""}, AT_QUERY),
    ),
    # Who sends no file has passed the right.
    "attachments": (one(**AT_IMAGES), act(ENTER, {"kind": "OTHER"}, AT_IMAGES, status=422)),
    "attachment": (one(**AT_IMAGE),),
    "attachment-thumbnail": (one(**AT_IMAGE),),
    "attachment-remove": (act(ENTER, REASON, AT_IMAGE),),
    "locks": (lists(Right.VIEW_DATA),),
    "lock-new": (needs(Right.LOCK), does(Right.LOCK, FREEZE)),
    "lock": (
        one(**AT_FROZEN),
        act(Right.LOCK, {"move": "release", **REASON}, AT_FROZEN),
        act(Right.APPROVE_UNLOCK, {"move": "approve", **REASON}, AT_ASKED),
    ),
    "lock-report": (one(**AT_ASKED),),
    "lock-report-pdf": (one(**AT_ASKED),),
    "signatures": (lists(Right.SIGN),),
    # Who may sign passes the right, and is stopped by a meaning that is none.
    "sign-record": (sees_to_sign(Right.SIGN, **AT_FORM), signs(Right.SIGN, AT_FORM)),
    "sign-log": (sees_to_sign(Right.SIGN, **AT_ENTRY), signs(Right.SIGN, AT_ENTRY)),
    "sign-visit": (sees_to_sign(Right.SIGN, **AT_VISIT), signs(Right.SIGN, AT_VISIT)),
    "sign-casebook": (sees_to_sign(Right.SIGN_CASEBOOK), signs(Right.SIGN_CASEBOOK)),
    "flow": (needs(Right.VIEW_DATA),),
    "flow-svg": (needs(Right.VIEW_DATA),),
    "flow-png": (needs(Right.VIEW_DATA),),
    "flow-box": (lists(Right.VIEW_DATA, box="assessed"),),
    "results": (needs(Right.VIEW_ESTIMATES),),
    "results-analyses": (needs(Right.VIEW_ESTIMATES),),
    # Nothing was fitted in this world, so who may is told that there is nothing yet.
    "results-figure-svg": (needs(Right.VIEW_ESTIMATES, 404, outcome="pain"),),
    "results-figure-png": (needs(Right.VIEW_ESTIMATES, 404, outcome="pain"),),
    "results-estimates": (needs(Right.VIEW_ESTIMATES, 404, outcome="pain"),),
    "audit": (lists(Right.VIEW_AUDIT),),
    "audit-file": (lists(Right.VIEW_AUDIT),),
    "audit-reviews": (
        needs(Right.VIEW_AUDIT),
        does(Right.REVIEW_AUDIT, {"site": "01", "first": "2026-01-01", "last": "2026-01-02"}),
    ),
    "exports": (lists(Right.EXPORT),),
    "export-download": tuple(lists(Right.EXPORT, shape=shape) for shape in ("long", "wide", "signatures")),
    "api-schema": (needs(None),),
    "api-docs": (needs(None),),
    "api-participants": (lists(Right.VIEW_DATA), does(Right.SCREEN, {"site": "01"}, 201)),
    "api-participant": (one(),),
    "api-participant-state": (act(Right.ENROL, {"state": "enrolled"}, status=409),),
    "api-deviations": (one(),),
    "api-safety": (lists(Right.VIEW_DATA),),
    "api-audit": (lists(Right.VIEW_AUDIT),),
    "api-visits": (one(),),
    "api-visit": (
        one(**AT_VISIT),
        act(ENTER, NOT_DONE, AT_MISSED, method="put", version=0, status=201),
    ),
    "api-record": (
        one(**AT_FORM),
        act(ENTER, PAIN, AT_FORM, method="put", status=200),
        act(ENTER, REASON, AT_FORM, method="delete", status=200),
    ),
    "api-record-restore": (act(ENTER, REASON, AT_REMOVED, version=2, status=200),),
    "api-log": (one(**AT_LOG), act(ENTER, {"items": DRUG}, AT_LOG, status=201)),
    "api-log-entry": (
        one(**AT_ENTRY),
        act(ENTER, {"items": DRUG, **REASON}, AT_ENTRY, method="put", status=200),
        act(ENTER, REASON, AT_ENTRY, method="delete", status=200),
    ),
    "api-log-entry-restore": (act(ENTER, REASON, AT_REMOVED_ENTRY, version=2, status=200),),
    "api-locks": (lists(Right.VIEW_DATA), does(Right.LOCK, FREEZE, 201)),
    "api-lock": (
        one(**AT_FROZEN),
        act(Right.LOCK, {"move": "release", **REASON}, AT_FROZEN, status=200),
        act(Right.APPROVE_UNLOCK, {"move": "approve", **REASON}, AT_ASKED, status=200),
    ),
    "api-due": (lists(Right.VIEW_DATA),),
    "api-attachments": (one(**AT_IMAGES), act(ENTER, {}, AT_IMAGES, status=415)),
    "api-attachment": (one(**AT_IMAGE), act(ENTER, REASON, AT_IMAGE, method="delete", status=200)),
    "api-all-queries": (lists(Right.VIEW_DATA),),
    "api-verification": (
        one(**AT_FORM),
        act(Right.VERIFY, VERIFY, AT_FORM, method="put", status=200),
    ),
    "api-log-verification": (
        one(**AT_ENTRY),
        act(Right.VERIFY, {**VERIFY, "items": ["cmtrt"]}, AT_ENTRY, method="put", status=200),
    ),
    "api-record-signatures": (one(**AT_FORM), signs(Right.SIGN, AT_FORM)),
    "api-log-signatures": (one(**AT_ENTRY), signs(Right.SIGN, AT_ENTRY)),
    "api-visit-signatures": (one(**AT_VISIT), signs(Right.SIGN, AT_VISIT)),
    "api-casebook-signatures": (one(), signs(Right.SIGN_CASEBOOK)),
    "api-flow": (lists(Right.VIEW_DATA),),
    "api-queries": (
        one(**AT_FORM),
        act(Right.QUERY, ASKED, AT_FORM, status=201, also=PROPOSE),
    ),
    "api-query": (
        act(ENTER, {"state": "answered", "explanation": "It is"}, AT_CHECK, method="put", status=200),
        act(Right.SETTLE_QUERY, {"state": "closed"}, AT_CHECK, method="put", status=200),
    ),
    "api-log-queries": (
        one(**AT_ENTRY),
        act(Right.QUERY, {**ASKED, "item": "cmtrt"}, AT_ENTRY, status=201, also=PROPOSE),
    ),
    "api-log-query": (
        act(ENTER, {"state": "answered", "explanation": "It is"}, AT_LOG_CHECK, method="put", status=200),
    ),
    "api-analyses": (needs(Right.VIEW_ESTIMATES),),
    "api-analysis": (needs(Right.VIEW_ESTIMATES, outcome="pain"),),
    "api-export-long": (lists(Right.EXPORT),),
    "api-export-wide": (lists(Right.EXPORT),),
    "api-export-signatures": (lists(Right.EXPORT),),
    "ledger": (needs(Right.VIEW_AUDIT),),
    "ledger-roots": (needs(Right.VIEW_AUDIT),),
    "api-ledger-seals": (needs(Right.VIEW_AUDIT),),
    # What was written in this test is not committed, so no seal can hold it.
    "api-ledger-proof": (Address(Kind.OBJECT, Right.VIEW_AUDIT, sight=Right.VIEW_AUDIT, status=409),),
    "unknown": (Address(Kind.NOTHING),),
    "api-unknown": tuple(Address(Kind.NOTHING, None, method) for method in ("get", "post", "put", "delete")),
}
ROWS = [(name, address) for name, addresses in ADDRESSES.items() for address in addresses]


@dataclass(frozen=True)
class World:
    """A participant with forms at the north, one at the south, and everybody's token."""

    cast: Cast
    tokens: dict[int, ApiToken]
    numbers: dict[str, int]

    def path(self, name: str, address: Address, of: Of, who: User) -> str:
        if name == "token-revoke":
            return reverse(name, kwargs={"key": self._token_key(of, who)})
        if name == "session-end":
            return reverse(name, kwargs={"sign": self._session(of, who)})
        if address.sight is Right.VIEW_ACCOUNTS:
            return reverse(name, kwargs=self._account(name, of))
        if name == "second-factor-remove":
            return reverse(name, kwargs={"factor": self._factor(of, who)})
        if name == "api-ledger-proof":
            return reverse(name, kwargs={"number": _event(of)})
        if name in LOCKS:
            return reverse(name, kwargs={"number": self._lock(of, address.arguments["number"])})
        if address.kind is Kind.OBJECT:
            named = {key: value or self.numbers.get(key, value) for key, value in address.arguments.items()}
            return reverse(name, kwargs={"code": of.value, **named})
        if name == "unknown":
            return "/nowhere/"
        if name == "api-unknown":
            return "/api/v2/"
        return reverse(name, kwargs=address.arguments)

    def _lock(self, of: Of, which: str) -> int:
        return {Of.OWN: self.numbers[which], Of.OTHER: self.numbers["southern"], Of.UNKNOWN: 0}[of]

    def _factor(self, of: Of, who: User) -> int:
        if of is Of.UNKNOWN:
            return 0
        owner = who if of is Of.OWN else self.cast.southern_investigator
        return SecondFactor.objects.get(user=owner).pk

    def _session(self, of: Of, who: User) -> str:
        if of is Of.UNKNOWN:
            return "0" * 16
        owner = who if of is Of.OWN else self.cast.southern_investigator
        end = timezone.now() + timedelta(hours=1)
        return Session.objects.create(session_key=f"of {owner.pk}", expire_date=end, user=owner).sign

    def _account(self, name: str, of: Of) -> dict[str, int]:
        """Somebody of the north, or of the south, and the role that is held there."""
        people = {Of.OWN: self.cast.monitor, Of.OTHER: self.cast.southern_coordinator}
        held = Membership.objects.filter(user=people.get(of)).first()
        number, role = (held.user_id, held.pk) if held else (0, 0)
        return {"number": number, "role": role} if name == "accounts-role-end" else {"number": number}

    def _token_key(self, of: Of, who: User) -> str:
        if of is Of.UNKNOWN:
            return "0" * 15
        owner = who if of is Of.OWN else self.cast.southern_investigator
        return str(self.tokens[owner.pk].token_key)


@pytest.fixture
def world(cast: Cast) -> World:
    return built(cast)


def built(cast: Cast) -> World:
    north = journey.with_outcomes(cast)
    assert north.code == Of.OWN.value
    out_of_use = Record.objects.get(participant=north, visit__code="W1", form="disability")
    records.remove(by=cast.investigator, record=out_of_use, expected_version=1, reason="a typing error")
    pictures.stored(cast, north)
    journey.log(cast.investigator, north, "adverse_event", answers.serious_event(journey.day_of(north, "W1")))
    _log_analgesics(cast, north)
    south = journey.added_south(cast)
    assert journey.consented(cast, south, by=cast.southern_investigator).code == Of.OTHER.value
    _give_to_see(cast, south)
    for by, participant in ((cast.investigator, north), (cast.southern_investigator, south)):
        signing.form(by, Record.objects.get(participant=participant, form="consent"))
    numbers = _asked(cast, north) | _locked(cast, north, south)
    give_factors(cast)
    people = [*(cast.with_role(role) for role in Role), cast.southern_investigator]
    return World(cast, {who.pk: tokens.create(by=who)[0] for who in people}, numbers)


def _give_to_see(cast: Cast, south: Participant) -> None:
    """A visit that is due, and a serious event."""
    by, day = cast.southern_investigator, journey.day_of(south, "SCR")
    journey.save(by, south, "SCR", "eligibility", answers.eligibility(day))
    journey.log(by, south, "adverse_event", answers.serious_event(day))
    consent = Record.objects.get(participant=south, form="consent")
    queries.raise_query(by=by, record=consent, item="icver", text="Is this so?")


def _log_analgesics(cast: Cast, north: Participant) -> None:
    drug = answers.medication(journey.day_of(north, "W1"))
    journey.log(cast.investigator, north, "medication", drug)
    second = journey.log(cast.investigator, north, "medication", drug).record
    records.remove(by=cast.investigator, record=second, expected_version=1, reason="a typing error")


def _event(of: Of) -> int:
    """The newest event of a participant; none has the number 0."""
    visits = Visit.objects.filter(participant__code=of.value).values_list("pk", flat=True)
    keys = [str(key) for key in visits]
    event = Event.objects.filter(table_name="trial_visit", key__in=keys).order_by("-pk").first()
    return event.pk if event else 0


def _asked(cast: Cast, north: Participant) -> dict[str, int]:
    """The numbers of a record and of a question about it; one is asked about the first analgesic too."""
    pain = Record.objects.get(participant=north, visit__code="BL", form="pain")
    drug = Record.objects.get(participant=north, form="medication", repeat=1)
    queries.raise_query(by=cast.monitor, record=drug, item="cmtrt", text="Is this so?")
    asked = queries.raise_query(by=cast.monitor, record=pain, item="nrs_avg24", text="Is this so?")
    return {"record": pain.pk, "query": asked.pk}


def _locked(cast: Cast, north: Participant, south: Participant) -> dict[str, int]:
    """The numbers of locks that no other row comes across."""
    second = second_data_manager(cast)
    consent = lock_form(cast, Record.objects.get(participant=north, form="consent"))
    return {
        "frozen": locks.freeze(by=second, target=_screening(north), reason="end of the study").pk,
        "asked": locks.request_unlock(by=second, lock=consent, reason="a late report").pk,
        "southern": locks.freeze(by=second, target=_screening(south), reason="end of the study").pk,
    }


def give_factors(cast: Cast) -> None:
    """A second factor for who has none: everybody may have one to remove."""
    rest = [cast.with_role(role) for role in Role if cast.with_role(role).username not in SIGNING]
    with attributed(by=COMMAND_LINE):
        SecondFactor.objects.bulk_create(factor(user) for user in rest)


def _screening(participant: Participant) -> LockTarget:
    return lock_target.of_visit(participant, Visit.objects.get(participant=participant, code="SCR"))


def ask(name: str, address: Address, path: str, who: User | None) -> HttpResponseBase:
    client = Client(raise_request_exception=False)
    if who is not None:
        client.force_login(who)
    return sent(client, name, address, path)


def sent(client: Client, name: str, address: Address, path: str) -> HttpResponseBase:
    """What an address is asked, by whoever the client is."""
    if address.method == "get":
        return client.get(path)
    if name.startswith("api-"):
        send = getattr(client, address.method)
        condition = {"If-Match": f'"{address.version}"'} if address.version else {"If-None-Match": "*"}
        body = json.dumps(address.body)
        return send(path, body, content_type="application/json", headers=condition)  # type: ignore[no-any-return]
    return client.post(path, {**address.body, "version": address.version or ""})


@contextmanager
def undone() -> Iterator[None]:
    """What an act changed is taken back, so each row meets the same world."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def content(response: HttpResponseBase) -> bytes:
    streamed = getattr(response, "streaming_content", None)
    return b"".join(streamed) if streamed is not None else response.content  # type: ignore[attr-defined]


def names(patterns: Any = None) -> Iterator[str]:
    for pattern in patterns or get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            yield str(pattern.name)


@pytest.mark.requirement("FAS.matrix")
def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert set(names()) == set(ADDRESSES)


@pytest.mark.django_db
@pytest.mark.requirement("FAS.matrix", "P11.10d")
def test_who_is_signed_out_gets_to_public_addresses_only(world: World, subtests: pytest.Subtests) -> None:
    for name, address in ROWS:
        with subtests.test(address=name, method=address.method), undone():
            response = ask(name, address, world.path(name, address, Of.OWN, world.cast.investigator), None)
            if address.kind is Kind.PUBLIC:
                assert response.status_code == address.status
            elif name.startswith("api-") and name != "api-docs":
                assert response.status_code == 401
            elif address.kind is Kind.NOTHING:
                assert response.status_code == 404
            else:
                assert response.status_code == 302
                assert response.headers["Location"].startswith(reverse("sign-in"))


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
@pytest.mark.requirement("FAS.matrix", "P11.10g", "E6.10", "E6.11")
def test_a_role_gets_at_its_own_site_what_its_rights_say(
    world: World, role: Role, subtests: pytest.Subtests
) -> None:
    who = world.cast.with_role(role)
    for name, address in ROWS:
        with subtests.test(address=name, method=address.method), undone():
            response = ask(name, address, world.path(name, address, Of.OWN, who), who)
            content(response)
            assert response.status_code == expected(name, address, role)


def expected(name: str, address: Address, role: Role) -> int:
    """The status that a role meets at its own site."""
    rights = RIGHTS[role]
    if address.kind is Kind.NOTHING:
        return 404
    if name == "sign-in":
        return 302  # who is signed in is led on
    if address.right is None:
        return address.status
    if address.kind is Kind.OBJECT and address.sight not in rights:
        return 404
    if address.right in rights or address.also in rights:
        return address.status
    # Who looks after accounts and sees no data begins at the accounts.
    return 302 if name == "home" and Right.MANAGE_ACCOUNTS in rights else 403


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
@pytest.mark.requirement("FAS.matrix", "P11.10d")
def test_another_sites_object_answers_like_one_that_does_not_exist(
    world: World, role: Role, subtests: pytest.Subtests
) -> None:
    who = world.cast.with_role(role)
    for name, address in ROWS:
        if address.kind is not Kind.OBJECT:
            continue
        with subtests.test(address=name, method=address.method), undone():
            other = ask(name, address, world.path(name, address, Of.OTHER, who), who)
            unknown = ask(name, address, world.path(name, address, Of.UNKNOWN, who), who)
            assert other.status_code == unknown.status_code == 404
            assert content(other) == content(unknown)
            assert {**other.headers, "X-Request-ID": ""} == {**unknown.headers, "X-Request-ID": ""}


# Pages that hold no participants but the sites to choose from.
OFFERS_SITES = {"participant-add", "exports"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("FAS.matrix", "P11.10d")
def test_a_list_holds_nothing_of_another_site(world: World, subtests: pytest.Subtests) -> None:
    for name, address in ROWS:
        if address.kind is not Kind.LIST:
            continue
        with subtests.test(address=name):
            northern, southern = (
                content(ask(name, address, world.path(name, address, Of.OWN, who), who))
                for who in (world.cast.investigator, world.cast.southern_investigator)
            )
            assert b"02-001" not in northern
            assert b"02 South" not in northern
            assert b"01-001" not in southern
            assert b"01 North" not in southern
            if name not in OFFERS_SITES:
                assert b"01-001" in northern
                assert b"02-001" in southern


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["stranger", "former"])
def test_without_a_role_today_nothing_of_the_trial_is_seen(
    world: World, who: str, subtests: pytest.Subtests
) -> None:
    person = getattr(world.cast, who)
    for name, address in ROWS:
        if address.right is None:
            continue
        with subtests.test(address=name, method=address.method), undone():
            response = ask(name, address, world.path(name, address, Of.OWN, person), person)
            assert response.status_code == (404 if address.kind is Kind.OBJECT else 403)
            assert b"01-001" not in content(response)
