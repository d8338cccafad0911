"""Each number on the results page is one that the engine gives for the same data, or it is not there.

The page is read piece by piece: text with a digit that stands in a place which no test knows fails, and in a
known place the numbers must be exactly those expected, in their order.
"""

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO

import pytest
from django.test import Client
from django.urls import reverse

from analytics import mixed
from analytics.datasets import vectors
from analytics.datasets.vectors import Dataset
from analytics.models import Run
from analytics.services.refit import refit
from analytics.version import CODE_VERSION
from tests import answers, journey
from tests.analytics.screens.tree import Element, parse
from trial.models import Record, User
from trial.protocol import STUDY
from trial.protocol.analyses import Analysis

pytestmark = pytest.mark.django_db(transaction=True)

NUMBER = re.compile(r"[<>]?−?\d+(?:\.\d+)?(?: × 10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?")
SITE = "01 Demo Hospital North"
ADJUSTMENT: mixed.AdjustmentName = "multivariate-t"
CORRECTED = ("01-005", 9)


@dataclass(frozen=True)
class Truth:
    """What the engine says of the data that are in the database now."""

    analysis: Analysis
    dataset: Dataset
    statistics: mixed.Statistics
    result: mixed.Result
    means: dict[str, mixed.Estimate]
    changes: dict[str, mixed.Estimate]

    def of_change(self, visit: str) -> list[str]:
        found = self.changes.get(visit)
        if found is None:
            return ["–"] * 7
        adjusted = found.adjusted[ADJUSTMENT]
        return [
            *(two(found.estimate), span(found), two(found.se), f"{found.df:.1f}", chance(found.p)),
            *(f"{two(adjusted.lower)} to {two(adjusted.upper)}", chance(adjusted.p)),
        ]


def truth(outcome: str) -> Truth:
    analysis = STUDY.analysis(outcome)
    assert analysis is not None
    dataset = vectors.read(analysis)
    statistics = mixed.Statistics.build(
        visits=analysis.visits,
        precision=analysis.precision,
        vectors=(vector.values for vector in dataset.vectors),
    )
    result = mixed.fit(
        statistics,
        mixed.ModelSpec(covariance="un", method="REML", df_method="kenward-roger", information="observed"),
    )
    return Truth(
        analysis,
        dataset,
        statistics,
        result,
        {each.label.visit: each for each in result.means()},
        {each.label.visit: each for each in result.changes("BL", [ADJUSTMENT])},
    )


def two(value: float) -> str:
    """Two decimals, a true minus sign."""
    return f"{value:.2f}".replace("-", "−")


def span(estimate: mixed.Estimate) -> str:
    return f"{two(estimate.lower)} to {two(estimate.upper)}"


def chance(p: float) -> str:
    """Three decimals, or that it is below the smallest of them."""
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def numbers(text: str) -> list[str]:
    """All numbers but those in names: of visits, items, sites and of methods."""
    names = [SITE, CODE_VERSION, *(analysis.item for analysis in STUDY.analyses)]
    for visit in STUDY.schedule.visits:
        names += [visit.label, visit.label.lower(), visit.code]
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, " ")
    return NUMBER.findall(text)


@pytest.fixture
def page(demonstration: None, client: Client) -> Element:
    """Every outcome fitted, pain again after a correction."""
    for analysis in STUDY.analyses:
        refit(analysis.outcome)
    investigator = User.objects.get(username="investigator")
    code, value = CORRECTED
    record = Record.objects.get(participant__code=code, visit__code="W12", form="pain")
    form = answers.pain(value)
    journey.save(investigator, record.participant, "W12", "pain", form, record.version, reason="Read again")
    refit("pain")
    client.force_login(investigator)
    return parse(client.get(reverse("results-analyses")).content.decode())


def test_each_number_on_the_page_is_the_engines(page: Element, subtests: pytest.Subtests) -> None:
    for analysis in STUDY.analyses:
        (panel,) = page.elements("section", **{"data-outcome": analysis.outcome})
        run = Run.objects.filter(outcome=analysis.outcome).latest("pk")
        found, expected = places(panel), expectations(truth(analysis.outcome), run)
        assert found.keys() <= expected.keys(), found.keys() - expected.keys()
        for place, wanted in expected.items():
            with subtests.test(outcome=analysis.outcome, place=place):
                assert found.get(place, []) == wanted


