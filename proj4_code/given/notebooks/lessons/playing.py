"""Pictures in a notebook, and the sliders that redraw them.

The picture is an ordinary output: it stays in a saved notebook, on GitHub and in an HTML page. Where a kernel runs,
sliders stand above it.
"""

from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

import torch
from IPython.display import display
from ipywidgets import Box, Dropdown, FloatLogSlider, IntSlider, Layout, SelectionSlider, ValueWidget
from matplotlib.figure import Figure

from proj4_code.given.notebooks.cells import why_not
from proj4_code.given.notebooks.lessons.drawing import legible, png

IN_A_LINE = {"layout": Layout(width="330px", max_width="100%"), "style": {"description_width": "120px"}}


class Screen:
    """A place in a notebook that shows one picture at a time; the last one is saved with the notebook."""

    def __init__(self) -> None:
        self._handle = None

    def show(self, figure: Figure, description: str) -> None:
        """Show a picture in the place of what was there.

        Args:
            figure: what `legible` figures are made of.
            description: of the picture, for those who cannot see it.
        """
        image, size = png(figure)
        data = {"image/png": b64encode(image).decode(), "text/plain": f"[{description}]"}
        self._put(data, {"image/png": {**size, "alt": description}})

    def say(self, text: str) -> None:
        """Show a line of text in the place of what was there."""
        self._put({"text/plain": text}, {})

    def _put(self, data: dict, metadata: dict) -> None:
        if self._handle is None:
            self._handle = display(data, metadata=metadata, raw=True, display_id=True)
        else:
            self._handle.update(data, metadata=metadata, raw=True)


def show(figure: Figure, description: str) -> None:
    """Show a picture."""
    Screen().show(figure, description)


def play(draw: Callable[..., Figure], **controls: ValueWidget) -> None:
    """Show what a function draws, and controls that let it draw again.

    Args:
        draw: takes the controls' values by name; the first line of its docstring describes the picture.
        controls: `slider`, `rates`, `steps` or `menu`.
    """
    description = draw.__doc__.splitlines()[0]

    def picture() -> Figure:
        with legible(), one_thread():
            return draw(**{name: control.value for name, control in controls.items()})

    def redraw(_: object) -> None:
        try:
            screen.show(picture(), description)
        except Exception as error:  # a part may be at work
            screen.say(why_not(error))

    first, screen = picture(), Screen()
    _show_controls(controls.values())
    screen.show(first, description)
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


def _show_controls(controls: Iterable[ValueWidget]) -> None:
    """Show controls beside each other; a page without a kernel shows a line of text instead."""
    box = Box(list(controls), layout=Layout(display="flex", flex_flow="row wrap", grid_gap="0 16px"))
    bundle = box._repr_mimebundle_()
    display({**bundle, "text/plain": "(Sliders, where the notebook runs.)"}, raw=True)


def slider(name: str, value: int, least: int, most: int) -> IntSlider:
    """Make a slider of whole numbers."""
    return IntSlider(value, least, most, description=name, **IN_A_LINE)


def rates(name: str, value: float, least: int, most: int) -> FloatLogSlider:
    """Make a slider from 10^least to 10^most."""
    return FloatLogSlider(value, min=least, max=most, step=0.05, description=name, readout_format=".2g", **IN_A_LINE)


def steps(name: str, value: object, options: Sequence[object]) -> SelectionSlider:
    """Make a slider that has only some values."""
    return SelectionSlider(options=options, value=value, description=name, **IN_A_LINE)


def menu(name: str, options: Sequence[str]) -> Dropdown:
    """Make a menu; the first option is chosen."""
    return Dropdown(options=options, description=name, **IN_A_LINE)
