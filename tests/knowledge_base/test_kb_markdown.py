"""Articles as HTML that cannot do anything, and as plain text."""

import pytest

from knowledge_base.markdown import to_html, to_plain

ARTICLE = """You have **30 days**, *no questions*.
Sundays count.

## How
- pack it
- fill in `form A`
  and sign it
1. send it
2. wait

> keep the receipt

See [our page](https://shop.example/a?b=1&c=2) or [write](mailto:us@shop.example).
"""


def test_what_people_write_becomes_html() -> None:
    assert to_html(ARTICLE) == (
        "<p>You have <strong>30 days</strong>, <em>no questions</em>.\nSundays count.</p><h2>How</h2>"
        "<ul><li>pack it</li><li>fill in <code>form A</code>\nand sign it</li></ul>"
        "<ol><li>send it</li><li>wait</li></ol><blockquote>keep the receipt</blockquote>"
        '<p>See <a href="https://shop.example/a?b=1&amp;c=2" rel="noopener noreferrer">our page</a> or '
        '<a href="mailto:us@shop.example" rel="noopener noreferrer">write</a>.</p>'
    )


def test_the_chat_has_it_without_marks() -> None:
    assert to_plain(ARTICLE) == (
        "You have 30 days, no questions.\nSundays count.\n\nHow\n\n"
        "• pack it\n• fill in form A\nand sign it\n\n1. send it\n2. wait\n\n"
        "keep the receipt\n\nSee our page (https://shop.example/a?b=1&c=2) or write."
    )


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert)",
        "[x](data:text/html,a)",
        "[x](//evil.example)",
        "[<b>](<b>)",
        '[x](https://a.example/"onclick="alert)',
        "**<b onclick=a>**",
        "`<script>`",
        "# <svg onload=a>",
        "```\n<script>\n```",
        "- <script>",
    ],
)
def test_nothing_in_an_article_is_live(text: str) -> None:
    made = to_html(text)
    for live in (
        "<script",
        "<img",
        "<svg",
        "<b",
        'href="java',
        'href="JaVa',
        'href="data',
        'href="//',
        '"on',
    ):
        assert live not in made, made


@pytest.mark.parametrize(
    "text", ["2 * 3 * 4", "snake_case_name", "5 % – a_b", "A – B", "* ", "**", "#5 is ours", "1.5 kg", ""]
)
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert to_plain(text) == text.strip()


def test_an_unclosed_fence_is_code_to_the_end() -> None:
    assert to_html("```\na\n\nb") == "<pre><code>a\n\nb</code></pre>"
