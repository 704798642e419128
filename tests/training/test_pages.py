from __future__ import annotations

import pytest

from training.pages import Heading, Items, Picture, Table, Text, Words, to_html, to_markdown

BLOCKS = (
    Heading("Model", 1),
    Text("A line."),
    Items(["one", "two"]),
    Table(["a", "b"], [["1", "2"]]),
    Picture("x.png", "a picture"),
    Words("their\nown words"),
)


def test_markdown_shows_every_block() -> None:
    assert to_markdown(BLOCKS) == (
        "# Model\n\nA line.\n\n- one\n- two\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n"
        "![a picture](x.png)\n\n```text\ntheir\nown words\n```\n"
    )


def test_a_page_holds_its_pictures_and_needs_no_other_file() -> None:
    page = to_html(BLOCKS, title="Figures", pictures={"x.png": b"\x89PNG"})
    assert "<title>Figures</title>" in page
    assert 'src="data:image/png;base64,iVBORw=="' in page
    assert "<blockquote>their\nown words</blockquote>" in page
    assert "<tr><th>a</th><th>b</th></tr>" in page
    assert "http" not in page


@pytest.mark.parametrize(
    "bad", ["<script>alert(1)</script>", "a | b", "```", "*x*", "[x](y)", "\\"]
)
def test_what_a_report_quotes_is_never_markup(bad: str) -> None:
    blocks = (Heading(bad), Text(bad), Items([bad]), Table([bad], [[bad]]), Words(bad))
    page = to_html(blocks, title=bad, pictures={})
    assert "<script" not in page
    told = to_markdown(blocks)
    assert told.count("```") == 2
    assert "| a | b |" not in told
    assert "\n<script" not in told.partition("```")[0]
