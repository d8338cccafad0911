import csv
import re
from io import StringIO
from xml.etree import ElementTree

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse

from analytics.models import Run
from analytics.screens import tracks
from analytics.screens.figure import LEGEND_TOP, MARGIN, ZOOM
from analytics.screens.plot import WIDTH
from analytics.services.refit import refit
from tests.analytics import measured
from tests.analytics.screens.pictures import pixels
from tests.cast import Cast
from trial.models import Participant
from trial.screens.pictures import png

pytestmark = pytest.mark.django_db(transaction=True)

SVG = "{http://www.w3.org/2000/svg}"
NAMES = ("results-figure-svg", "results-figure-png", "results-estimates")


@pytest.fixture
def client(cast: Cast, client: Client) -> Client:
    client.force_login(cast.investigator)
    return client


@pytest.fixture
def run(cast: Cast) -> Run:
    measured.pain(cast)
    run = refit("pain")
    assert run is not None
    return run


def download(client: Client, name: str, outcome: str = "pain", query: str = "") -> bytes:
    answer = client.get(reverse(name, args=[outcome]) + query)
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Cache-Control"] == "private, no-store"
    return answer.content


def words(document: bytes) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(document).iter(f"{SVG}text")]


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig"))))


def test_the_figure_stands_alone_and_says_what_it_is_and_whence(client: Client, run: Run) -> None:
    document = download(client, "results-figure-svg")
    shown = words(document)
    assert "Pain intensity by visit" in shown
    for wanted in ("Pain intensity (points)", "Visit, at its planned day from the injection"):
        assert wanted in shown
    assert "Estimated means with 95 % intervals" in shown
    assert "Thin lines: participants of 01 North." in shown
    said = " ".join(shown)
    for wanted in (f"run {run.pk} of pain", run.data_hash, str(run.position), run.code_version):
        assert wanted in said


def test_the_figure_holds_styles_and_no_script(client: Client, run: Run) -> None:
    root = ElementTree.fromstring(download(client, "results-figure-svg"))
    kinds = {element.tag for element in root.iter()}
    assert f"{SVG}style" in kinds
    assert not kinds & {f"{SVG}script", f"{SVG}foreignObject", f"{SVG}image", f"{SVG}a"}
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on")]
    assert not re.search(r"var\(|@import|url\((?!#)", ElementTree.tostring(root, "unicode"))


def test_the_figure_draws_what_the_page_draws(client: Client, run: Run) -> None:
    drawn = re.findall(r'points="[^"]*"', download(client, "results-figure-svg").decode())
    page = client.get(reverse("results")).content.decode()
    assert len(drawn) == 8
    assert all(points in page for points in drawn)


def test_while_a_refit_is_due_the_figure_shows_what_its_run_has_read(
    cast: Cast, client: Client, run: Run
) -> None:
    before = download(client, "results-figure-svg")
    measured.correct_pain(cast, Participant.objects.get(code="01-001"), 0)
    assert download(client, "results-figure-svg") == before
    refit("pain")
    assert re.findall(b'points="[^"]*"', download(client, "results-figure-svg")) != re.findall(
        b'points="[^"]*"', before
    )


def test_the_picture_is_the_figure_with_letters(client: Client, run: Run) -> None:
    picture = pixels(download(client, "results-figure-png"))
    height, width, _ = picture.shape
    assert width == round((WIDTH + MARGIN) * ZOOM)
    assert height > width / 2
    assert np.all(picture[..., 3] == 255)
    # The title, the legend behind its sample, and the small print at the foot are letters and nothing else.
    right = round((MARGIN + 40) * ZOOM)
    for top, bottom in ((15, 36), (LEGEND_TOP - 12, LEGEND_TOP + 4), (LEGEND_TOP + 36, LEGEND_TOP + 50)):
        letters = picture[round(top * ZOOM) : round(bottom * ZOOM), right:, :3]
        share = np.mean(letters.min(axis=2) < 128)
        assert 0.01 < share < 0.3, (top, share)


def test_without_fonts_of_the_system_letters_come_from_ours() -> None:
    def picture(words: str) -> bytes:
        return png(
            '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20">'
            f'<text x="0" y="15" font-family="Atkinson Hyperlegible Next">{words}</text></svg>',
            ZOOM,
        )

    assert picture("") != picture("−1.88") != picture("1.88")


