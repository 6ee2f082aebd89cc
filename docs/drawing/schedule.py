"""Part 6: the poly schedule compared with others, and what happens when it is stepped too rarely."""

import numpy as np
from matplotlib.figure import Figure

from .style import BLUE, GREY, GRID, INK, ORANGE, RUST, WIDTH

EPOCHS, ITERATIONS = 50, 11  # 367 frames in batches of 32; the last, partial batch is left out
TOTAL = EPOCHS * ITERATIONS


def draw() -> Figure:
    """Draw three schedules on the left; on the right, poly stepped every iteration and once per epoch."""
    figure = Figure(figsize=(WIDTH, 3.1))
    left, right = figure.add_axes((0.08, 0.17, 0.42, 0.71)), figure.add_axes((0.57, 0.17, 0.42, 0.71))
    steps = np.arange(TOTAL + 1)
    left.plot([0, TOTAL], [1, 1], ":", color=GREY, lw=2)
    left.text(TOTAL * 0.98, 1.04, "constant", ha="right", color=GREY)
    left.plot(steps, np.select([steps < TOTAL / 2, steps < TOTAL * 3 / 4], [1, 0.1], 0.01), "--", color=ORANGE, lw=2)
    left.text(TOTAL * 0.52, 0.83, "divided by 10,\ntwice", color=RUST, va="center")
    left.plot(steps, _poly(steps), color=BLUE, lw=2.5)
    left.text(TOTAL * 0.05, 0.5, "poly,\npower 0.9", color=BLUE, weight="bold")
    left.set(title="three schedules", ylabel="factor of the learning rate")

    right.plot(steps, _poly(steps // ITERATIONS), "--", color=ORANGE, lw=2)
    right.text(TOTAL * 0.98, 0.79, "stepped once per epoch:\nhardly falls", color=RUST, va="center", ha="right")
    right.plot(steps, _poly(steps), color=BLUE, lw=2.5)
    right.text(TOTAL * 0.05, 0.44, "stepped every\niteration", color=BLUE, weight="bold")
    right.set(title="poly, stepped often or too rarely")
    for axes in (left, right):
        axes.set(xlabel=f"iteration ({EPOCHS} epochs of {ITERATIONS})", xlim=(0, TOTAL), ylim=(0, 1.13))
        axes.grid(color=GRID)
        axes.set_axisbelow(True)
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(color=INK)
    return figure


def _poly(step: np.ndarray) -> np.ndarray:
    return np.power((TOTAL - step) / TOTAL, 0.9)
