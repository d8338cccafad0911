"""Second factors: setting one up, proving it, taking it out of use.

Who signs needs one, but for the accounts of the demonstration. The owner is told of each change by mail.
"""

from __future__ import annotations

import secrets
from base64 import b32encode

from django.contrib.auth import hashers
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from trial import authenticator_app, security_keys
from trial.access import Right, can
from trial.audit.context import CommandLine, attributed
from trial.concealment import InvalidToken, conceal, conceal_anew, reveal
from trial.models import RecoveryCode, SecondFactor, User
from trial.models.second_factor import APP, KEY
from trial.refusals import Refusal
from trial.security_keys import Assertion, Credential
from trial.services import fields, notices

SIGNING = (Right.SIGN, Right.SIGN_CASEBOOK)
RECOVERY_CODES = 10
RECOVERY_BYTES = 10  # 16 letters and digits each


def of(user: User) -> QuerySet[SecondFactor]:
    """Those in use, the first one first."""
    return SecondFactor.objects.filter(user=user, removed_at__isnull=True)


def required(user: User) -> bool:
    """Whether the account needs one: a role of today signs."""
    return not user.is_demo and any(can(user, right) for right in SIGNING)


def missing(user: User) -> bool:
    """Whether the account needs one and has none. Who came by `AccountBackend` brings the answer along."""
    known = getattr(user, "has_second_factor", None)
    has = of(user).exists() if known is None else known
    return not has and required(user)


def check(user: User) -> None:
    """Raise Refusal when one is missing."""
    if missing(user):
        raise Refusal("second_factor_missing")


# Proving


def proves(user: User, *, code: str = "", assertion: Assertion | None = None) -> bool:
    """Whether a code of an app, a recovery code or the answer of a key is the person's. Each serves once."""
    typed = "".join(code.split()).replace("-", "").upper()
    if assertion is not None:
        return _proves_key(user, assertion)
    return _proves_app(user, typed) if typed.isdecimal() else _proves_recovery(user, typed)


def _proves_app(user: User, code: str) -> bool:
    return any(_is_code_of(factor, code) for factor in of(user).filter(kind=APP))


def _is_code_of(factor: SecondFactor, code: str) -> bool:
    try:
        secret = reveal(factor.secret)
    except InvalidToken:
        return False
    step = authenticator_app.step_of(secret, code, now=timezone.now(), after=factor.counter)
    return step is not None and _use(factor, step)


def _proves_key(user: User, assertion: Assertion) -> bool:
    keys = {factor.secret: factor for factor in of(user).filter(kind=KEY)}
    found = security_keys.answered(assertion, list(keys))
    if found is None or found.public not in keys:
        return False
    return _use(keys[found.public], found.count)


def _use(factor: SecondFactor, count: int) -> bool:
    """Whether nobody was faster: of two who send the same at once, one gets in.

    A key that does not count says 0, always; what it was asked serves once in either case.
    """
    goes_on = Q(counter__lt=count) if count else Q(counter=0)
    unused = SecondFactor.objects.filter(goes_on, pk=factor.pk, removed_at__isnull=True)
    return bool(unused.update(counter=count, last_used_at=timezone.now()))


def _proves_recovery(user: User, code: str) -> bool:
    open_codes = RecoveryCode.objects.filter(user=user, beginning=code[:4], ended_at__isnull=True)
    found = next((each for each in open_codes if hashers.check_password(code, each.hash)), None)
    if found is None:
        return False
    with attributed(by=user, reason="recovery code used"):
        used = RecoveryCode.objects.filter(pk=found.pk, ended_at__isnull=True).update(ended_at=timezone.now())
    return bool(used)


# Setting up and taking out of use


def add_app(*, by: User, name: str, secret: str, code: str) -> SecondFactor:
    """Take an authenticator app into use; a code of it shows that it has the key."""
    step = check_code(secret=secret, code=code)
    return _add(by, SecondFactor(user=by, kind=APP, name=name, secret=conceal(secret), counter=step))


def check_code(*, secret: str, code: str) -> int:
    """The period of a code that an app with this key shows now; raise Refusal when it is none."""
    step = authenticator_app.step_of(secret, "".join(code.split()), now=timezone.now(), after=0)
    if step is None:
        raise Refusal("second_factor_code")
    return step


def add_key(*, by: User, name: str, credential: Credential) -> SecondFactor:
    """Take a passkey or security key into use."""
    return _add(
        by,
        SecondFactor(user=by, kind=KEY, name=name, secret=credential.public, counter=credential.count),
    )


def _add(by: User, factor: SecondFactor) -> SecondFactor:
    fields.check(factor)
    with attributed(by=by, reason="second factor added"):
        factor.save(force_insert=True)
        _tell(by, _("The sign-in app or key “{name}” was added to your account.").format(name=factor.name))
    return factor


def remove(*, by: User, factor: int) -> SecondFactor:
    """Take one of one's own out of use."""
    found = of(by).filter(pk=factor).first()
    if found is None:
        raise Refusal("not_found")
    with attributed(by=by, reason="second factor removed"):
        of(by).filter(pk=factor).update(secret="", removed_at=timezone.now())  # nosec B106
        _tell(by, _("The sign-in app or key “{name}” was removed from your account.").format(name=found.name))
    return found


def end_all(user: User) -> None:
    """Take all that somebody has out of use, recovery codes too: the person has lost them.

    Part of an act on the account, which has its own right. Whoever holds a role that signs sets a new one up
    at the next sign-in.
    """
    now = timezone.now()
    of(user).update(secret="", removed_at=now)  # nosec B106
    RecoveryCode.objects.filter(user=user, ended_at__isnull=True).update(ended_at=now)
    _tell(user, _("Your administrator removed the sign-in apps and keys of your account."))


def reconceal(*, by: CommandLine) -> int:
    """Conceal the keys of all apps by the secret of today; how many there were.

    Raise InvalidToken, with nothing changed, when one can be read by neither secret.
    """
    with attributed(by=by, reason="concealed anew"):
        factors = SecondFactor.objects.filter(kind=APP, removed_at__isnull=True).select_for_update()
        for factor in factors:
            factor.secret = conceal_anew(factor.secret)
            factor.save(update_fields=["secret"])
        return len(factors)


def new_recovery_codes(*, by: User) -> list[str]:
    """Ten codes to keep on paper, shown this once; earlier ones end."""
    codes = [_new_code() for _each in range(RECOVERY_CODES)]
    rows = [
        RecoveryCode(user=by, beginning=code[:4], hash=hashers.make_password(code.replace("-", "")))
        for code in codes
    ]
    with attributed(by=by, reason="recovery codes made"):
        RecoveryCode.objects.filter(user=by, ended_at__isnull=True).update(ended_at=timezone.now())
        RecoveryCode.objects.bulk_create(rows)
    return codes


def open_recovery_codes(user: User) -> int:
    """How many can still be used."""
    return RecoveryCode.objects.filter(user=user, ended_at__isnull=True).count()


def _new_code() -> str:
    code = b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode()
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def _tell(user: User, sentence: str) -> None:
    subject = _("Fascicle: how you sign in has changed")
    notices.tell([user.email], subject, sentence, _("If this was not you, tell your administrator at once."))
