"""Every address × every role × own site, other site, signed out. An address without a row fails.

The classes: *public*; *right* (403 without it); *list* (no row of another site); *object* (another site's is
404, to the byte the answer to a code that does not exist); *nothing* (404, whoever asks). Who may an act gets
exactly the status that its row says.

Where each cell of the matrix is asked, each row of every role:

| | by |
| --- | --- |
| own site | here |
| other site: an object | here |
| other site: named in a body or a query | here, wherever a row sends a site or a participant |
| other site: rows of a list | here, in every answer at the own site; `test_lists_of_a_site` |
| signed out | here; nobody has no role, so once |
| revoked: the account; by roles in turn: the session, the token | `test_taken_away` |
| delegation over; by roles in turn: not begun | `test_taken_away` |

Pages are asked by a session and the API by a token; that a session opens the API in the same way is asked of
each address once, by the roles in turn.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from inspect import getclosurevars
from typing import Any

import pytest
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from forms_app.api import locks as api_locks
from forms_app.api import queries as api_queries
from forms_app.api import verifications as api_verifications
from forms_app.models.verification import VERIFIED, WITHDRAWN
from forms_app.screens import imports, locks
from tests.client import headers
from tests.world import FOREIGN, MESSAGE, Of, Thing, World, undone
from trial.access import RIGHTS, Right, Role
from trial.api import accounts as api_accounts
from trial.api import webhooks as api_webhooks
from trial.models import User
from trial.screens import webhooks
from trial.screens.methods import ANSWERED

pytestmark = [pytest.mark.requirement("FAS.matrix")]


METHODS = ("get", "post", "put", "patch", "delete")


class Kind(Enum):
    PUBLIC = "public"
    RIGHT = "right"
    LIST = "list"
    OBJECT = "object"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Address:
    """`right` is what the act needs beside seeing the object; None asks only that one is signed in.

    `also` is another right that is enough, `sight` the one without which an object is not there, and who
    holds `hidden_from` does not see it either. `body`, `query` and `version` are what is sent, so that the
    right is what decides and not the form of the request; version 0 creates. Who may gets `status`: a crash
    or a conflict would prove no right.
    """

    kind: Kind
    right: Right | None = None
    method: str = "get"
    arguments: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)
    version: int = 1
    status: int = 200
    also: Right | None = None
    sight: Right = Right.VIEW_DATA
    hidden_from: Right | None = None
    query: dict[str, str] = field(default_factory=dict)
    # The list holds nobody: it offers sites, or is of what is not there.
    empty: bool = False

    @property
    def names_a_site(self) -> bool:
        sent = [*self.body.values(), *self.query.values()]
        return Of.OWN.site in sent or Of.OWN.value in sent


def public(method: str = "get", status: int = 200, **arguments: Any) -> Address:
    return Address(Kind.PUBLIC, None, method, arguments, status=status)


def needs(right: Right | None, status: int = 200, **arguments: Any) -> Address:
    return Address(Kind.RIGHT, right, arguments=arguments, status=status)


def does(right: Right | None, body: dict[str, Any] | None = None, status: int = 302) -> Address:
    return Address(Kind.RIGHT, right, "post", body=body or {}, status=status)


def lists(right: Right, **how: Any) -> Address:
    return Address(Kind.LIST, right, **how)


def by_site(right: Right, **how: Any) -> tuple[Address, ...]:
    """A list, and the list of one site."""
    return lists(right, **how), lists(right, query=AT_SITE, **how)


def of_filter(right: Right) -> tuple[Address, ...]:
    """The same, and the list of one participant."""
    return *by_site(right), lists(right, query={**AT_SITE, **AT_PARTICIPANT})


def one(status: int = 200, **arguments: Any) -> Address:
    return Address(Kind.OBJECT, Right.VIEW_DATA, arguments={**CODE, **arguments}, status=status)


def seen(arguments: dict[str, Any]) -> Address:
    """An object that has a number of its own and no participant in its address."""
    return Address(Kind.OBJECT, Right.VIEW_DATA, arguments=arguments)


def own(method: str = "get", status: int = 200, **arguments: Any) -> Address:
    """What is the person's own."""
    return Address(Kind.OBJECT, None, method, arguments, status=status)


def act(right: Right, body: dict[str, Any], at: dict[str, Any] | None = None, **how: Any) -> Address:
    """What is done to an object: on a page by a form that leads on, in the API as `how` says."""
    at = at or {}
    arguments = at if isinstance(at.get("number"), Thing) else {**CODE, **at}
    return Address(
        Kind.OBJECT, right, arguments=arguments, body=body, **{"method": "post", "status": 302, **how}
    )


