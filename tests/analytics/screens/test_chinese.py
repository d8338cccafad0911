from urllib.parse import quote

import pytest
from django.urls import reverse
from django.utils.translation import override

from analytics.services.refit import refit
from tests.analytics import measured
from tests.analytics.brief import brief_supplements, calculate_beside
from tests.cast import Cast
from tests.config.test_chinese_pages import english, visit
from trial.audit import positions


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["sensitivity", "diagnostics", "influence", "planning", "report"])
def test_what_stands_beside_the_estimates_is_chinese(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    brief_supplements(monkeypatch)
    measured.pain(cast, (*measured.PAIN, (10, 10, 0, 10)))
    refit("pain")
    calculate_beside("pain")
    with override("en-gb"):
        query = f"?position={quote(str(positions.current()))}" if name == "report" else ""
        page = visit(reverse(f"results-{name}") + query, cast.investigator)
        assert "<figure" in page
        assert english(page) == []
