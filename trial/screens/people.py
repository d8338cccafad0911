from django.http import HttpRequest

from trial.models import User


def person_of(request: HttpRequest) -> User:
    """The signed-in person; for views behind `login_required`, so there is one."""
    assert isinstance(request.user, User)
    return request.user