def account(status: int = 302, body: dict[str, Any] | None = None, **arguments: Any) -> Address:
    """What an administrator does to somebody of the own site; who may only see it is refused."""
    return Address(
        Kind.OBJECT,
        Right.MANAGE_ACCOUNTS,
        "post",
        {"number": Thing.PERSON, **arguments},
        {**REASON, **(body or {})},
        status=status,
        sight=Right.VIEW_ACCOUNTS,
    )


def signs(right: Right, at: dict[str, Any] | None = None) -> Address:
    return act(right, {"meaning": "agreed"}, at, status=422)


def sees_to_sign(right: Right, **arguments: Any) -> Address:
    """The page that signs an object."""
    return Address(Kind.OBJECT, right, arguments={**CODE, **arguments})


def unlocks(status: int) -> tuple[Address, ...]:
    """Every move of a lock."""
    moves = [
        ("release", Right.LOCK, AT_FROZEN),
        ("request", Right.LOCK, AT_LOCKED),
        ("approve", Right.APPROVE_UNLOCK, AT_ASKED),
        ("decline", Right.APPROVE_UNLOCK, AT_ASKED),
    ]
    return tuple(act(right, {"move": move, **REASON}, at, status=status) for move, right, at in moves)


def settles(name: str, asked: list[dict[str, Any]], **how: Any) -> tuple[Address, ...]:
    """Every move of a question; `name` is the member that says it, `asked` one open, proposed, settled."""
    is_open, proposed, over = asked
    settle, hidden = Right.SETTLE_QUERY, {"hidden_from": ENTER, **how}
    return (
        act(ENTER, {name: "answered", "explanation": "It is"}, is_open, **how),
        act(settle, {name: "closed"}, is_open, **how),
        act(settle, {name: "open"}, proposed, **hidden),
        act(settle, {name: "open"}, over, **how),
        act(settle, {name: "cancelled", **REASON}, is_open, **how),
    )


def hook(
    body: dict[str, Any] | None = None, status: int = 200, thing: Thing = Thing.HOOK, method: str = "post"
) -> Address:
    """A webhook, which is not there for who manages none; with a body what is done about it."""
    method = method if body else "get"
    return Address(Kind.OBJECT, HOOKS, method, {"number": thing}, body or {}, status=status, sight=HOOKS)


def imported(body: dict[str, Any] | None = None, status: int = 302, method: str = "post") -> Address:
    """An import of the person's own; who may bring in nothing has none."""
    method = method if body is not None else "get"
    how = {"number": Thing.IMPORT}
    status = status if body is not None else 200
    return Address(Kind.OBJECT, Right.IMPORT, method, how, body or {}, status=status, sight=Right.IMPORT)


def exported(method: str = "get", status: int = 200) -> Address:
    """An export of the person's own; who may export nothing has none."""
    how = {"number": Thing.EXPORT}
    return Address(Kind.OBJECT, Right.EXPORT, method, how, status=status, sight=Right.EXPORT)


CODE: dict[str, Any] = {"code": Thing.CODE}
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
# The record of pain at baseline, and what the monitor asked there: by their keys, and by their checks.
AT_RECORD: dict[str, Any] = {"record": Thing.RECORD}
AT_ITEM: dict[str, Any] = {**AT_RECORD, "item": "nrs_avg24"}
AT_QUERY = [{**AT_RECORD, "query": thing} for thing in (Thing.OPEN, Thing.CANDIDATE, Thing.CLOSED)]
AT_CHECK = [{**AT_FORM, "check": f"nrs_avg24.manual-{number}"} for number in (1, 2, 3)]
AT_LOG_CHECK = [{**AT_ENTRY, "check": f"cmtrt.manual-{number}"} for number in (1, 2, 3)]
AT_SERIOUS: dict[str, Any] = {"repeat": 1}
AT_FROZEN: dict[str, Any] = {"number": Thing.FROZEN}
AT_LOCKED: dict[str, Any] = {"number": Thing.LOCKED}
AT_ASKED: dict[str, Any] = {"number": Thing.ASKED}
AT_SITE = {"site": Of.OWN.site}
AT_POSITION = {"position": "1/3:3:"}
AT_PARTICIPANT = {"participant": Of.OWN.value}
FREEZE = {"kind": "frozen", "scope": "participant", **AT_PARTICIPANT, "reason": "end of the study"}
FREEZE_SITE = {"kind": "frozen", "scope": "site", **AT_SITE, "reason": "end of the study"}
REASON = {"reason": "a typing error"}
COLUMNS = {"table": "participants", "column-0": "participant", "column-1": "participant_state"}
NEW_TOKEN = {"name": "Reports", "scope": "read", "days": "30"}
NEW_ROLE = {**AT_SITE, "role": "auditor", **REASON}
NEW_ACCOUNT = {"username": "new", "full_name": "Nell New", "email": "new@example.org", **NEW_ROLE}
NOT_DONE = {"occurred": False, "reason_not_done": "ill"}
PAIN = {"items": {"nrs_avg24": 3}, **REASON}
DRUG = {"cmtrt": "Ibuprofen"}
ASKED = {"item": "nrs_avg24", "text": "Is this so?"}
VERIFY = {"state": VERIFIED, "items": ["nrs_avg24"]}
WITHDRAW = {**VERIFY, "state": WITHDRAWN, **REASON}
ENTER = Right.ENTER_DATA
HOOKS = Right.MANAGE_WEBHOOKS
HOOK = {
    "name": "Registry",
    "address": "https://hooks.example.org/told",
    "happenings": "export.ready",
    **REASON,
}
NEW_HOOK = {**HOOK, **AT_SITE}
HOOK_BY_API = {"name": "Registry", "address": HOOK["address"], "events": ["export.ready"], **REASON}
NEW_HOOK_BY_API = {**HOOK_BY_API, **AT_SITE}
HOOK_MOVES = (
    {"move": "ping"},
    {"move": "replay", "message": str(MESSAGE)},
    {"move": "off", **REASON},
)
# Who may only propose a question does the same.
PROPOSE = Right.PROPOSE_QUERY

