"""`centrala numbers`."""

import json
from pathlib import Path

from click.testing import CliRunner

from bot.cli import main


def test_one_text() -> None:
    result = CliRunner().invoke(main, ["numbers", "--lang", "pl", "dziesięć zero dwadzieścia trzy"])
    assert (result.exit_code, result.stdout) == (0, "10023\n")


def test_no_number_is_an_empty_line() -> None:
    result = CliRunner().invoke(main, ["numbers", "--lang", "en", "hello"])
    assert (result.exit_code, result.stdout) == (0, "\n")


def test_a_line_out_for_each_line_in() -> None:
    lines = "AB-10 023\n\n\u2028\r\nb as in bravo four seven\r\n\xff one zero zero two three".encode()
    lines += b"\n\xff\xfe 30555"
    result = CliRunner().invoke(main, ["numbers", "--lang", "en", "--batch"], input=lines)
    assert result.exit_code == 0
    assert result.stdout == "AB10023\n\n\nB47\n10023\n30555\n"


def test_wrong_usage() -> None:
    for arguments in (
        ["--lang", "en"],
        ["--lang", "en", "--batch", "10023"],
        ["10023"],
        ["--lang", "de", "1"],
    ):
        assert CliRunner().invoke(main, ["numbers", *arguments]).exit_code == 2


def test_the_shop_says_what_its_numbers_look_like() -> None:
    shop = ["--set", "orders.number_pattern=[0-9]{5}"]
    result = CliRunner().invoke(main, ["numbers", "--lang", "pl", *shop, "62-200 14"])
    assert (result.exit_code, result.stdout) == (0, "62214\n")
    result = CliRunner().invoke(main, ["numbers", "--lang", "pl", "--set", "orders.number_pattern=[0-9", "1"])
    assert result.exit_code == 1


def test_without_a_configuration_numbers_look_as_they_usually_do(tmp_path: Path) -> None:
    missing = str(tmp_path / "none.yml")
    result = CliRunner().invoke(main, ["numbers", "--lang", "pl", "--config", missing, "10 023"])
    assert (result.exit_code, result.stdout) == (0, "10023\n")


def test_a_number_that_is_told_again() -> None:
    first, again = ["one zero six two three", "one zero three two three"], ["one zero six two three"]
    lines = [
        {"readings": first},
        {"readings": again, "before": [first], "refused": ["10623"]},
        {"readings": again, "before": [again], "refused": ["10623"]},
        {"readings": ["one zero nine two three", *first], "before": [first]},
        {"readings": []},
        {"readings": "one zero zero two three"},
    ]
    text = "".join(f"{json.dumps(line)}\n" for line in lines) + "{10023}\n"
    for shop in ([], ["--set", "orders.number_pattern=[0-9]{5}"]):
        result = CliRunner().invoke(main, ["numbers", "--lang", "en", "--batch", *shop], input=text)
        assert result.exit_code == 0
        assert result.stdout == "10623\n10323\n\n10623\n\n10023\n10023\n"
