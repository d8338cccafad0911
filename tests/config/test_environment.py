"""Reading the environment: typed, with secrets in files, and refusing what cannot be used."""

from pathlib import Path

import pytest

from config import environment


@pytest.mark.parametrize("value", ["1", "true", "Yes", "ON"])
def test_a_flag_can_be_said_in_several_ways(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("FASCICLE_X", value)
    assert environment.flag("FASCICLE_X") is True


@pytest.mark.parametrize("value", ["", "0", "false", "No", "off"])
def test_a_flag_can_be_denied_in_several_ways(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("FASCICLE_X", value)
    assert environment.flag("FASCICLE_X", default=True) is False


def test_a_typo_of_a_flag_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASCICLE_X", "ture")
    with pytest.raises(environment.InvalidEnvironment, match="ture"):
        environment.flag("FASCICLE_X")


def test_a_number_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASCICLE_X", "many")
    with pytest.raises(environment.InvalidEnvironment, match="whole number"):
        environment.number("FASCICLE_X", 3)


def test_a_number_that_is_not_said_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FASCICLE_X", raising=False)
    assert environment.number("FASCICLE_X", 3) == 3


def test_words_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASCICLE_X", " a.example , b.example,")
    assert environment.words("FASCICLE_X") == ["a.example", "b.example"]


def test_a_secret_is_read_from_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s3cret\n")
    monkeypatch.setenv("FASCICLE_X_FILE", str(tmp_path / "secret"))
    assert environment.secret("FASCICLE_X") == "s3cret"


def test_a_missing_secret_file_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FASCICLE_X_FILE", str(tmp_path / "absent"))
    with pytest.raises(environment.InvalidEnvironment, match="absent"):
        environment.secret("FASCICLE_X")


@pytest.mark.parametrize(
    ("address", "whole"),
    [
        ("postgresql://app@db:5432/name", "postgresql://app:p%40ss%2Fw@db:5432/name"),
        ("redis://broker:6379/0", "redis://:p%40ss%2Fw@broker:6379/0"),
    ],
)
def test_a_password_from_a_secret_is_put_into_the_address(
    monkeypatch: pytest.MonkeyPatch, address: str, whole: str
) -> None:
    monkeypatch.setenv("X_URL", address)
    monkeypatch.setenv("X_PASSWORD", "p@ss/w")
    assert environment.url("X") == whole


def test_an_address_without_a_password_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X_URL", "postgresql://app@%2Frun%2Fx:5432/name")
    assert environment.url("X") == "postgresql://app@%2Frun%2Fx:5432/name"
