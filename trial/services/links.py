"""Links with which people set a password: asked for by themselves, or for them by an administrator.

Nobody learns by asking whether an address has an account: each request does the same, and the mails leave
from the background.
"""

from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from trial.models import User
from trial.refusals import Refusal
from trial.services import tallies

# In an hour: of one mailbox, and by one address of the network, behind which a whole hospital may sit.
MOST_OF_MAILBOX = 3
MOST_OF_CLIENT = 30

ASKED = "trial/password_reset_email.txt"
GIVEN = "trial/password_link_email.txt"


def asked(*, email: str, client: str) -> list[int]:
    """The accounts that get a link because somebody typed this e-mail address: none once it is enough.

    Raise Refusal when `client`, an address of the network, asks for too many.
    """
    if not tallies.within("links of client", client, MOST_OF_CLIENT):
        raise Refusal("throttled", seconds=int(tallies.SPAN.total_seconds()))
    enough = not tallies.within("links of mailbox", email.lower(), MOST_OF_MAILBOX)
    found = list(_open().filter(email__iexact=email).values_list("pk", flat=True))
    return [] if enough else found


def send(*, users: list[int], mail: str, origin: str) -> int:
    """Mail each of these accounts its link to `origin`, in the language that is active; how many left."""
    people = _open().filter(pk__in=users).exclude(email="")
    return sum(_send(person, mail, origin) for person in people)


def _open() -> QuerySet[User]:
    return User.objects.filter(is_active=True)


def _send(person: User, mail: str, origin: str) -> int:
    number = urlsafe_base64_encode(force_bytes(person.pk))
    way = reverse("password-set", args=[number, default_token_generator.make_token(person)])
    said = render_to_string(mail, {"user": person, "link": f"{origin}{way}"})
    subject = render_to_string("trial/password_reset_subject.txt").strip()
    return send_mail(subject, said, None, [person.email])
