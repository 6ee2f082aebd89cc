"""What all pictures share: size, colours, the frame that they show, and how they are written."""

import re
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from proj4_code.given.notebooks.lessons.drawing import TEXT
from proj4_code.given.scene_drawing.scene import render

FIGURES = Path(__file__).resolve().parent.parent / "figures"
WIDTH = 8.4  # inches: 806 pixels in a browser, about the width of a page on GitHub
SCENE = 15  # seed of the frame that the pictures show

INK, GREY, PAPER, CARD, PALE = "#222222", "#595f6b", "#ffffff", "#f5f6f8", "#d9dbe0"
GRID, EDGE = "#e4e6ea", "#9699a0"
BLUE, ORANGE, RUST = "#1f5fa8", "#d9730d", "#a85608"  # RUST: ORANGE, dark enough for text
GREEN, RED = "#1b7344", "#b3261e"
PALE_BLUE, PALE_ORANGE = "#c9dbf0", "#f3c99a"
LIGHT, DARK = "#fefefe", "#000000"
"""What is written on pictures and maps, which look the same in both themes."""
DARK_THEME = {
    **{INK: "#e6e8ee", GREY: "#a3abba", PAPER: "#14171f", CARD: "#1f232d", PALE: "#3a4150"},
    **{GRID: "#343a48", EDGE: "#5b6475"},
    **{GREEN: "#5fd398", RED: "#ff8a80"},
    **{BLUE: "#8ab8f0", RUST: "#f0a868", PALE_BLUE: "#274869", PALE_ORANGE: "#7a4a1a"},
}
"""What the colours of a page are where the reader prefers dark pages."""


def use_style() -> None:
    """Set up matplotlib: legible text that stays text, and the same bytes in every run."""
    mpl.rcParams.update(
        {
            **TEXT,
            **dict.fromkeys(("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color"), INK),
            **{"grid.color": GRID, "axes.facecolor": PAPER, "figure.facecolor": PAPER, "hatch.color": INK},
            "font.size": 9.5,
            "axes.titlesize": 10,
            "axes.labelsize": 9.5,
            "xtick.labelsize": 9,
            "ytick.labelsize": 9,
            "svg.fonttype": "none",
            "svg.hashsalt": "proj4",
        }
    )


def save(figure: Figure, name: str) -> Path:
    """Write a picture to docs/figures, without a date, and return its path."""
    path = FIGURES / name
    path.parent.mkdir(exist_ok=True)
    figure.savefig(path, metadata={"Date": None, "Creator": None})
    path.write_text(with_dark_theme(path.read_text(encoding="utf-8")), encoding="utf-8")
    return path


def with_dark_theme(svg: str) -> str:
    """Add the colours of dark pages to a picture, which follows the reader's preference wherever it is shown."""
    rules = [
        f'[style*="{place}: {light}"], [{place}="{light}"] {{ {place}: {dark} !important }}'
        for light, dark in DARK_THEME.items()
        for place in ("fill", "stroke")
    ]
    style = "\n".join(["<style>@media (prefers-color-scheme: dark) {", *rules, "}</style>"])
    return re.sub(r"(</metadata>|<metadata/>)", lambda end: f"{end[0]}\n {style}", svg, count=1)


def canvas(height: float) -> tuple[Figure, Axes]:
    """Make a figure of full width and `height` inches, with empty axes measured in inches from the bottom left."""
    figure = Figure(figsize=(WIDTH, height))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, WIDTH), ylim=(0, height))
    axes.axis("off")
    return figure, axes


def scene() -> tuple[np.ndarray, np.ndarray]:
    """Draw the frame: image, and label in the 32 official colours, both (240, 320, 3) uint8."""
    return render(SCENE, (240, 320), complete=True)
