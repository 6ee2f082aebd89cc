"""The handout as one HTML page that needs no other file: pictures inside, light and dark, for screen and paper."""

import base64
import mimetypes
import re
from collections import Counter
from pathlib import Path

import mistune
from mistune.renderers.html import HTMLRenderer

from proj4_unit_tests.harness.submission import KIT

HANDOUT = KIT / "docs" / "handout.md"
STYLE = KIT / "docs" / "handout.css"
SCRIPT = KIT / "docs" / "handout.js"
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
<details open>
<summary>Contents<span id="here"></span></summary>
<ul>
{contents}
</ul>
</details>
</nav>
<main>
{body}</main>
<script>
{script}</script>
</body>
</html>
"""
FACTS = re.compile(r"[\d.]+ points · ")
SCROLLS = 'class="wide" tabindex="0" role="group"'
"""What is wider than a narrow screen scrolls by itself, also with the arrow keys."""


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
        self._names: Counter[str] = Counter()

    def heading(self, text: str, level: int, **_: object) -> str:
        """Write a heading with an id; a name that was there before gets a number."""
        name = slug(text)
        number = self._names[name]
        self._names[name] += 1
        anchor = f"{name}-{number}" if number else name
        self.headings.append((level, anchor, text))
        return f'<h{level} id="{anchor}">{text}</h{level}>\n'

    def paragraph(self, text: str) -> str:
        """Write a paragraph; the facts below a heading, "12 points · 1 hour · part1_ppm.py", are marked as such."""
        return f'<p class="facts">{text}</p>\n' if FACTS.match(text) else str(super().paragraph(text))

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Write a picture with its content."""
        path = self.folder / url
        kind, content = mimetypes.guess_type(path.name)[0], base64.b64encode(path.read_bytes()).decode()
        picture = f'<img alt="{mistune.escape(text)}" src="data:{kind};base64,{content}">'
        return f'<span {SCROLLS} aria-label="Figure">{picture}</span>'

    def link(self, text: str, url: str, title: str | None = None) -> str:
        """Write a link; one to a file next to the handout is only its name, as the page is read elsewhere, too."""
        return text if url.startswith("../") else str(super().link(text, url, title))

    def table(self, text: str) -> str:
        """Write a table whose long names may break after an underscore."""
        return f'<div {SCROLLS} aria-label="Table"><table>\n{text.replace("_", "_<wbr>")}</table></div>\n'


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
    return PAGE.format(
        title=next(text for level, _, text in renderer.headings if level == 1),
        style=STYLE.read_text(encoding="utf-8"),
        contents="\n".join(_contents(renderer.headings)),
        body=body,
        script=SCRIPT.read_text(encoding="utf-8"),
    )


def _contents(headings: list[tuple[int, str, str]]) -> list[str]:
    """List the sections, each with its own sections in it."""
    entries: list[tuple[str, list[str]]] = []
    for level, name, text in headings:
        link = f'<a href="#{name}">{text}</a>'
        if level == 2:
            entries.append((link, []))
        elif level == 3:
            entries[-1][1].append(f"<li>{link}</li>")
    lists = ("".join(["<ul>", *inner, "</ul>"]) if inner else "" for _, inner in entries)
    return [f"<li>{link}{inner}</li>" for (link, _), inner in zip(entries, lists, strict=True)]
