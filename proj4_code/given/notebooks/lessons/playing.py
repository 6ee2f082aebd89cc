"""Pictures in a notebook, and the sliders that redraw them.

The picture is an ordinary output: it stays in a saved notebook, on GitHub and in an HTML page. Where a kernel runs,
sliders stand above it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from IPython.display import display
from ipywidgets import Box, Dropdown, FloatLogSlider, IntSlider, Layout, SelectionSlider, ValueWidget
from matplotlib.figure import Figure

from proj4_code.given.notebooks.cells import why_not
from proj4_code.given.notebooks.lessons.drawing import legible, png
from proj4_code.given.notebooks.output_area import Place

IN_A_LINE = {"layout": Layout(width="330px", max_width="100%"), "style": {"description_width": "120px"}}


def show(figure: Figure, description: str, place: Place | None = None) -> None:
    """Show a figure, in a new place or in the place of what was there.

    Args:
        figure: drawn with `legible` letters.
        description: of the picture, for those who cannot see it.
        place: None: a new one.
    """
    picture, size = png(figure)
    (place or Place()).show_picture(picture, description, size)


def play(description: str, draw: Callable[..., Figure], **controls: ValueWidget) -> None:
    """Show what a function draws, and controls that let it draw again.

    Args:
        description: of the picture, for those who cannot see it.
        draw: takes the controls' values by name.
        controls: `slider`, `rates`, `steps` or `menu`.
    """

    def picture() -> Figure:
        with legible(), one_thread():
            return draw(**{name: control.value for name, control in controls.items()})

    def redraw(_: object) -> None:
        try:
            show(picture(), description, place)
        except Exception as error:  # a part may be at work
            place.say(why_not(error))

    first = picture()  # before anything is shown: a part may be at work here, too
    show_controls(controls.values())
    place = Place()
    show(first, description, place)
    for control in controls.values():
        control.observe(redraw, "value")


@contextmanager
def one_thread() -> Iterator[None]:
    """Compute with one thread: more gain little on tensors so small, and are slow on a busy machine."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


class Controls(Box):
    """Controls next to each other; a page without a kernel shows a line of text instead."""

    def __repr__(self) -> str:
        return "(Sliders, where the notebook runs.)"


def show_controls(controls: Iterable[ValueWidget]) -> None:
    """Show controls."""
    display(Controls(list(controls), layout=Layout(display="flex", flex_flow="row wrap", grid_gap="0 16px")))


def slider(name: str, value: int, least: int, most: int) -> IntSlider:
    """Make a slider of whole numbers."""
    return IntSlider(value, least, most, description=name, **IN_A_LINE)


def rates(name: str, value: float, least: float, most: float) -> FloatLogSlider:
    """Make a slider from 10^least to 10^most."""
    return FloatLogSlider(value, min=least, max=most, step=0.05, description=name, readout_format=".2g", **IN_A_LINE)


def steps(name: str, value: Any, options: Sequence[Any]) -> SelectionSlider:
    """Make a slider that has only some values."""
    return SelectionSlider(options=options, value=value, description=name, **IN_A_LINE)


def menu(name: str, options: Sequence[str]) -> Dropdown:
    """Make a menu; the first option is chosen."""
    return Dropdown(options=options, description=name, **IN_A_LINE)
