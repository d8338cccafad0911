"""The language of a request: a cookie's, else the browser's, else English; the API follows the same rule."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.cast import Cast
from trial.access import Right
from trial.protocol.criteria import PILOT_CRITERIA, reason_for
from trial.refusals import Refusal
from trial.screens.reasons import in_words

CHINESE = {"accept-language": "zh-CN"}


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    """A request leaves its language behind."""
    with override("en-gb"):
        yield


def choose(client: Client, language: str, back_to: str) -> str:
    answer = client.post(reverse("language"), {"language": language, "next": back_to})
    assert answer.status_code == 302
    return answer.headers["Location"]


def test_who_chooses_a_language_comes_back_and_keeps_it(client: Client) -> None:
    assert choose(client, "zh-hans", "/sign-in/") == "/sign-in/"
    assert "登录" in client.get("/sign-in/").content.decode()
    choose(client, "en-gb", "/sign-in/")
    assert "Sign in" in client.get("/sign-in/", headers=CHINESE).content.decode()


def test_nobody_is_led_elsewhere_by_choosing_a_language(client: Client) -> None:
    assert choose(client, "zh-hans", "https://elsewhere.example/") == "/"


def test_a_language_that_there_is_not_changes_nothing(client: Client) -> None:
    choose(client, "tlh", "/sign-in/")
    page = client.get("/sign-in/")
    assert '<html lang="en-gb">' in page.content.decode()


def test_without_a_choice_the_browser_decides(client: Client) -> None:
    assert '<html lang="zh-hans">' in client.get("/sign-in/", headers=CHINESE).content.decode()
    assert '<html lang="en-gb">' in client.get("/sign-in/").content.decode()


def test_the_api_refuses_in_the_language_of_the_request(client: Client) -> None:
    address = reverse("api-participants")
    assert client.get(address, headers=CHINESE).json()["title"] == "未登录"
    assert client.get(address).json()["title"] == "Not signed in"


@pytest.mark.django_db
def test_a_message_is_said_in_the_language_of_the_page(cast: Cast, client: Client) -> None:
    client.force_login(cast.monitor)
    choose(client, "zh-hans", "/")
    refused = client.post(reverse("participant-add"), {"site": "01"})
    assert refused.status_code == 403
    assert "添加受试者进行筛选" in refused.content.decode()


def test_a_refusal_says_its_right_and_its_sentence_in_one_language() -> None:
    with override("zh-hans"):
        refusal = Refusal("state_move", participant="01-001", state="x", target="y")
    assert refusal.title == "目前不可行"
    assert refusal.sentence == "01-001 的状态为“x”，不能变为“y”。"
    assert Refusal("right", right=Right.EXPORT.value).title == "Not allowed"


def test_reasons_that_were_kept_in_english_are_read_in_chinese() -> None:
    kept = " ".join(reason_for(criterion) for criterion in PILOT_CRITERIA[:2])
    with override("zh-hans"):
        assert in_words(kept).startswith(
            f"{PILOT_CRITERIA[0].code} 不符合：知情同意前至少 6 个月行腰椎手术。 "
        )
        assert in_words("") == ""
    assert in_words(kept) == kept