ADDRESSES: dict[str, tuple[Address, ...]] = {
    "healthz": (public(),),
    "sign-in": (public(), public("post")),
    "language": (public(), public("post", 302)),
    "scheme": (public("post", 302),),
    "password-reset": (public(), public("post")),
    "password-reset-sent": (public(),),
    "password-set": tuple(public(method, uidb64="MQ", token="set-password") for method in ("get", "post")),
    # Who has not typed the password yet, and who is signed in, is led on.
    "sign-in-code": (public(status=302), public("post", 302)),
    "security-key-challenge": tuple(
        Address(Kind.NOTHING, method="post", arguments={"purpose": purpose})
        for purpose in ("sign-in", "signing", "change")
    ),
    "sign-out": (does(None),),
    "second-factors": (needs(None),),
    # Nothing is set up by who types nothing.
    "second-factor-app": (needs(None), does(None, status=422)),
    # There is no picture before the page with the key was opened.
    "second-factor-picture": (needs(None, 404),),
    "second-factor-key": (needs(None), does(None, status=422)),
    "second-factor-key-challenge": (does(None, status=200),),
    "second-factor-remove": (own(factor=Thing.FACTOR), own("post", 403, factor=Thing.FACTOR)),
    "recovery-codes": (needs(None), does(None, status=403)),
    "password-change": (needs(None), does(None, status=200)),
    "account": (needs(None),),
    # Nobody gets one who types no password.
    "token-create": (does(None, NEW_TOKEN, 403),),
    "token-revoke": (own("post", 302, key=Thing.TOKEN),),
    # Nobody is told that nothing is left.
    "session": (public(), Address(Kind.PUBLIC, method="post")),
    "sessions-end": (does(None),),
    "session-end": (own("post", 302, sign=Thing.SESSION),),
    "accounts-add": (needs(Right.MANAGE_ACCOUNTS), does(Right.MANAGE_ACCOUNTS, NEW_ACCOUNT)),
    "accounts-person": (
        Address(
            Kind.OBJECT,
            Right.VIEW_ACCOUNTS,
            arguments={"number": Thing.PERSON},
            sight=Right.VIEW_ACCOUNTS,
        ),
    ),
    "accounts-role": (account(body=NEW_ROLE),),
    "accounts-role-end": (account(body={**REASON, "at_once": "1"}, role=Thing.ROLE),),
    "accounts-close": (account(),),
    # It is open.
    "accounts-reopen": (account(409),),
    "accounts-password": (account(),),
    "accounts-second-factor": (account(),),
    "accounts": (needs(Right.VIEW_ACCOUNTS),),
    "home": by_site(Right.VIEW_DATA),
    "due": by_site(Right.VIEW_DATA),
    "calendar-create": (does(Right.VIEW_DATA, AT_SITE, 200),),
    "calendar-revoke": (does(Right.VIEW_DATA, AT_SITE),),
    # Whoever asks without a token that opens a site learns nothing.
    "calendar-feed": (public(status=404, token="0" * 43),),
    "participant-add": (lists(Right.SCREEN, empty=True), does(Right.SCREEN, AT_SITE)),
    "participant": (one(),),
    # Who is enrolled already is told so.
    "participant-state": (act(Right.ENROL, {"move": "enrol"}, status=409),),
    "deviations": (one(),),
    "safety": (lists(Right.VIEW_DATA),),
    "serious": (one(**AT_SERIOUS),),
    "casebook": (one(),),
    "casebook-pdf": (one(),),
    "annotated-crf": (needs(Right.VIEW_DATA),),
    "codebook": (needs(Right.VIEW_DATA),),
    "codebook-file": tuple(needs(Right.VIEW_DATA, ending=ending) for ending in ("pdf", "csv", "json")),
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
    "queries": of_filter(Right.VIEW_DATA),
    "verification": by_site(Right.VIEW_DATA),
    # Nothing was shown, so nothing is verified; who may is told so.
    "casebook-verification": (act(Right.VERIFY, {}),),
    "record-verification": tuple(
        act(Right.VERIFY, {"act": said, "item": "nrs_avg24"}, AT_RECORD)
        for said in ("items", "form", "withdraw")
    ),
    "query": (
        *settles("move", AT_QUERY),
        act(Right.SETTLE_QUERY, {"move": "assign", "person": ""}, AT_QUERY[0]),
    ),
    # Who sends no file has passed the right.
    "attachments": (one(**AT_IMAGES), act(ENTER, {"kind": "OTHER"}, AT_IMAGES, status=422)),
    "attachment": (one(**AT_IMAGE),),
    "attachment-thumbnail": (one(**AT_IMAGE),),
    "attachment-remove": (act(ENTER, REASON, AT_IMAGE),),
    "locks": (lists(Right.VIEW_DATA),),
    "lock-new": (
        needs(Right.LOCK),
        Address(Kind.RIGHT, Right.LOCK, query={"scope": "participant", **AT_PARTICIPANT}),
        Address(Kind.RIGHT, Right.LOCK, query={"scope": "site", **AT_SITE}),
        does(Right.LOCK, FREEZE),
        does(Right.LOCK, FREEZE_SITE),
    ),
    "lock": (seen(AT_FROZEN), *unlocks(302)),
    "lock-report": (seen(AT_ASKED),),
    "lock-report-pdf": (seen(AT_ASKED),),
    "signatures": (lists(Right.SIGN),),
    # Who may sign passes the right, and is stopped by a meaning that is none.
    "sign-record": (sees_to_sign(Right.SIGN, **AT_FORM), signs(Right.SIGN, AT_FORM)),
    "sign-log": (sees_to_sign(Right.SIGN, **AT_ENTRY), signs(Right.SIGN, AT_ENTRY)),
    "sign-visit": (sees_to_sign(Right.SIGN, **AT_VISIT), signs(Right.SIGN, AT_VISIT)),
    "sign-casebook": (sees_to_sign(Right.SIGN_CASEBOOK), signs(Right.SIGN_CASEBOOK)),
    "flow": by_site(Right.VIEW_DATA, empty=True),
    "flow-svg": by_site(Right.VIEW_DATA, empty=True),
    "flow-png": by_site(Right.VIEW_DATA, empty=True),
    "flow-box": by_site(Right.VIEW_DATA, arguments={"box": "assessed"}),
    "results": (needs(Right.VIEW_ESTIMATES),),
    "results-analyses": (needs(Right.VIEW_ESTIMATES),),
    "results-sensitivity": (needs(Right.VIEW_ESTIMATES),),
    "results-diagnostics": (needs(Right.VIEW_ESTIMATES),),
    "results-influence": (needs(Right.VIEW_ESTIMATES),),
    "results-safety": (needs(Right.VIEW_DESCRIPTION),),
    "results-planning": (needs(Right.VIEW_ESTIMATES),),
    "results-report": (
        needs(Right.VIEW_ESTIMATES, 302),
        Address(Kind.RIGHT, Right.VIEW_ESTIMATES, query=AT_POSITION),
        does(Right.VIEW_ESTIMATES, AT_POSITION),
    ),
    "results-report-pdf": (
        needs(Right.VIEW_ESTIMATES, 302),
        Address(Kind.RIGHT, Right.VIEW_ESTIMATES, query=AT_POSITION),
    ),
    "results-report-again": (Address(Kind.RIGHT, Right.VIEW_ESTIMATES, query=AT_POSITION),),
    "results-again": (
        needs(Right.VIEW_ESTIMATES, part="sensitivity"),
        needs(Right.VIEW_ESTIMATES, 404, part="something"),
    ),
    # Nothing was fitted in this world, so who may is told that there is nothing yet.
    "results-figure-svg": (needs(Right.VIEW_ESTIMATES, 404, outcome="pain"),),
    "results-figure-png": (needs(Right.VIEW_ESTIMATES, 404, outcome="pain"),),
    "results-estimates": (needs(Right.VIEW_ESTIMATES, 404, outcome="pain"),),
    "audit": of_filter(Right.VIEW_AUDIT),
    "audit-file": of_filter(Right.VIEW_AUDIT),
    "audit-reviews": (
        needs(Right.VIEW_AUDIT),
        does(Right.REVIEW_AUDIT, {**AT_SITE, "first": "2026-01-01", "last": "2026-01-02"}),
    ),
    "exports": (lists(Right.EXPORT, empty=True), does(Right.EXPORT)),
    "export": (exported(), exported("post", 302)),
    # It is not ready yet.
    "export-file": (exported(status=409),),
    "api-schema": (needs(None),),
    "api-docs": (needs(None),),
    "api-study": (needs(None),),
    "api-forms": (needs(None),),
    "api-form": (needs(None, form="pain"),),
    # Each person's own sites: who holds no role there is told nothing of the other.
    "api-sites": (needs(None),),
    "api-site": (Address(Kind.OBJECT, None, arguments={"code": Thing.SITE}),),
    "api-own-account": (needs(None),),
    "api-own-tokens": (needs(None),),
    "api-own-token": (own("delete", 204, key=Thing.TOKEN),),
    "api-own-sessions": (needs(None),),
    "api-own-session": (own("delete", 204, sign=Thing.SESSION),),
    "api-accounts": by_site(Right.VIEW_ACCOUNTS, empty=True),
    "api-account": (
        Address(
            Kind.OBJECT,
            Right.VIEW_ACCOUNTS,
            arguments={"number": Thing.PERSON},
            sight=Right.VIEW_ACCOUNTS,
        ),
        account(200, {"move": "close"}),
        # It is open.
        account(409, {"move": "reopen"}),
    ),
    "api-account-roles": (account(201, NEW_ROLE),),
    "api-account-role-end": (account(200, role=Thing.ROLE),),
    "api-participants": (*by_site(Right.VIEW_DATA), does(Right.SCREEN, AT_SITE, 201)),
    "api-participant": (one(),),
    "api-participant-state": (act(Right.ENROL, {"state": "enrolled"}, status=409),),
    "api-deviations": (one(),),
    "api-safety": of_filter(Right.VIEW_DATA),
    # What was written in this test is not committed, so nothing of it is told yet.
    "api-changes": (lists(Right.VIEW_DATA, empty=True),),
    # A row that names nobody is refused by itself.
    "api-bulk": (does(ENTER, {"records": [{}]}, 207),),
    "api-audit": of_filter(Right.VIEW_AUDIT),
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
    "api-locks": (
        *of_filter(Right.VIEW_DATA),
        does(Right.LOCK, FREEZE, 201),
        does(Right.LOCK, FREEZE_SITE, 201),
    ),
    "api-lock": (seen(AT_FROZEN), *unlocks(200)),
    "api-casebook": (one(),),
    "api-opioids": (one(),),
    "api-to-sign": (lists(Right.SIGN), lists(Right.SIGN, query=AT_PARTICIPANT)),
    "api-verification-progress": by_site(Right.VIEW_DATA),
    "api-audit-reviews": (
        *by_site(Right.VIEW_AUDIT, empty=True),
        does(Right.REVIEW_AUDIT, {**AT_SITE, "first": "2026-01-01", "last": "2026-01-02"}, 201),
    ),
    "api-calendar": (does(Right.VIEW_DATA, AT_SITE, 201),),
    "api-calendar-end": (does(Right.VIEW_DATA, AT_SITE, 204),),
    "api-due": by_site(Right.VIEW_DATA),
    "api-attachments": (one(**AT_IMAGES), act(ENTER, {}, AT_IMAGES, status=415)),
    "api-attachment": (one(**AT_IMAGE), act(ENTER, REASON, AT_IMAGE, method="delete", status=200)),
    "api-all-queries": of_filter(Right.VIEW_DATA),
    "api-verification": (
        one(**AT_FORM),
        # Nothing was shown, so nothing is verified; who may is told so.
        act(Right.VERIFY, VERIFY, AT_FORM, method="put", status=409),
        # Nothing is verified yet; who may withdraw it is told so.
        act(Right.VERIFY, WITHDRAW, AT_FORM, method="put", status=409),
    ),
    "api-log-verification": (
        one(**AT_ENTRY),
        act(Right.VERIFY, {**VERIFY, "items": ["cmtrt"]}, AT_ENTRY, method="put", status=409),
        act(Right.VERIFY, {**WITHDRAW, "items": ["cmtrt"]}, AT_ENTRY, method="put", status=409),
    ),
    "api-record-signatures": (one(**AT_FORM), signs(Right.SIGN, AT_FORM)),
    "api-log-signatures": (one(**AT_ENTRY), signs(Right.SIGN, AT_ENTRY)),
    "api-visit-signatures": (one(**AT_VISIT), signs(Right.SIGN, AT_VISIT)),
    "api-casebook-signatures": (one(), signs(Right.SIGN_CASEBOOK)),
    "api-flow": by_site(Right.VIEW_DATA),
    "api-queries": (
        one(**AT_FORM),
        act(Right.QUERY, ASKED, AT_FORM, status=201, also=PROPOSE),
    ),
    "api-query": settles("state", AT_CHECK, method="put", status=200),
    "api-log-queries": (
        one(**AT_ENTRY),
        act(Right.QUERY, {**ASKED, "item": "cmtrt"}, AT_ENTRY, status=201, also=PROPOSE),
    ),
    "api-log-query": settles("state", AT_LOG_CHECK, method="put", status=200),
    "api-codebook": (needs(Right.VIEW_DATA),),
    "api-analyses": (needs(Right.VIEW_ESTIMATES),),
    "api-analysis": (needs(Right.VIEW_ESTIMATES, outcome="pain"),),
    "api-supplements": (needs(Right.VIEW_ESTIMATES, outcome="pain"),),
    "api-sensitivity": (needs(Right.VIEW_ESTIMATES, outcome="pain"),),
    "api-diagnostics": (needs(Right.VIEW_ESTIMATES, outcome="pain"),),
    "api-influence": (needs(Right.VIEW_ESTIMATES, outcome="pain"),),
    "api-planning": (needs(Right.VIEW_ESTIMATES, outcome="pain"),),
    "api-description": (needs(Right.VIEW_DESCRIPTION),),
    "api-exports": (lists(Right.EXPORT, empty=True), does(Right.EXPORT, status=202)),
    "api-export": (exported(), exported("delete")),
    "api-export-file": (exported(status=409),),
    "ledger": (needs(Right.VIEW_AUDIT),),
    "ledger-roots": (needs(Right.VIEW_AUDIT),),
    "api-ledger": (needs(Right.VIEW_AUDIT),),
    "api-ledger-seals": (needs(Right.VIEW_AUDIT),),
    # Nothing is sealed in this world.
    "api-ledger-seal": (needs(Right.VIEW_AUDIT, 404, number=1),),
    # What was written in this test is not committed, so no seal can hold it.
    "api-ledger-proof": (
        Address(
            Kind.OBJECT,
            Right.VIEW_AUDIT,
            arguments={"number": Thing.EVENT},
            status=409,
            sight=Right.VIEW_AUDIT,
        ),
    ),
    "webhooks": (lists(HOOKS, empty=True),),
    "webhook-new": (lists(HOOKS, empty=True), does(HOOKS, NEW_HOOK, 200)),
    "webhook": (
        hook(),
        # The answer is the page with the new secret.
        hook({"move": "renew", **REASON}, 200),
        *(hook(body, 302) for body in ({"move": "change", **HOOK}, *HOOK_MOVES)),
        hook({"move": "replay period", "since": "2020-01-01", "until": "2099-01-01"}, 302),
        hook({"move": "on", **REASON}, 302, Thing.HOOK_OFF),
    ),
    "api-webhooks": (lists(HOOKS, empty=True), does(HOOKS, NEW_HOOK_BY_API, 201)),
    "api-webhook": (
        hook(),
        hook(HOOK_BY_API, method="put"),
        *(hook(body) for body in HOOK_MOVES),
        hook({"move": "on", **REASON}, thing=Thing.HOOK_OFF),
    ),
    "api-webhook-secret": (hook(REASON, 201),),
    "api-webhook-deliveries": (hook(),),
    # No file comes with it.
    "imports": (lists(Right.IMPORT, empty=True), does(Right.IMPORT, status=422)),
    "import": (
        imported(),
        imported({"move": "judge", **COLUMNS}),
        # Nothing was judged yet; who may save is told so.
        imported({"move": "save", **REASON}, 409),
        imported({"move": "discard"}),
    ),
    "import-refused": (imported(),),
    "api-imports": (lists(Right.IMPORT, empty=True), does(Right.IMPORT, status=422)),
    "api-import": (imported(), imported({}, 200, "delete")),
    "api-import-judging": (imported({}, 202),),
    "api-import-saving": (imported(REASON, 409),),
    "api-import-refused": (imported(),),
    "unknown": tuple(Address(Kind.NOTHING, None, method) for method in ("get", "post")),
    "api-unknown": tuple(Address(Kind.NOTHING, None, method) for method in METHODS),
}
ROWS = [(name, address) for name, addresses in ADDRESSES.items() for address in addresses]


