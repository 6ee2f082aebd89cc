"""Pictures in a notebook, and the controls that redraw them.

The picture is an ordinary output: it stays in a saved notebook, on GitHub and in an HTML page. Where a kernel runs,
controls stand above it, and where anywidget is installed, too, parts of the picture itself can be dragged.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import torch
from IPython.display import display
from ipywidgets import (
    HTML,
    Box,
    Dropdown,
    FloatLogSlider,
    IntSlider,
    Layout,
    SelectionSlider,
    ValueWidget,
    VBox,
    Widget,
)
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from proj4_code.given.notebooks.cells import why_not
from proj4_code.given.notebooks.lessons import drawing
from proj4_code.given.notebooks.lessons.drawing import legible, png
from proj4_code.given.notebooks.output_area import Area, Place

Values = dict[str, float]
Grab = Callable[[float, float], Values]
"""What a point of some axes, in their data's coordinates, means: values of controls by name."""
IN_A_LINE = {"layout": Layout(width="330px", max_width="100%"), "style": {"description_width": "120px"}}


def show(figure: Figure, description: str, place: Place | None = None, **options: Any) -> None:
    """Show a figure, in a new place or in place of what was there.

    Args:
        figure: drawn with `legible` letters.
        description: of the picture, for those who cannot see it.
        place: None: a new one.
        options: of `picture_html`.
    """
    picture, size = png(figure)
    (place or Place()).show_picture(picture, description, size, **options)


def play(
    description: str,
    draw: Callable[..., Figure],
    grab: Mapping[str, Grab] | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
    **controls: ValueWidget,
) -> None:
    """Show what a function draws, and controls that let it draw again.

    Args:
        description: of the picture, for those who cannot see it.
        draw: takes the controls' values by name; a figure that it changes and returns again is drawn quicker.
        grab: what a pointer can drag: the axes' gid -> what a point of them means.
        groups: name of a group -> names of its controls; the others stand in none.
        controls: `slider`, `rates`, `steps` or `menu`.
    """
    Toy(description, draw, grab or {}, controls).begin(groups or {})


class Toy:
    """A picture, its controls, and the hand that drags it.

    While something moves, a light picture answers; when it rests, the sharp one is shown. Without a hand, every picture
    is sharp.
    """

    def __init__(
        self,
        description: str,
        draw: Callable[..., Figure],
        grab: Mapping[str, Grab],
        controls: Mapping[str, ValueWidget],
    ) -> None:
        self.description, self.draw, self.grab, self.controls = description, draw, grab, controls
        self.figure = self.drawn()  # before anything is shown: a part may be at work here
        self.place, self.sketch = Place(), drawing.Sketch()
        self.name = f"picture-{uuid4()}"
        self.hand: Any = None
        self.live = False  # whether the hand is there in a browser
        self.moving = False  # whether it is about to move controls

    def begin(self, groups: Mapping[str, Sequence[str]]) -> None:
        """Show the controls and the picture."""
        self.hand = take_hand(self.name, self.controls.values())
        if self.hand:
            self.hand.on_msg(lambda _, message, __: self.answer(message))
        show_controls([*grouped(self.controls, groups), *([self.hand] if self.hand else [])])
        self.show()
        for control in self.controls.values():
            control.observe(self.change, "value")

    def drawn(self) -> Figure:
        """Draw with the values that the controls have."""
        with legible(), one_thread():
            return self.draw(**{name: control.value for name, control in self.controls.items()})

    def show(self) -> None:
        """Show the sharp picture."""
        show(self.figure, self.description, self.place, name=self.name, handles=self.handles)
        self.sketch.forget()

    def change(self, _: object = None) -> None:
        """Draw again, as a control has another value."""
        if not self.moving:
            self.draw_again(light=self.live)

    def draw_again(self, light: bool) -> None:
        """Draw again, and show it; an error is shown in a line, as a part may be at work."""
        answer: tuple[dict[str, Any], list[bytes]] = {}, []
        try:
            before, self.figure = self.figure, self.drawn()
            if light or self.figure is before:
                drawing.keep_layout(self.figure, before)
            if light:
                answer = {"light": True}, [self.sketch.png(self.figure)]
            else:
                self.show()
        except Exception as error:
            self.place.say(why_not(error))
        if self.live:
            self.hand.send(*answer)

    def answer(self, message: dict[str, Any]) -> None:
        """Do what the hand asks for: it is there, it holds something, or it rests."""
        if "ready" in message:
            self.live = True
            return
        if "handle" in message:
            self.moving = True
            for name, value in self.meaning(message["handle"], message["x"], message["y"]).items():
                put(self.controls[name], value)
            self.moving = False
        self.draw_again(light="handle" in message)

    @property
    def grabbed(self) -> list[Axes]:
        """The axes that can be dragged."""
        return [axes for axes in self.figure.axes if axes.get_gid() in self.grab]

    @property
    def handles(self) -> list[Area]:
        """Where they are in the picture."""
        shares = self.figure.transFigure.inverted()
        boxes = [axes.get_window_extent().transformed(shares) for axes in self.grabbed]
        return [(box.x0, 1 - box.y1, box.width, box.height) for box in boxes] if self.hand else []

    def meaning(self, handle: int, x: float, y: float) -> Values:
        """Find what a point of the picture stands for; x and y are shares of its sides, from the top left."""
        axes = self.grabbed[handle]
        right, up = axes.transData.inverted().transform(self.figure.transFigure.transform((x, 1 - y)))
        (left, most), (low, high) = sorted(axes.get_xlim()), sorted(axes.get_ylim())
        return self.grab[str(axes.get_gid())](min(max(right, left), most), min(max(up, low), high))


def take_hand(picture: str, controls: Iterable[ValueWidget]) -> Any:
    """Make the hand of a picture; None without anywidget or the hand's script: the controls do all that it does."""
    try:
        from proj4_code.given.notebooks.lessons.hand import Hand
    except (ImportError, OSError):
        return None
    return Hand(picture=picture, controls=[control.model_id for control in controls])


def put(slider: Any, value: float) -> None:
    """Move a slider to the value nearest to a value."""
    least, most = (slider.base**end if isinstance(slider, FloatLogSlider) else end for end in (slider.min, slider.max))
    inside = min(max(value, least), most)
    slider.value = round(inside) if isinstance(slider, IntSlider) else inside


def grouped(controls: Mapping[str, ValueWidget], groups: Mapping[str, Sequence[str]]) -> list[Widget]:
    """Put controls that belong together into a box with a name."""
    inside = {name for names in groups.values() for name in names}
    frame = Layout(border="1px solid #8888", padding="0 8px 4px", margin="0 0 6px", max_width="100%")
    boxes = [
        VBox([HTML(f"<b>{group}</b>"), *(controls[name] for name in names)], layout=frame)
        for group, names in groups.items()
    ]
    return [*(control for name, control in controls.items() if name not in inside), *boxes]


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


def show_controls(controls: Iterable[Widget]) -> None:
    """Show controls."""
    display(Controls(list(controls), layout=Layout(display="flex", flex_flow="row wrap", grid_gap="4px 16px")))


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