def places(panel: Element) -> dict[str, list[str]]:
    """The numbers of each place, in the order of the page."""
    found: dict[str, list[str]] = {}
    for element, text in panel.texts():
        if re.search(r"\d", text):
            found.setdefault(place_of(element), []).extend(numbers(text))
    return {place: seen for place, seen in found.items() if seen}


def place_of(element: Element) -> str:
    """Where somebody would say that a text stands."""
    around = list(element.ancestors())
    for each in around:
        if each.tag in ("caption", "desc", "figcaption", "summary"):
            return (
                f"{each.tag} {'of changes' if any('shifts' in a.classes() for a in around) else ''}".strip()
            )
        if each.tag == "tr":
            return "shifts" if "shifts" in around[around.index(each) + 2].classes() else "table"
        if each.tag == "dd":
            return next(each.parent.elements("dt")).text() if each.parent else ""
        for name in ("tick", "looks", "lead-sentence", "fitted-to", "since", "methods"):
            if name in each.classes():
                return name
    return f"<{element.tag}> {element.text()[:60]}"


def expectations(truth: Truth, run: Run) -> dict[str, list[str]]:
    """For each place the numbers that belong there."""
    analysis, result = truth.analysis, truth.result
    last = analysis.visits[-1]
    change = truth.changes[last]
    counts = [str(truth.statistics.n_observations), str(truth.statistics.n_participants)]
    is_pain = analysis.outcome == "pain"
    looks = "2" if is_pain else "1"
    low, high = map(str, analysis.scale)
    several = len(truth.changes) > 1
    return {
        "looks": [looks],
        "desc": [
            *(number for mean in truth.means.values() for number in (two(mean.estimate), *ends(mean))),
            str(len(truth.dataset.vectors)),
        ],
        "tick": list(ticks(truth)),
        "figcaption": ["95"],
        "lead-sentence": [
            *(two(truth.means["BL"].estimate), two(truth.means[last].estimate)),
            *(two(change.estimate), "95", *ends(change)),
        ],
        "fitted-to": [*counts, *numbers(f"{run.fitted_at:%-d %B %Y, %H:%M:%S}")],
        "since": [two(abs(change.estimate - before(run)["change", last]))] if is_pain else [],
        "caption": ["95"],
        "table": [number for visit in analysis.visits for number in numbers(" ".join(row(truth, visit)))],
        "shifts": list(shifts(truth, run)) if is_pain else [],
        "summary": [str(previous(run).pk)] if is_pain else [],
        "Declared": ["95"],
        "Search": [str(result.iterations), power(result.gradient_norm), three(result.log_likelihood)],
        "Parameters": [numbers(three(float(value)))[0] for value in result.theta],
        "Run": [str(run.pk)],
        "Data": numbers(
            f"position {run.position}, hash {truth.dataset.content_hash()[:12]}, "
            f"statistics {truth.statistics.digest()[:12]}"
        ),
        "methods": [
            *(low, high, *counts, "95"),
            *([str(len(truth.changes))] if several else []),
            *([looks] if is_pain else []),
        ],
    }


def ends(estimate: mixed.Estimate) -> tuple[str, str]:
    return two(estimate.lower), two(estimate.upper)


def three(value: float) -> str:
    return f"{value:.3f}".replace("-", "−")


def power(value: float) -> str:
    digits, exponent = f"{value:.1e}".split("e")
    return f"{digits} × 10{str(int(exponent)).translate(str.maketrans('-0123456789', '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'))}"


def row(truth: Truth, visit: str) -> list[str]:
    """The cells of a line of the table."""
    (seen,) = (each for each in truth.statistics.observed() if each.visit == visit)
    assert seen.mean is not None
    assert seen.sd is not None
    mean = truth.means[visit]
    observed = [str(seen.n), two(seen.mean), two(seen.sd)]
    return [*observed, two(mean.estimate), span(mean), *truth.of_change(visit)]