def is_of_the_api(name: str) -> bool:
    """Whether a token is enough; the pages about the API are for browsers."""
    return name.startswith("api-") and name != "api-docs"


def asks(world: World, name: str, who: User) -> Client:
    """Whoever asks the API has a token, and a session elsewhere."""
    return world.program(who) if is_of_the_api(name) else world.browser(who)


def share(rows: list[tuple[str, Address]], role: Role) -> list[tuple[str, Address]]:
    """Every tenth row; each is some role's."""
    return rows[list(Role).index(role) :: len(Role)]


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def leads_to(self) -> str:
        return self.headers.get("Location", "")


def ask(client: Client, name: str, address: Address, path: str, of: Of = Of.OWN) -> Answer:
    """What an address is asked, by whoever the client is, with the site and the participant of `of`.

    What the act changed is taken back.
    """
    with undone():
        return sent(client, name, address, path, of)


def sent(client: Client, name: str, address: Address, path: str, of: Of = Of.OWN) -> Answer:
    """The same for what will be refused: nothing is to be taken back."""
    response = _sent(client, name, address, path, of)
    streamed = getattr(response, "streaming_content", None)
    body = b"".join(streamed) if streamed is not None else response.content  # type: ignore[attr-defined]
    return Answer(response.status_code, body, headers(response))


