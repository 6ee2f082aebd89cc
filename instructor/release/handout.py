"""The handout as one HTML page that needs no other file: pictures inside, light and dark, for screen and paper."""

import base64
import mimetypes
import re
from pathlib import Path

import mistune
from mistune.renderers.html import HTMLRenderer

from proj4_unit_tests.harness.submission import KIT

HANDOUT = KIT / "docs" / "handout.md"
STYLE = KIT / "docs" / "handout.css"
PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<nav aria-label="Contents">
<strong>Contents</strong>
<ul>
{contents}
</ul>
</nav>
<main>
{body}</main>
</body>
</html>
"""


class Renderer(HTMLRenderer):
    """HTML in which headings can be linked to, as on GitHub, and pictures are part of the page.

    Args:
        folder: where the pictures are.

    Attributes:
        headings: (level, id, text as HTML) of each heading so far.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(escape=True)
        self.folder = folder
        self.headings: list[tuple[int, str, str]] = []

    def heading(self, text: str, level: int, **_: object) -> str:
        """Write a heading with an id."""
        name = slug(text)
        self.headings.append((level, name, text))
        return f'<h{level} id="{name}">{text}</h{level}>\n'

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Write a picture with its content."""
        path = self.folder / url
        kind, content = mimetypes.guess_type(path.name)[0], base64.b64encode(path.read_bytes()).decode()
        return f'<img alt="{mistune.escape(text)}" src="data:{kind};base64,{content}">'

    def table(self, text: str) -> str:
        """Write a table that scrolls by itself where the page is narrow."""
        return f'<div class="wide"><table>\n{text}</table></div>\n'


def slug(heading: str) -> str:
    """Turn a heading into the id that GitHub gives it: "Part 1: Pyramid pooling" into "part-1-pyramid-pooling"."""
    text = re.sub(r"<[^>]*>", "", heading).lower()
    return re.sub(r"[^\w -]", "", text).replace(" ", "-")


def handout_html() -> str:
    """Make the page from `docs/handout.md`.

    Raises:
        FileNotFoundError: if a picture is missing.
    """
    renderer = Renderer(HANDOUT.parent)
    body = mistune.create_markdown(renderer=renderer, plugins=["table"])(HANDOUT.read_text(encoding="utf-8"))
    title = next(text for level, _, text in renderer.headings if level == 1)
    sections = [f'<li><a href="#{name}">{text}</a></li>' for level, name, text in renderer.headings if level == 2]
    return PAGE.format(title=title, style=STYLE.read_text(encoding="utf-8"), contents="\n".join(sections), body=body)
