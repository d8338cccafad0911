import statistics

import pytest

from analytics.description import Share, Trait, summary
from tests import answers, journey
from tests.analytics import measured
from tests.analytics.measured import everybody
from tests.cast import Cast
from trial.models import Participant

pytestmark = pytest.mark.django_db(transaction=True)


def trait(label: str) -> Trait:
    return next(each for each in summary(everybody()).baseline if each.label == label)


def told(cast: Cast, participant: Participant, **changes: object) -> None:
    journey.save(cast.investigator, participant, "SCR", "demographics", answers.demographics(**changes))
    operated = answers.surgery(journey.day_of(participant, "SCR"))
    journey.save(cast.investigator, participant, "SCR", "surgery", operated)


def test_every_trait_is_counted_over_the_treated(cast: Cast) -> None:
    people = measured.pain(cast, measured.PAIN[:3])
    journey.enrolled(cast)
    told(cast, people[0], sex="M", height="180", weight="81", paindur=12, diab="Y", smoke="NEVER")
    told(cast, people[1], height=None, weight=None, smoke="CURRENT")
    told(cast, people[2])
    sex = trait("Sex")
    assert (dict(sex.shares), sex.missing) == ({"Male": Share(1, 3), "Female": Share(2, 3)}, 0)
    bmi = trait("Body mass index")
    assert bmi.spread is not None
    assert (bmi.spread.n, bmi.spread.low, bmi.spread.high, bmi.missing) == (2, 22.8, 25.0, 1)
    months = trait("Time since the pain began")
    assert months.spread is not None
    assert (months.spread.mean, months.spread.median) == (24.0, 30.0)
    assert months.spread.sd == pytest.approx(statistics.stdev([12, 30, 30]))
    assert dict(trait("Diabetes").shares) == {"Yes": Share(1, 3), "No": Share(2, 3)}
    assert dict(trait("Takes an anticoagulant").shares) == {"Yes": Share(0, 3), "No": Share(3, 3)}
    smoking = trait("Smoking")
    assert (dict(smoking.shares), smoking.missing) == (
        {"Never": Share(1, 2), "Current": Share(1, 2)},
        1,
    )
    operations = trait("Earlier lumbar operations")
    assert operations.spread is not None
    assert (operations.spread.n, operations.spread.mean) == (3, 1.0)
    pain = trait("Pain intensity")
    assert pain.spread is not None
    assert (pain.spread.n, pain.spread.mean, pain.spread.low, pain.spread.high) == (3, 7.0, 6.0, 8.0)
    flexion = trait("Lumbar flexion")
    assert flexion.spread is not None
    assert (flexion.spread.n, flexion.missing) == (0, 3)


def test_operations_that_nobody_was_asked_about_are_not_none(cast: Cast) -> None:
    people = measured.pain(cast, measured.PAIN[:3])
    told(cast, people[0])
    none = answers.form({"surgyn": "N"})
    journey.save(cast.investigator, people[1], "SCR", "surgery", none)
    operations = trait("Earlier lumbar operations")
    assert operations.spread is not None
    assert (operations.spread.n, operations.spread.mean, operations.missing) == (2, 0.5, 1)


def test_age_is_that_of_the_day_of_consent(cast: Cast) -> None:
    participant = journey.injected(cast)
    told(cast, participant)
    consent = journey.day_of(participant, "SCR")
    age = trait("Age at consent").spread
    assert age is not None
    assert age.mean == consent.year - 1975
