"""Each number on the pages beside the estimates, and in the report, is one that the engine gave.

`tests/analytics/supplements` holds what is stored against the engine; here every piece of text with a digit
must stand in a place that is known, and hold exactly the numbers stored, in their order.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from analytics.models import Supplement
from analytics.services.refit import refit
from analytics.supplements import PARTS
from tests.analytics.brief import NAMED, brief_supplements, calculate_beside
from tests.analytics.screens.test_traced import chance, numbers, row, truth
from tests.analytics.screens.test_traced import two as signed
from tests.analytics.screens.tree import Element, parse
from tests.forms_app.paper.pdf import squeezed, words
from trial.models import Participant, User
from trial.protocol import STUDY
from trial.protocol.analyses import Analysis

pytestmark = pytest.mark.django_db(transaction=True)

Content = dict[str, Any]


@dataclass(frozen=True)
class Pages:
    """Each page by its part, and the report; `pdf` is the text of its file."""

    parts: dict[str, Element]
    report: Element
    pdf: str


@pytest.fixture
def pages(demonstration: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> Pages:
    brief_supplements(monkeypatch)
    for analysis in STUDY.analyses:
        refit(analysis.outcome)
        calculate_beside(analysis.outcome)
    client.force_login(User.objects.get(username="statistician"))
    report = client.get(reverse("results-report"), follow=True)
    position = report.request["QUERY_STRING"]
    return Pages(
        {part: parse(client.get(reverse(f"results-{part}")).content.decode()) for part in PARTS},
        parse(report.content.decode()),
        words(client.get(f"{reverse('results-report-pdf')}?{position}").content),
    )


def section(page: Element, analysis: Analysis) -> Element:
    (found,) = page.elements("section", **{"data-outcome": analysis.outcome})
    return found


def content(part: str, analysis: Analysis) -> Content:
    found: Content | None = Supplement.objects.get(part=part, outcome=analysis.outcome).content
    assert found is not None
    return found


def test_each_number_is_one_that_was_calculated(pages: Pages, subtests: pytest.Subtests) -> None:
    for part, expected_of in EXPECTED.items():
        for analysis in STUDY.analyses:
            found = places(section(pages.parts[part], analysis))
            expected = expected_of(analysis, content(part, analysis))
            expected["provenance-line"] = provenance(part, analysis)
            assert found.keys() <= expected.keys(), (part, found.keys() - expected.keys())
            for place, wanted in expected.items():
                with subtests.test(part=part, outcome=analysis.outcome, place=place):
                    assert found.get(place, []) == wanted


def places(panel: Element) -> dict[str, list[str]]:
    """The numbers of each place but the axes, in the order of the page; codes of participants are names."""
    codes = [str(code) for code in Participant.objects.values_list("code", flat=True)]
    found: dict[str, list[str]] = {}
    for element, text in panel.texts():
        for code in codes:
            text = text.replace(code, " ")
        if re.search(r"\d", text):
            found.setdefault(place_of(element), []).extend(numbers(text))
    return {place: seen for place, seen in found.items() if seen and place != "axis"}


def place_of(element: Element) -> str:
    """Where somebody would say that a text stands."""
    for each in element.ancestors():
        if each.tag in ("caption", "desc", "tr", "li", "title", "progress"):
            return each.tag
        if each.tag == "figcaption":
            return "desc"
        if each.tag == "dd":
            return next(each.parent.elements("dt")).text() if each.parent else ""
        if "tick" in each.classes():
            figure = next(around for around in each.ancestors() if around.tag == "figure")
            is_words = "forest" in figure.classes() and each.attributes.get("text-anchor") == "end"
            return "forest" if is_words else "axis"
        for name in ("lead-sentence", "provenance-line", "notice", "hint"):
            if name in each.classes():
                return name
        if each.tag == "p":
            return "said"
    return f"<{element.tag}> {element.text()[:60]}"


def provenance(part: str, analysis: Analysis) -> list[str]:
    supplement = Supplement.objects.get(part=part, outcome=analysis.outcome)
    assert supplement.ended_at is not None
    said = f"{supplement.ended_at:%-d %B %Y, %H:%M} {supplement.position} {supplement.data_hash[:12]}"
    return numbers(said)


def one(value: float) -> str:
    return f"{value:.1f}".replace("-", "−")


def two(value: float) -> str:
    """What rounds to nothing has no sign."""
    return signed(round(value, 2) + 0.0)


def sensitivity(analysis: Analysis, found: Content) -> dict[str, list[str]]:
    last = [
        (each["estimate"], each["lower"], each["upper"])
        for model in found["models"]
        for each in model["estimates"]
        if each["visit"] == analysis.visits[-1]
    ]
    tipping = found["tipping"][-1]
    tip = tipping["tips_at"] if tipping["tips_at"] is not None else tipping["deltas"][-1]
    drawn = [two(value) for values in last for value in values]
    return {
        "forest": drawn,
        "desc": drawn,
        "lead-sentence": [] if tipping["already"] else [one(abs(tip))],
        "tr": [
            number for model in found["models"] for each in model["estimates"] for number in of_estimate(each)
        ],
        "hint": [str(found[name]) for name in ("dropouts", "values_after_dropout", "awaited")],
        "Other distributions": [str(found["nodes"])],
        "Multiple imputation": [str(found["imputations"])],
    }


def of_estimate(each: Content) -> list[str]:
    df = [one(each["df"])] if each["df"] is not None else []
    return [
        *(two(each["estimate"]), two(each["lower"]), two(each["upper"]), two(each["se"])),
        *df,
        chance(each["p"]),
    ]


def diagnostics(analysis: Analysis, found: Content) -> dict[str, list[str]]:
    points, residuals = found["quantiles"], found["residuals"]
    outside = sum(not each["lower"] <= each["residual"] <= each["upper"] for each in points)
    far = sum(abs(each["conditional"]) > 3 for each in residuals)
    names = ("marginal", "conditional", "cholesky")
    listed = [each for each in residuals if max(abs(each[name]) for name in names) > 3]
    determined = found["determination"]
    told = [str(outside), str(len(points)), str(len(points)), "95", "5", str(far), str(len(residuals)), "3"]
    rows = [
        [one(each["value"]), *(two(each[name]) for name in ("fitted", *names)), f"{each['leverage']:.3f}"]
        for each in listed
    ]
    return {
        # What the drawing says to who cannot see it, and what stands below it.
        "desc": [*told[:5], *told[:5], *told[5:], *told[5:]],
        "title": [two(each["residual"]) for each in points]
        + [two(each["conditional"]) for each in residuals],
        "Condition number of the fixed effects": [one(determined["effects"])],
        "Condition number of the covariance of the visits": [one(determined["covariance"])],
        "Condition number of the covariance parameters": [one(determined["parameters"])],
        "caption": [str(len(residuals)), "3"] if listed else [],
        "tr": [number for line in rows for number in line],
        "said": [] if listed else [str(len(residuals)), "3"],
    }


def influence(analysis: Analysis, found: Content) -> dict[str, list[str]]:
    people, whole = found["participants"], found["whole"]
    most = max(people, key=lambda each: abs(each["shifts"][-1]))
    last = whole[-1]
    rows = sorted(people, key=lambda each: each["cook"], reverse=True)[:10]
    told = [str(len(people)), f"{max(each['cook'] for each in people):.3f}"]
    return {
        "desc": [*told, *told],
        "lead-sentence": [
            two(last["estimate"] + most["shifts"][-1]),
            *(two(last[name]) for name in ("estimate", "lower", "upper")),
            two(abs(most["shifts"][-1]) / last["se"]),
        ],
        "caption": [str(len(people))],
        "tr": [
            number
            for each in rows
            for number in (
                f"{each['cook']:.3f}",
                *(two(shift) for shift in each["shifts"]),
                two(last["estimate"] + each["shifts"][-1]),
            )
        ],
    }


def planning(analysis: Analysis, found: Content) -> dict[str, list[str]]:
    asked = NAMED[analysis.outcome].next_trial
    sizes = [point["participants"] for point in found["points"]]
    draws = found["assumptions"]
    spread = {
        "Standard deviation, Baseline": "sd_first",
        f"Standard deviation, {label(analysis)}": "sd_last",
        "Correlation of the two": "correlation",
        f"Share still in the trial at {label(analysis)}": "stay",
    }
    return {
        "desc": ["90", "90"],
        "title": [whole(point["observed"]) for point in found["points"]],
        "lead-sentence": [number for needed in found["needed"] for number in of_needed(needed, sizes)],
        "tr": [
            number
            for point in found["points"]
            for number in (
                *(str(point["participants"]), whole(point["power"]), whole(point["lower"])),
                *(whole(point["upper"]), whole(point["observed"]), one(100 * point["se"])),
                str(point["failed"]),
            )
        ],
        "li": ["5", one(found["effect"]), str(len(draws)), str(found["trials"])],
        **{term: of_draws([draw[name] for draw in draws]) for term, name in spread.items()},
        "effect": [] if abs(found["effect"]) == asked.effect else ["another effect"],
    }


def label(analysis: Analysis) -> str:
    visit = STUDY.schedule.visit(analysis.visits[-1])
    assert visit is not None
    return visit.label


def whole(share: float) -> str:
    return f"{100 * share:.0f}"


def of_needed(needed: Content, sizes: list[int]) -> list[str]:
    """No size beyond those that were simulated."""
    power = f"{100 * needed['power']:g}"
    if needed["participants"] is None:
        return [power]
    ends = ("fewest", "most", "participants") if needed["most"] is not None else ("fewest", "participants")
    told = [str(min(max(needed[end], sizes[0]), sizes[-1])) for end in ends]
    beyond = [needed[end] < sizes[0] or needed[end] > sizes[-1] for end in ends]
    same = len(ends) == 3 and told[0] == told[1] and beyond[0] == beyond[1]
    return [power, told[0]] if same else [power, *told]


def of_draws(values: list[float]) -> list[str]:
    """The median and the middle nine tenths, by linear interpolation between the draws."""
    ordered = sorted(values)

    def at(share: float) -> float:
        place = share * (len(ordered) - 1)
        low = int(place)
        high = min(low + 1, len(ordered) - 1)
        return ordered[low] + (place - low) * (ordered[high] - ordered[low])

    return [two(at(0.5)), "90", two(at(0.05)), two(at(0.95))]


EXPECTED: dict[str, Callable[[Analysis, Content], dict[str, list[str]]]] = {
    "sensitivity": sensitivity,
    "diagnostics": diagnostics,
    "influence": influence,
    "planning": planning,
}


def test_dots_are_drawn_where_their_numbers_are(pages: Pages) -> None:
    for analysis in STUDY.analyses:
        quantiles, spread = section(pages.parts["diagnostics"], analysis).elements("figure")
        residuals = content("diagnostics", analysis)
        check_dots(quantiles, [(each["expected"], each["residual"]) for each in residuals["quantiles"]])
        check_dots(spread, [(each["fitted"], each["conditional"]) for each in residuals["residuals"]])
        (moved,) = section(pages.parts["influence"], analysis).elements("figure")
        people = content("influence", analysis)["participants"]
        check_dots(moved, [(each["shifts"][-1], each["cook"]) for each in people])
        foremost = {
            max(people, key=lambda each: abs(each["shifts"][-1]))["participant"],
            max(people, key=lambda each: each["cook"])["participant"],
        }
        assert {name.text() for name in moved.elements("text", class_="name")} == foremost
        (power,) = section(pages.parts["planning"], analysis).elements("figure")
        points = content("planning", analysis)["points"]
        check_dots(power, [(each["participants"], 100 * each["observed"]) for each in points])


def check_dots(figure: Element, pairs: list[tuple[float, float]]) -> None:
    across, up = scales(figure)
    drawn = [(float(dot.attributes["cx"]), float(dot.attributes["cy"])) for dot in figure.elements("circle")]
    expected = [(across(x), up(y)) for x, y in pairs]
    assert len(drawn) == len(expected)
    for seen, wanted in zip(drawn, expected, strict=True):
        assert seen == pytest.approx(wanted, abs=0.2)


def scales(figure: Element) -> tuple[Callable[[float], float], Callable[[float], float]]:
    """From values to places, by the first and the last tick of each axis."""
    marks = [each for each in figure.elements("text", class_="tick") if "name" not in each.classes()]
    across = [each for each in marks if each.attributes.get("text-anchor") == "middle"]
    up = [each for each in marks if "dy" in each.attributes and "faint" not in each.classes()]
    return linear(across, "x"), linear([each for each in up if "x" in each.attributes], "y")


def linear(marks: list[Element], name: str) -> Callable[[float], float]:
    (low, at_low), *_, (high, at_high) = (
        (float(mark.text().replace("−", "-")), float(mark.attributes[name])) for mark in marks
    )
    return lambda value: at_low + (value - low) / (high - low) * (at_high - at_low)


def test_the_forest_is_drawn_where_its_numbers_are(pages: Pages) -> None:
    for analysis in STUDY.analyses:
        figure = next(section(pages.parts["sensitivity"], analysis).elements("figure", class_="forest"))
        ticks = [
            each
            for each in figure.elements("text", class_="tick")
            if each.attributes["text-anchor"] == "middle"
        ]
        across = linear(ticks, "x")
        found = [
            each
            for model in content("sensitivity", analysis)["models"]
            for each in model["estimates"]
            if each["visit"] == analysis.visits[-1]
        ]
        dots = list(figure.elements("circle"))
        bars = list(figure.elements("line", class_="mean-bar"))
        for dot, bar, each in zip(dots, bars, found, strict=True):
            drawn = [float(dot.attributes["cx"]), *(float(bar.attributes[name]) for name in ("x1", "x2"))]
            wanted = [across(each[name]) for name in ("estimate", "lower", "upper")]
            assert drawn == pytest.approx(wanted, abs=0.2)


def test_the_report_says_of_each_part_what_its_page_says(pages: Pages) -> None:
    for analysis in STUDY.analyses:
        chapter = section(pages.report, analysis).text()
        for part, page in pages.parts.items():
            panel = section(page, analysis)
            for tag in ("figure", "table", "dl"):
                for element in panel.elements(tag):
                    assert element.text() in chapter, (part, tag)
            for sentence in panel.elements("p", class_="lead-sentence"):
                assert sentence.text() in chapter


def test_the_report_has_the_estimates_of_the_engine(pages: Pages) -> None:
    for analysis in STUDY.analyses:
        expected = truth(analysis.outcome)
        lines = [
            line for line in section(pages.report, analysis).elements("tr") if "data-visit" in line.attributes
        ]
        assert [line.attributes["data-visit"] for line in lines] == list(analysis.visits)
        for line in lines:
            visit = line.attributes["data-visit"]
            assert [cell.text() for cell in line.elements("td")] == row(expected, visit)


def test_the_file_has_every_number_of_the_report(pages: Pages, subtests: pytest.Subtests) -> None:
    """Row by row: each row of the page's tables stands in the file, its cells in their order."""
    for line in pages.report.elements("tr"):
        cells = [cell.text() for cell in line.elements("td")]
        if any(re.search(r"\d", cell) for cell in cells):
            with subtests.test(row=" | ".join(cells)[:80]):
                assert [part for part in in_file(cells) if part not in pages.pdf] == []
    for sentence in pages.report.elements("p", class_="lead-sentence"):
        assert squeezed(sentence.text()) in pages.pdf
    for line in pages.report.elements("p", class_="provenance-line"):
        assert squeezed(line.text()) in pages.pdf


def in_file(cells: list[str]) -> Iterator[str]:
    """The estimates stand in two tables on paper, and the reference visit has no change."""
    tables = [cells[:5], cells[5:]] if len(cells) == 12 else [cells]
    for table in tables:
        if any(re.search(r"\d", cell) for cell in table):
            yield squeezed("".join(table))