def _sent(client: Client, name: str, address: Address, path: str, of: Of) -> HttpResponseBase:
    body, query = _at(address.body, of), _at(address.query, of)
    if address.method == "get":
        return client.get(path, query)
    send = getattr(client, address.method)
    if name.startswith("api-"):
        condition = {"If-Match": f'"{address.version}"'} if address.version else {"If-None-Match": "*"}
        return send(path, json.dumps(body), content_type="application/json", headers=condition)  # type: ignore[no-any-return]
    return send(path, {**body, "version": address.version or ""})  # type: ignore[no-any-return]


def _at(parts: dict[str, Any], of: Of) -> dict[str, Any]:
    """What is sent, with the site and the participant of somebody."""
    theirs = {Of.OWN.site: of.site, Of.OWN.value: of.value}
    return {
        name: theirs.get(value, value) if isinstance(value, str) else value for name, value in parts.items()
    }


def told(name: str, address: Address, *answers: Answer) -> str:
    """What went wrong, for a person to read."""
    statuses = [f"{answer.status} {answer.leads_to}".strip() for answer in answers]
    return f"{address.method} {name} {address.arguments} {address.body} {address.query}: {statuses}"


# Nothing is without a row


def patterns(found: Any = None) -> Iterator[URLPattern]:
    for pattern in found or get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern.url_patterns)
        else:
            yield pattern


