"""`centrala numbers`."""

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