def ticks(truth: Truth) -> Iterator[str]:
    """The value axis, then for each visit its planned day and its number of values."""
    values = [float(v) for vector in truth.dataset.vectors for v in vector.values if v is not None]
    tallest = max(*values, *(mean.upper for mean in truth.means.values()))
    step = {"pain": 2, "motion": 20, "disability": 10}[truth.analysis.outcome]
    yield "0"
    top = step
    while top - step < tallest:
        yield str(top)
        top += step
    for seen in truth.statistics.observed():
        visit = STUDY.schedule.visit(seen.visit)
        assert visit is not None
        yield from (str(visit.offset), str(seen.n))


def previous(run: Run) -> Run:
    return Run.objects.filter(outcome=run.outcome, pk__lt=run.pk).latest("pk")


def before(run: Run) -> dict[tuple[str, str], float]:
    return {(each.kind, each.visit): each.estimate for each in previous(run).estimates.all()}


def shifts(truth: Truth, run: Run) -> Iterator[str]:
    yield from (str(previous(run).pk), str(run.pk))
    kinds = (("mean", truth.means), ("change", truth.changes))
    for kind, estimates in kinds:
        for visit, now in estimates.items():
            was = before(run)[kind, visit]
            yield from (two(was), two(now.estimate))
            if was != now.estimate:
                moved = abs(now.estimate - was)
                yield two(moved) if moved >= 0.005 else "0.01"


def test_the_cells_of_the_table_stand_where_they_belong(page: Element) -> None:
    """Numbers in their order could still stand in the wrong column."""
    for analysis in STUDY.analyses:
        expected = truth(analysis.outcome)
        (panel,) = page.elements("section", **{"data-outcome": analysis.outcome})
        for line in panel.elements("tr"):
            if visit := line.attributes.get("data-visit"):
                assert [cell.text() for cell in line.elements("td")] == row(expected, visit)


def test_the_table_to_take_along_has_the_engines_numbers_to_the_last_digit(
    page: Element, client: Client
) -> None:
    for analysis in STUDY.analyses:
        expected = truth(analysis.outcome)
        content = client.get(reverse("results-estimates", args=[analysis.outcome])).content.decode()
        lines = list(csv.DictReader(StringIO(content)))
        assert [line["visit"] for line in lines] == list(analysis.visits)
        for line in lines:
            assert_exact(line, "mean", expected.means[line["visit"]])
            if change := expected.changes.get(line["visit"]):
                assert_exact(line, "change", change)


def assert_exact(line: dict[str, str], kind: str, estimate: mixed.Estimate) -> None:
    """Each cell of the line gives back the very number."""
    wanted = {name: getattr(estimate, name) for name in ("estimate", "se", "df", "lower", "upper")}
    if kind == "change":
        adjusted = estimate.adjusted[ADJUSTMENT]
        wanted |= {"statistic": estimate.statistic, "p": estimate.p, "p_adjusted": adjusted.p}
        wanted |= {"lower_adjusted": adjusted.lower, "upper_adjusted": adjusted.upper}
    assert {name: float(line[f"{kind}_{name}"]) for name in wanted} == wanted


def test_the_means_are_drawn_at_the_height_of_their_numbers(page: Element) -> None:
    for analysis in STUDY.analyses:
        expected = truth(analysis.outcome)
        (panel,) = page.elements("section", **{"data-outcome": analysis.outcome})
        height = scale(panel)
        dots = [float(dot.attributes["cy"]) for dot in panel.elements("circle", class_="mean-dot")]
        bars = list(panel.elements("line", class_="mean-bar"))
        for dot, bar, mean in zip(dots, bars, expected.means.values(), strict=True):
            drawn = dot, float(bar.attributes["y1"]), float(bar.attributes["y2"])
            wanted = [height(value) for value in (mean.estimate, mean.lower, mean.upper)]
            assert drawn == pytest.approx(wanted, abs=0.06)


def scale(panel: Element) -> Callable[[float], float]:
    """From a value to its height, by the first and the last tick of the value axis."""
    marks = [each for each in panel.elements("text", class_="tick") if "dy" in each.attributes]
    (low, at_low), *_, (high, at_high) = ((float(m.text()), float(m.attributes["y"])) for m in marks)
    return lambda value: at_low + (value - low) / (high - low) * (at_high - at_low)
