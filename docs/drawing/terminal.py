"""What a terminal shows, as a picture whose letters stay letters."""

import re
from html import escape

from .style import BLUE, CARD, GREEN, GREY, INK, RED, RUST, with_dark_theme

LINE, LETTER, MARGIN, SIZE = 18, 7.83, 14, 13  # pixels
COLORS = {"31": RED, "32": GREEN, "33": RUST, "34": BLUE, "2": GREY}
"""Of the codes that terminals know."""


def draw(text: str) -> str:
    """Draw lines of text, in which the codes of a terminal set colour and weight, as an SVG."""
    lines = text.splitlines()
    columns = max(len(re.sub(r"\x1b\[[\d;]*m", "", line)) for line in lines)
    width, height = round(2 * MARGIN + LETTER * columns), 2 * MARGIN + LINE * len(lines)
    rows = [
        f'<text x="{MARGIN}" y="{MARGIN + LINE * (number + 0.75):g}" style="fill: {INK}">{_spans(line)}</text>'
        for number, line in enumerate(lines)
    ]
    size = f'width="{width}" height="{height}"'
    font = f"font: {SIZE}px 'DejaVu Sans Mono', Menlo, Consolas, monospace"
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {size}>',
        f"<style>text {{ {font}; white-space: pre }}</style>",
        "<metadata/>",
        f'<rect {size} rx="8" style="fill: {CARD}"/>',
    ]
    return with_dark_theme("\n".join([*head, *rows, "</svg>\n"]))


def _spans(line: str) -> str:
    """Turn the codes of a line into styles."""
    spans, style = [], ""
    for code, text in re.findall(r"(?:^|\x1b\[([\d;]*)m)([^\x1b]*)", line):
        if code in ("", "0"):
            style = ""
        style += "font-weight: bold; " if code == "1" else f"fill: {COLORS[code]}; " if code in COLORS else ""
        spans.append(f'<tspan style="{style.strip()}">{escape(text)}</tspan>' if style else escape(text))
    return "".join(spans)
