"""What the rules of conduct ask of a study that is open and has one arm."""

import pytest

from tests import journey
from tests.cast import Cast
from tests.client import client
from trial.access import RIGHTS, Right, Role
from trial.protocol import STUDY

DEAL_WITH_SITES = (Role.MONITOR, Role.DATA_MANAGER, Role.MEDICAL_MONITOR)


@pytest.mark.requirement("E6.9")
def test_in_the_pilot_there_is_nothing_to_unblind() -> None:
    assert len(STUDY.arms) == 1
    assert RIGHTS[Role.UNBLINDED_STATISTICIAN] == RIGHTS[Role.STATISTICIAN]


@pytest.mark.requirement("E6.9", "E6.15")
@pytest.mark.parametrize("role", DEAL_WITH_SITES)
def test_who_deals_with_sites_has_no_right_to_estimates(role: Role) -> None:
    assert Right.VIEW_ESTIMATES not in RIGHTS[role]


@pytest.mark.django_db
@pytest.mark.requirement("E6.15")
def test_who_deals_with_sites_is_refused_estimates(cast: Cast) -> None:
    for role in DEAL_WITH_SITES:
        reader = client(cast.with_role(role))
        assert reader.get("/api/v1/analyses/").status_code == 403
        described = reader.get("/api/v1/description/")
        # of one arm, the share that responded is as good as an estimate
        assert described.status_code == 403 or described.json()["responders"] == []


@pytest.mark.django_db
@pytest.mark.requirement("E6.21")
def test_the_treatment_of_one_participant_is_read_by_the_code_alone(cast: Cast) -> None:
    treated, other = journey.injected(cast), journey.injected(cast)
    for who in (cast.investigator, cast.medical_monitor):
        answer = client(who).get(f"/api/v1/participants/{treated.code}/visits/INJ/forms/injection/")
        assert answer.status_code == 200
        assert other.code not in answer.content.decode()