def test_the_table_has_full_precision_and_its_provenance(client: Client, run: Run) -> None:
    rows = table(download(client, "results-estimates"))
    assert [row["visit"] for row in rows] == ["BL", "W1", "W2", "W12"]
    for row in rows:
        assert row["rows_in_file"] == "4"
        assert (row["run"], row["data_hash"]) == (str(run.pk), run.data_hash)
        assert (row["position"], row["change_from"]) == (str(run.position), "BL")
        assert (row["looks"], row["converged"], row["messages"]) == ("1", "True", "")
        observed = run.descriptions.get(visit=row["visit"])
        assert int(row["observed_n"]) == observed.n
        assert (float(row["observed_mean"]), float(row["observed_sd"])) == (observed.mean, observed.sd)
        for estimate in run.estimates.filter(visit=row["visit"]):
            found = {
                name.removeprefix(f"{estimate.kind}_"): float(cell)
                for name, cell in row.items()
                if name.startswith(f"{estimate.kind}_") and name != "change_from" and cell
            }
            assert found == {name: getattr(estimate, name) for name in found}
            assert len(found) >= 5
    assert rows[0]["change_estimate"] == ""


def test_a_failed_fit_has_its_observed_values_and_no_estimates(cast: Cast, client: Client) -> None:
    measured.baseline_pain(cast, 7)
    refit("pain")
    rows = table(download(client, "results-estimates"))
    assert [row["observed_n"] for row in rows] == ["1", "0", "0", "0"]
    assert {row["mean_estimate"] for row in rows} == {""}
    assert {(row["looks"], row["converged"], row["messages"]) for row in rows} == {
        ("0", "False", Run.objects.get().messages[0])
    }
    document = download(client, "results-figure-svg")
    assert b'class="mean-dot"' not in document
    assert "No means were estimated." in words(document)


def test_for_excel_the_table_is_marked_as_utf_8(client: Client, run: Run) -> None:
    plain = download(client, "results-estimates")
    assert download(client, "results-estimates", query="?excel=1") == b"\xef\xbb\xbf" + plain


def test_the_name_says_of_which_run_it_is_and_how_many_rows_it_has(client: Client, run: Run) -> None:
    names = [client.get(reverse(name, args=["pain"]))["Content-Disposition"] for name in NAMES]
    assert [re.findall(r'filename="([^"]*)"', name)[0] for name in names] == [
        f"TLFI-PILOT_pain_run-{run.pk}{ending}" for ending in (".svg", ".png", "_4-rows.csv")
    ]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_known_is_not_sent_again(client: Client, run: Run, name: str) -> None:
    address = reverse(name, args=["pain"])
    tag = client.get(address)["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304


def test_lines_of_another_sites_participants_are_not_in_the_figure(
    cast: Cast, client: Client, run: Run
) -> None:
    client.force_login(cast.southern_investigator)
    document = download(client, "results-figure-svg").decode()
    assert document.count('<polyline class="participant"') == 0
    assert document.count('<circle class="mean-dot"') == 5  # four visits and the legend
    assert "01 North" not in document
    assert "No participant of 02 South in this run." in document


def test_a_crowd_is_not_drawn_one_by_one(client: Client, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert tracks.MOST == 300
    monkeypatch.setattr(tracks, "MOST", 7)
    assert download(client, "results-figure-svg").decode().count('<polyline class="participant"') == 7
    monkeypatch.setattr(tracks, "MOST", 6)
    document = download(client, "results-figure-svg").decode()
    assert '<polyline class="participant"' not in document
    assert "Single participants are not drawn: there are more than 6." in document


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("outcome", ["pain", "unknown"])
def test_before_the_first_run_and_for_no_outcome_there_is_nothing(
    client: Client, name: str, outcome: str
) -> None:
    assert client.get(reverse(name, args=[outcome])).status_code == 404


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("role", ["coordinator", "monitor", "data_manager", "administrator", "stranger"])
def test_who_may_not_see_estimates_is_refused(cast: Cast, client: Client, role: str, name: str) -> None:
    client.force_login(getattr(cast, role))
    for outcome in ("pain", "unknown"):
        assert client.get(reverse(name, args=[outcome])).status_code == 403