def answered(pattern: URLPattern) -> set[str]:
    """The methods that the view of an address answers, as the view declares them."""
    view: Any = pattern.callback
    of_class = getattr(view, "cls", None) or getattr(view, "view_class", None)
    if of_class is not None:
        declared = {name for name in of_class.http_method_names if hasattr(of_class, name)}
    else:
        declared = {name.lower() for name in _required(view) or METHODS}
    known = METHODS if str(pattern.name).startswith("api-") else [name.lower() for name in ANSWERED]
    return declared.intersection(known, METHODS)


def _required(view: Any) -> list[str] | None:
    """What `require_http_methods` was told, under whatever else a view is wrapped in; None without it."""
    while view is not None:
        told: list[str] | None = getclosurevars(view).nonlocals.get("request_method_list")
        if told is not None:
            return told
        view = getattr(view, "__wrapped__", None)
    return None


def test_every_address_has_a_row_for_each_method_and_every_row_an_address() -> None:
    # Below /api/ an unknown address answers each method, by a view that declares none.
    declared = {str(pattern.name): answered(pattern) or set(METHODS) for pattern in patterns()}
    assert {name: {row.method for row in rows} for name, rows in ADDRESSES.items()} == declared


QUESTIONS = {*api_queries.MOVES}
MOVES: dict[str, tuple[str, set[str]]] = {
    "lock": ("move", set(locks.MOVES)),
    "api-lock": ("move", set(api_locks.MOVES)),
    "webhook": ("move", {webhooks.RENEW, *webhooks.MOVES}),
    "api-webhook": ("move", set(api_webhooks.MOVES)),
    "import": ("move", set(imports.MOVES)),
    "query": ("move", QUESTIONS | {"assign"}),
    "api-query": ("state", QUESTIONS),
    "api-log-query": ("state", QUESTIONS),
    "api-account": ("move", set(api_accounts.MOVES)),
    "api-verification": ("state", {*api_verifications.MOVES}),
    "api-log-verification": ("state", {*api_verifications.MOVES}),
}


