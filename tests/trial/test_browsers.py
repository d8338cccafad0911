import pytest
from django.utils.translation import override

from trial import browsers

CLAIMS = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CLAIMS} Chrome/141 Safari/537.36 Edg/141",
            "Edge on Windows",
        ),
        (f"Mozilla/5.0 (X11; Linux x86_64) {CLAIMS} HeadlessChrome/141 Safari/537.36", "Chromium on Linux"),
        (f"Mozilla/5.0 (Linux; Android 15) {CLAIMS} Chrome/141 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) Version/18 Safari/604.1", "Safari on iPadOS"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:141.0) Gecko Firefox/141.0", "Firefox on macOS"),
        ("curl/8.5.0", ""),
        ("", ""),
        ("Linux", "Linux"),
    ],
)
def test_a_browser_is_named_in_two_names(agent: str, name: str) -> None:
    assert browsers.named(agent) == name


def test_the_names_are_shown_in_a_sentence() -> None:
    with override("en-gb"):
        assert browsers.shown("Chromium on Linux") == "Chromium on Linux"
        assert browsers.shown("Linux") == "Linux"
        assert browsers.shown("") == "an unknown browser"
