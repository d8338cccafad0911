import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from trial.access import RIGHTS, Right, Role

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_administrator_sees_the_people_and_roles_of_their_sites(cast: Cast, client: Client) -> None:
    client.force_login(cast.administrator)
    shown = client.get(reverse("accounts")).content.decode()
    assert "01 North" in shown
    assert "Mona North" in shown
    assert "Frida Formerly" in shown
    assert "South" not in shown


@pytest.mark.parametrize("role", [role for role in Role if Right.VIEW_ACCOUNTS not in RIGHTS[role]])
def test_nobody_else_does(cast: Cast, client: Client, role: Role) -> None:
    client.force_login(cast.with_role(role))
    answer = client.get(reverse("accounts"))
    assert answer.status_code == 403
    assert "see accounts and memberships" in answer.content.decode()