@pytest.mark.parametrize("name", MOVES)
def test_every_move_has_a_row(name: str) -> None:
    member, known = MOVES[name]
    assert {row.body[member] for row in ADDRESSES[name] if member in row.body} == known


# Own site


@pytest.mark.django_db
@pytest.mark.requirement("P11.10d")
def test_who_is_signed_out_gets_to_public_addresses_only(world: World) -> None:
    wrong = []
    for name, address in ROWS:
        path = world.path(name, address.arguments, Of.OWN, world.cast.investigator)
        answer = ask(world.browser(None), name, address, path)
        if not is_signed_out(name, address, answer):
            wrong.append(told(name, address, answer))
    assert not wrong


def is_signed_out(name: str, address: Address, answer: Answer) -> bool:
    """Whether an address answers as to somebody whom it does not know."""
    if any(code.value.encode() in answer.body for code in Of):
        return False
    if address.kind is Kind.PUBLIC:
        return answer.status == address.status
    if is_of_the_api(name):
        return answer.status == 401
    if address.kind is Kind.NOTHING:
        return answer.status == 404
    return answer.status == 302 and answer.leads_to.startswith(reverse("sign-in"))


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
@pytest.mark.requirement("P11.10g", "P11.10d", "E6.10", "E6.11", "E6.14")
def test_a_role_gets_at_its_own_site_what_its_rights_say(world: World, role: Role) -> None:
    who = world.cast.with_role(role)
    wrong = []
    for name, address in ROWS:
        path = world.path(name, address.arguments, Of.OWN, who)
        answer = ask(asks(world, name, who), name, address, path)
        if not is_of_the_role(name, address, role, answer):
            wrong.append(told(name, address, answer))
    assert not wrong


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
@pytest.mark.requirement("P11.10g")
def test_a_session_gets_from_the_api_what_a_token_gets(world: World, role: Role) -> None:
    who = world.cast.with_role(role)
    wrong = []
    for name, address in share([row for row in ROWS if is_of_the_api(row[0])], role):
        answers = [
            ask(world.browser(who), name, address, world.path(name, address.arguments, of, who))
            for of in ((Of.OWN, Of.OTHER) if address.kind is Kind.OBJECT else (Of.OWN,))
        ]
        hidden = [answer.status == 404 for answer in answers[1:]]
        if not is_of_the_role(name, address, role, answers[0]) or not all(hidden):
            wrong.append(told(name, address, *answers))
    assert not wrong


