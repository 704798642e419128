"""format=flowed text -> text with its paragraphs in one line each (RFC 3676)."""

from __future__ import annotations


def unflow(text: str, *, delete_space: bool) -> str:
    r"""Join the lines that the sender's program broke.

    A line that ends in a space goes on in the next one of the same quote depth; the signature
    delimiter "-- " never does.

    Args:
        text: Lines end with "\n".
        delete_space: The part says DelSp=yes: the space at the break is no part of the text.
    """
    joined: list[str] = []
    depth_before, is_open = -1, False
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")
        is_delimiter = content == "-- "
        if is_open and depth == depth_before and not is_delimiter:
            joined.append(content)
        else:
            mark = ">" * depth + " " if depth else ""
            joined.extend(["\n", mark, content] if joined else [mark, content])
        is_open = content.endswith(" ") and not is_delimiter
        depth_before = depth
        if is_open and delete_space:
            joined[-1] = joined[-1][:-1]
    return "".join(joined)
