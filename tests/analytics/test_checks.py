import pytest
from django.core.checks import run_checks
from pytest_django import Settings


@pytest.mark.parametrize(
    ("debug", "admins", "found"),
    [
        (False, [], ["analytics.W001"]),
        (False, [("a@example.org", "a@example.org")], []),
        (True, [], []),
    ],
)
def test_a_server_whose_alarms_reach_nobody_is_warned_of(
    settings: Settings, debug: bool, admins: list[tuple[str, str]], found: list[str]
) -> None:
    settings.DEBUG, settings.ADMINS = debug, admins
    ours = [each.id for each in run_checks(include_deployment_checks=True) if each.id == "analytics.W001"]
    assert ours == found