def is_of_the_role(name: str, address: Address, role: Role, answer: Answer) -> bool:
    """Whether an answer is what the rights say, with the own site's rows and nothing of another."""
    if answer.status != expected(name, address, role) or any(each in answer.body for each in FOREIGN):
        return False
    full = address.kind is Kind.LIST and answer.status == 200 and not address.empty
    return not full or Of.OWN.value.encode() in answer.body


def expected(name: str, address: Address, role: Role) -> int:
    """The status that a role meets at its own site."""
    rights = RIGHTS[role]
    if address.kind is Kind.NOTHING:
        return 404
    if name == "sign-in":
        return 302  # who is signed in is led on
    if address.right is None:
        return address.status
    if address.kind is Kind.OBJECT and (address.sight not in rights or address.hidden_from in rights):
        return 404
    if address.right in rights or address.also in rights:
        return address.status
    # Who looks after accounts and sees no data begins at the accounts.
    return 302 if name == "home" and Right.MANAGE_ACCOUNTS in rights else 403


# Another site


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
@pytest.mark.requirement("P11.10d")
def test_another_sites_object_answers_like_one_that_does_not_exist(world: World, role: Role) -> None:
    who = world.cast.with_role(role)
    wrong = []
    for name, address in ROWS:
        if address.kind is not Kind.OBJECT:
            continue
        other, unknown = (
            sent(asks(world, name, who), name, address, world.path(name, address.arguments, of, who))
            for of in (Of.OTHER, Of.UNKNOWN)
        )
        if other.status != 404 or other != unknown:
            wrong.append(told(name, address, other, unknown))
    assert not wrong


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
@pytest.mark.requirement("P11.10d")
def test_another_site_that_is_sent_answers_like_one_that_does_not_exist(world: World, role: Role) -> None:
    who = world.cast.with_role(role)
    wrong = []
    for name, address in ROWS:
        if not address.names_a_site:
            continue
        path = world.path(name, address.arguments, Of.OWN, who)
        other, unknown = (
            ask(asks(world, name, who), name, address, path, of) for of in (Of.OTHER, Of.UNKNOWN)
        )
        same = without_codes(other) == without_codes(unknown)
        done = address.method != "get" and other.status < 400
        if other.status != unknown.status or done or not same:
            wrong.append(told(name, address, other, unknown))
    assert not wrong


# What is random in an answer can hold a site's code by chance: tokens, and the sign of who asks.
ANEW = re.compile(rb'csrfmiddlewaretoken" value="\w+"|data-(?:idle|last)="\d+"|data-person="[^"]*"')
# Both are sought in both answers: a clock that shows 03:02 stands in both, and says nothing of a site.
PARTICIPANTS_SENT = re.compile(rb"%s|%s" % (Of.OTHER.value.encode(), Of.UNKNOWN.value.encode()))
SITES_SENT = re.compile(rb"(?<!\d)(?:%s|%s)(?!\d)" % (Of.OTHER.site.encode(), Of.UNKNOWN.site.encode()))


def without_codes(answer: Answer) -> bytes:
    """An answer without what is new in each, and without the codes that are sent and come back."""
    if answer.headers["Content-Type"].startswith("image/png"):
        return answer.body
    body = PARTICIPANTS_SENT.sub(b"<participant>", ANEW.sub(b"", answer.body))
    return SITES_SENT.sub(b"<site>", body)
