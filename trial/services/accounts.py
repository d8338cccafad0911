"""Acts on accounts: making and closing one, giving and ending its roles, its password.

Nobody acts on the own account but by changing the own password, and an administrator acts at the sites of the
own role alone. Whoever loses an account, or the last role, is signed out everywhere at once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from django.conf import settings
from django.contrib.auth import hashers
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from trial.access import Right, Role, check_right, held
from trial.audit.context import CommandLine, attributed
from trial.models import Membership, Site, User
from trial.refusals import Refusal
from trial.selectors import accounts as selector
from trial.services import fields, notices, second_factors, sessions, tokens

# How long after its first day a role may still be entered: a delegation on paper is copied within a month.
MOST_LATE = timedelta(days=30)


def create(
    *,
    by: User | CommandLine,
    username: str,
    full_name: str,
    email: str = "",
    password: str | None = None,
    is_demo: bool = False,
    reason: str = "",
) -> User:
    """Make an account. Without a password nobody can sign in with it until one is set by e-mail.

    The user name is kept in small letters. The command line gives no reason: whoever has it, has everything.
    """
    _check_may_manage(by)
    _check_reason_of(by, reason)
    username = username.lower()
    user = User(username=username, full_name=full_name, email=email, is_demo=is_demo)
    if password is None:
        user.set_unusable_password()
    else:
        _check_password(password, user)
        user.set_password(password)
    fields.check(user)
    with attributed(by=by, reason=reason):
        user.save(force_insert=True)
        said = _("{by} made the account “{username}” of {person}, with the e-mail address {email}.")
        given = {"username": username, "person": full_name, "email": email or "–"}
        _tell_others(by, said.format(by=by.full_name, **given))
    return user


def give_role(
    *,
    by: User | CommandLine,
    user: User,
    site: Site,
    role: Role,
    valid_from: date | None = None,
    valid_to: date | None = None,
    reason: str = "",
) -> Membership:
    """Give a person a role at a site, from a day (today when none is given) to another.

    A delegation may be entered some days late. It gives no right of then, and the list says that it was late.
    """
    _check_may_manage(by, site)
    if by.pk == user.pk:
        raise Refusal("right", right=_("give yourself a role"))
    _check_may_touch(by, user)
    _check_reason_of(by, reason)
    start = valid_from or site.today()
    _check_not_late(by, start, site)
    with attributed(by=by, reason=reason):
        given = Membership.objects.create(
            user=user, site=site, role=role.value, valid_from=start, valid_to=valid_to
        )
        said = _("{by} gave {person} (“{username}”) the role “{role}” at {site}.")
        role_name, person = _(role.label), user.full_name
        _tell_others(
            by,
            said.format(by=by.full_name, person=person, username=user.username, role=role_name, site=site),
            site,
        )
    return given


def end_role(
    *, by: User | CommandLine, membership: Membership, last_day: date | None = None, reason: str
) -> Membership:
    """Let a role end with today or a day to come; at once, when none is given. Then it never holds again."""
    _check_may_manage(by, membership.site)
    if by.pk == membership.user_id:
        raise Refusal("right", right=_("change your own roles"))
    _check_reason(reason)
    today = membership.site.today()
    with attributed(by=by, reason=reason):
        locked = Membership.objects.select_for_update().select_related("site").get(pk=membership.pk)
        if selector.ended(locked):
            raise Refusal("role_over", day=date_format(locked.last_day or today))
        if last_day is None:
            locked.ended_at = timezone.now()
        elif last_day < today:
            raise Refusal("role_ends_before")
        else:
            locked.valid_to = last_day
        locked.save(update_fields=["valid_to", "ended_at"])
        _sign_out_without_role(locked.user)
    return locked


def close(*, by: User | CommandLine, user: User, reason: str) -> None:
    """Let nobody sign in with an account any more. Its sessions and tokens end at once; its acts stay."""
    with _acting_on(by, user, reason) as locked:
        if not locked.is_active:
            raise Refusal("account_already", person=locked.full_name, state=_("closed"))
        locked.is_active = False
        locked.save(update_fields=["is_active"])
        _sign_out(locked)


def reopen(*, by: User | CommandLine, user: User, reason: str) -> None:
    """Let a person sign in again."""
    with _acting_on(by, user, reason) as locked:
        if locked.is_active:
            raise Refusal("account_already", person=locked.full_name, state=_("open"))
        locked.is_active = True
        locked.save(update_fields=["is_active"])


def forget_password(*, by: User | CommandLine, user: User, reason: str) -> None:
    """Make the password of an account unusable: only the person can set a new one, by a link (11.200(a)(3)).

    Sessions and tokens end at once.
    """
    check_address(user)
    with _acting_on(by, user, reason) as locked:
        locked.set_unusable_password()
        locked.password_changed_at = timezone.now()
        locked.save(update_fields=["password", "password_changed_at"])
        _sign_out(locked)


def reset_second_factor(*, by: User | CommandLine, user: User, reason: str) -> None:
    """Take the second factors of who has lost them out of use. Sessions and tokens end at once."""
    with _acting_on(by, user, reason) as locked:
        second_factors.end_all(locked)
        _sign_out(locked)


def check_address(user: User) -> None:
    """Raise Refusal when no link could be sent."""
    if not user.email:
        raise Refusal("no_address", person=user.full_name)


def change_password(*, user: User, password: str) -> None:
    """Set one's own password, after the caller has made sure of the person. One's sessions and tokens end."""
    _check_password(password, user)
    user.set_password(password)
    user.password_changed_at = timezone.now()
    with attributed(by=user, reason="password changed"):
        user.save(update_fields=["password", "password_changed_at"])
        _sign_out(user)


def renew_hash(*, user: User, password: str) -> None:
    """Hash a password that was right just now anew, where hashing has become slower since."""
    preferred = hashers.get_hasher()
    same = hashers.identify_hasher(user.password).algorithm == preferred.algorithm
    if same and not preferred.must_update(user.password):
        return
    user.password = hashers.make_password(password)
    with attributed(by=user, reason="password rehashed"):
        user.save(update_fields=["password"])


def _check_may_manage(by: User | CommandLine, site: Site | None = None) -> None:
    if isinstance(by, User):
        check_right(by, Right.MANAGE_ACCOUNTS, site)


def _tell_others(by: User | CommandLine, sentence: str, site: Site | None = None) -> None:
    """No administrator makes an account or gives a role unseen: the others of all sites of `by` hear of the
    one, those of the site of the other; and who runs the server, where none of them has an address.
    """
    if isinstance(by, User):
        told = selector.other_administrators(by, site)
        others = [each.email for each in told if each.email]
        operators = [address for _name, address in settings.ADMINS]
        advice = _("If this was not agreed, look into it: the audit trail says who did what, and when.")
        notices.tell(others or operators, _("Fascicle: an account or a role is new"), sentence, advice)


def _check_may_touch(by: User | CommandLine, user: User) -> None:
    if isinstance(by, User) and not selector.manages(by, user):
        raise Refusal("not_found")


@contextmanager
def _acting_on(by: User | CommandLine, user: User, reason: str) -> Iterator[User]:
    """The account of somebody else, locked for one act; raises Refusal when the act is not for `by` to do."""
    _check_may_manage(by)
    if by.pk == user.pk:
        raise Refusal("own_account")
    _check_may_touch(by, user)
    _check_reason(reason)
    with attributed(by=by, reason=reason):
        yield User.objects.select_for_update().get(pk=user.pk)


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise Refusal("account_reason")


def _check_reason_of(by: User | CommandLine, reason: str) -> None:
    if isinstance(by, User):
        _check_reason(reason)


def _check_not_late(by: User | CommandLine, start: date, site: Site) -> None:
    first = site.today() - MOST_LATE
    if isinstance(by, User) and start < first:
        raise Refusal("role_too_late", most=MOST_LATE.days, day=date_format(first))


def _sign_out(user: User) -> None:
    sessions.end_all(user)
    tokens.end_all(user)


def _sign_out_without_role(user: User) -> None:
    if not held(User.objects.get(pk=user.pk)):
        _sign_out(user)


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refusal("malformed", problem=" ".join(error.messages)) from error
