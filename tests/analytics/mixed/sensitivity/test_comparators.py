import pytest

from analytics.mixed import ModelSpec, NotEstimable, fit
from analytics.mixed.people import Person
from analytics.mixed.sensitivity import compare
from tests.analytics.mixed import trials

SPEC = ModelSpec(fallbacks=("cs",))


def test_completers_are_those_with_every_value() -> None:
    persons = trials.one_arm(61, 40)
    whole = trials.statistics(persons)
    found = compare(fit(whole, SPEC), trials.people(whole, persons), "completers")
    expected = fit(trials.statistics([each for each in persons if None not in each.vector]), SPEC)
    assert found.n_participants < whole.n_participants
    assert found.changes() == expected.changes()


def test_the_last_value_is_carried_forward() -> None:
    persons = trials.one_arm(62, 40)
    whole = trials.statistics(persons)
    found = compare(fit(whole, SPEC), trials.people(whole, persons), "locf")
    carried = []
    for person in persons:
        values = list(person.vector)
        for place in range(1, 4):
            values[place] = values[place - 1] if values[place] is None else values[place]
        carried.append(person._replace(vector=tuple(values)))
    assert found.changes() == fit(trials.statistics(carried), SPEC).changes()


def test_without_a_completer_it_says_so() -> None:
    persons = [Person(f"P{n}", (5 + n % 3, 4 + n % 2, None)) for n in range(8)]
    persons += [Person(f"Q{n}", (5 + n % 2, None, 3 + n % 4)) for n in range(8)]
    whole = trials.statistics(persons, visits=("BL", "W1", "W2"))
    result = fit(whole, ModelSpec(covariance="cs"))
    with pytest.raises(NotEstimable, match="No participant has a value at every visit"):
        compare(result, trials.people(whole, persons), "completers")
