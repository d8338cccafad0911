from rest_framework.request import Request

from trial.models import User


def user_of(request: Request) -> User:
    """The signed-in person; authentication is required everywhere, so there is one."""
    assert isinstance(request.user, User)
    return request.user
