"""The app on the telephone of each person of the cast: codes that serve now."""

import time

import pyotp
from django.utils import timezone

from tests.cast import SECRET
from trial.audit.context import COMMAND_LINE, attributed
from trial.authenticator_app import PERIOD
from trial.models import SecondFactor, User


def code_of(user: User) -> str:
    """The code that the app shows, as if none had been used: a test need not wait half a minute."""
    SecondFactor.objects.filter(user=user).update(counter=0)
    return pyotp.TOTP(SECRET).now()


def wrong_code() -> str:
    """One that the app shows neither now nor a moment before or after."""
    app, period = pyotp.TOTP(SECRET), int(time.time()) // PERIOD
    shown = {app.generate_otp(period + offset) for offset in range(-2, 3)}
    return next(code for code in map("{:06}".format, range(9)) if code not in shown)


def lose(user: User) -> None:
    """From now on the person has no second factor."""
    with attributed(by=COMMAND_LINE, reason="lost"):
        SecondFactor.objects.filter(user=user).update(secret="", removed_at=timezone.now())
