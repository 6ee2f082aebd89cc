"""The local notebook's toys: legible wherever their sliders stand, and right where they show numbers."""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from ipywidgets import Dropdown, FloatLogSlider, IntSlider, SelectionSlider
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image
from torchvision.models import resnet18

from proj4_code import part5_iou
from proj4_code.given.classes import CLASSES, COLORS, VOID
from proj4_code.given.notebooks.cells import forget_parts
from proj4_code.given.notebooks.lessons import (
    dilation,
    frames,
    iou,
    labels,
    live_training,
    playing,
    pooling,
    pspnet,
    training,
)
from proj4_code.given.notebooks.lessons.drawing import DOTS, SMALL, WIDTH, legible
from proj4_code.given.notebooks.output_area import Place
from proj4_code.given.scene_drawing.dataset import write_dataset
from proj4_code.part2_dilated_resnet import DilatedResNet, receptive_field
from proj4_code.part4_camvid import encode_labels, train_transforms
from proj4_code.part6_training import poly_factor

FRAME = frames.Frame(*frames.render(frames.STREET, frames.SIZE, complete=True))
TRAIN_IDS = encode_labels(torch.from_numpy(FRAME.label).permute(2, 0, 1))
TOYS = {
    "bins": lambda: pooling.play_with_bins(FRAME),
    "dilation": dilation.play_with_dilation,
    "upsampling": lambda: pspnet.play_with_upsampling(FRAME),
    "size": pspnet.play_with_size,
    "classes": lambda: labels.play_with_classes(FRAME, TRAIN_IDS),
    "augmentation": lambda: labels.play_with_augmentation(FRAME),
    "views": lambda: labels.play_with_views(train_transforms, FRAME, TRAIN_IDS),
    "shapes": iou.play_with_shapes,
    "cells": lambda: iou.play_with_cells(part5_iou, FRAME),
    "one class": lambda: iou.play_with_one_class(part5_iou, FRAME),
    "two steps": lambda: training.play_with_two_steps(FRAME),
    "schedule": lambda: training.play_with_schedule(poly_factor),
}


class Recorder:
    """Stands in for a notebook: keeps the controls, the figures, what is wrong with them, and lines of text."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.controls: list = []
        self.figures: list[Figure] = []
        self.illegible: list[str] = []
        self.lines: list[str] = []
        self.hand = None
        monkeypatch.setattr(playing, "take_hand", lambda *_: self.hand)
        monkeypatch.setattr(playing, "show_controls", self.keep_controls)
        for module in (playing, dilation, live_training):
            monkeypatch.setattr(module, "show", self.keep)
        monkeypatch.setattr(Place, "say", lambda _, text: self.lines.append(text))

    def keep_controls(self, widgets: list) -> None:
        """Keep sliders and menus, also those in a group."""
        for widget in widgets:
            self.keep_controls(getattr(widget, "children", ()))
            if isinstance(widget, IntSlider | FloatLogSlider | SelectionSlider | Dropdown):
                self.controls.append(widget)

    def keep(self, figure: Figure, *_: object, **__: object) -> None:
        """Keep a figure, which may be changed later, and look at it now."""
        self.figures.append(figure)
        with legible():
            figure.draw_without_rendering()
        inside = figure.bbox.padded(2)
        for text in words_of(figure):
            box = text.get_window_extent()
            if text.get_fontsize() < SMALL or not (inside.contains(box.x0, box.y0) and inside.contains(box.x1, box.y1)):
                self.illegible.append(str(text))


class FakeHand:
    """Stands in for the hand in a browser: keeps what it is sent."""

    def __init__(self) -> None:
        self.sent: list[tuple] = []

    def on_msg(self, answer) -> None:
        self.answer = lambda **message: answer(self, message, [])

    def send(self, *message: object) -> None:
        self.sent.append(message)


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    return Recorder(monkeypatch)


def ends(control) -> tuple:
    """Return the least and the greatest value of a control, or its first and last option."""
    if hasattr(control, "options"):
        return control.options[0], control.options[-1]
    if isinstance(control, FloatLogSlider):
        return control.base**control.min, control.base**control.max
    return control.min, control.max


def words_of(figure: Figure) -> list[Text]:
    """Collect everything that is written in a figure, without the numbers of its axes."""
    texts = list(figure.findobj(lambda artist: isinstance(artist, Text) and artist.get_text().strip() != ""))
    ticks = {id(label) for axes in figure.axes for label in (*axes.get_xticklabels(), *axes.get_yticklabels())}
    return [text for text in texts if text.get_visible() and id(text) not in ticks]


@pytest.mark.parametrize("name", TOYS)
def test_a_toy_is_legible_at_both_ends_of_each_slider(name: str, recorder: Recorder) -> None:
    TOYS[name]()
    for control in recorder.controls:
        for value in ends(control):
            control.value = value
    assert recorder.lines == []
    assert len(recorder.figures) > len(recorder.controls)
    assert recorder.illegible == []
    assert all(figure.get_size_inches()[0] == WIDTH for figure in recorder.figures)


@pytest.mark.parametrize(
    ("name", "share", "values"),
    [
        ("bins", (0.0, 1.0), {"row": 29, "column": 0}),
        ("dilation", (0.99, 0.5), {"of the first": 4}),
        ("shapes", (0.75, 0.25), {"move right": 16, "move down": -10}),
        ("two steps", (1.0, 0.5), {"rate, step 1": 10**1.5, "rate, step 2": 1.0}),
    ],
)
def test_a_drag_moves_the_controls_and_is_answered_by_a_light_picture(
    name: str, share: tuple[float, float], values: dict[str, float], recorder: Recorder
) -> None:
    recorder.hand = hand = FakeHand()
    TOYS[name]()
    hand.answer(ready=True)
    assert hand.sent == []
    (figure,) = recorder.figures
    axes = next(axes for axes in figure.axes if axes.get_gid())
    box = axes.get_window_extent().transformed(figure.transFigure.inverted())
    for part in (0.3, 1):  # the second light picture may be drawn on what is left of the first
        point = [0.5 + part * (place - 0.5) for place in share]
        hand.answer(handle=0, x=box.x0 + point[0] * box.width, y=1 - box.y1 + point[1] * box.height)
    moved = {control.description: control.value for control in recorder.controls if control.description in values}
    assert moved == pytest.approx(values, rel=0.05)
    assert [message for message, _ in hand.sent] == [{"light": True}] * 2
    assert len(recorder.figures) == 1

    hand.answer(rest=True)
    assert hand.sent[-1] == ({}, [])
    light = np.asarray(Image.open(io.BytesIO(hand.sent[1][1][0])), int)
    sharp = recorder.figures[-1]
    assert light.shape == (*(sharp.get_size_inches()[::-1] * DOTS).astype(int), 3)
    if sharp is figure:  # only what is animated was drawn: the rest must be there as well
        buffer = io.BytesIO()
        with legible():
            sharp.savefig(buffer, dpi=DOTS)
        assert np.abs(light - np.asarray(Image.open(buffer).convert("RGB"), int)).mean() < 0.5


def test_an_error_while_something_is_dragged_is_a_line_and_an_answer(recorder: Recorder) -> None:
    def draw(number: int) -> Figure:
        if number > 5:
            raise NotImplementedError("TODO: part 5, count")
        return Figure()

    recorder.hand = hand = FakeHand()
    playing.play("A figure.", draw, number=playing.slider("number", 3, 1, 9))
    hand.answer(ready=True)
    recorder.controls[0].value = 6
    assert recorder.lines == ["part 5 is not written yet"]
    assert hand.sent == [({}, [])]


def test_a_slider_draws_again_and_an_error_becomes_a_line(recorder: Recorder) -> None:
    def draw(number: int) -> Figure:
        if number > 5:
            raise NotImplementedError("TODO: part 5, count")
        return Figure()

    playing.play("A figure.", draw, number=playing.slider("number", 3, 1, 9))
    (control,) = recorder.controls
    control.value = 4
    assert (len(recorder.figures), recorder.lines) == (2, [])
    control.value = 6
    assert (len(recorder.figures), recorder.lines) == (2, ["part 5 is not written yet"])


@pytest.mark.parametrize("name", dilation.STACKS)
def test_gradients_reach_as_far_as_the_formula_says(name: str) -> None:
    stack = dilation.STACKS[name]
    assert dilation.width_seen(dilation.paths(stack)) == receptive_field(stack)


def test_three_dilated_kernels_count_the_paths_of_a_convolution_of_ones() -> None:
    """The paths of one dimension are the product of polynomials; those of two, its outer product."""
    line = np.array([1.0])
    for rate in (1, 2, 4):
        kernel = np.zeros(2 * rate + 1)
        kernel[::rate] = 1
        line = np.convolve(line, kernel)
    margin = (dilation.SIDE - len(line)) // 2
    counted = dilation.paths([(3, 1, 1), (3, 1, 2), (3, 1, 4)])[margin:-margin, margin:-margin]
    assert np.array_equal(counted.numpy(), np.outer(line, line))


def test_the_field_of_a_network_is_measured_without_changing_it(
    recorder: Recorder, capsys: pytest.CaptureFixture[str]
) -> None:
    torch.manual_seed(0)
    network = DilatedResNet(18, resnet18().state_dict()).train()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    dilation.show_field(network, receptive_field)
    assert "receptive_field says 435, gradients reach 435" in capsys.readouterr().out
    assert network.training
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())


def test_a_wrong_network_is_seen_by_what_gradients_reach(
    recorder: Recorder, capsys: pytest.CaptureFixture[str]
) -> None:
    def without_dilation(layers: list[tuple[int, int, int]]) -> int:
        return receptive_field([(kernel, stride, 1) for kernel, stride, _ in layers])

    dilation.show_field(DilatedResNet(18), without_dilation)
    assert "gradients reach 435" in capsys.readouterr().out


def test_without_motion_the_middle_of_a_picture_is_cropped() -> None:
    crop = labels.moved(FRAME.image, (1.0, 0.0, False), labels.NEAREST, (0, 0, 0))
    top, left = (241 - labels.CROP) // 2, (321 - labels.CROP) // 2
    assert np.array_equal(crop, FRAME.image[top : top + labels.CROP, left : left + labels.CROP])


@pytest.mark.parametrize("motion", [(0.6, -8.0, True), (1.4, 10.0, False)])
def test_image_and_label_are_moved_alike(motion: tuple[float, float, bool]) -> None:
    """A picture whose colours are those of its label stays so."""
    painted = frames.paint(frames.scored(FRAME.label))
    image = labels.moved(painted, motion, labels.NEAREST, COLORS["Void"])
    assert {tuple(color) for color in np.unique(image.reshape(-1, 3), axis=0)} <= {c.color for c in CLASSES}
    mirrored = labels.moved(painted[:, ::-1], (motion[0], -motion[1], False), labels.NEAREST, COLORS["Void"])
    if motion[2]:
        assert (image == mirrored).all(axis=-1).mean() > 0.98


def test_cells_of_one_pixel_predict_the_truth_and_larger_ones_lose_thin_things() -> None:
    truth = torch.from_numpy(frames.scored(FRAME.label))
    labelled = truth != VOID
    assert torch.equal(iou.through_cells(truth, 1)[labelled], truth[labelled])
    coarse = iou.through_cells(truth, 32)
    assert coarse.shape == truth.shape
    assert all(len(coarse[top : top + 32, :32].unique()) == 1 for top in range(0, 241, 32))


def test_the_loss_surface_is_that_of_two_steps_of_sgd() -> None:
    problem = training.SmallProblem(FRAME)
    row, column = 10, 14
    weights = [weight.clone().requires_grad_() for weight in problem.start]
    optimizer = torch.optim.SGD(weights, lr=0)
    for rate in (training.RATES[column], training.RATES[row]):
        optimizer.param_groups[0]["lr"] = rate
        optimizer.zero_grad()
        problem.loss(weights).backward()
        optimizer.step()
    assert problem.surface[row, column] == pytest.approx(problem.loss(weights).item(), rel=1e-5)


def test_a_street_is_drawn_where_camvid_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert np.array_equal(frames.example(tmp_path / "nothing").image, FRAME.image)
    assert capsys.readouterr().out == ""


def test_camvid_is_shown_where_it_is_prepared(tmp_path: Path) -> None:
    data = write_dataset(tmp_path, {"train": 1, "val": 3, "test": 1}, (120, 160), progress=False)
    with Image.open(data / "labels" / "val_0001_L.png") as label:
        expected = np.asarray(label.resize((321, 241), Image.Resampling.NEAREST))
    assert np.array_equal(frames.example(data).label, expected)


def test_half_prepared_data_is_a_line_and_a_drawn_street(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_dataset(tmp_path, {"train": 1, "val": 3, "test": 1}, (120, 160), progress=False)
    (tmp_path / "labels" / "val_0001_L.png").write_bytes(b"half")
    assert np.array_equal(frames.example(tmp_path).image, FRAME.image)
    (tmp_path / "val.txt").unlink()
    assert np.array_equal(frames.example(tmp_path).image, FRAME.image)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert all(line.startswith(f"{tmp_path} is not prepared") for line in lines)


def test_an_interrupted_training_says_how_far_it_came(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def interrupted(*_: object) -> Iterator[dict]:
        yield {"epoch": 1, "loss": 2.0, "miou": 0.1, "pixel_accuracy": 0.5}
        raise KeyboardInterrupt

    monkeypatch.setattr(live_training, "train", interrupted)
    monkeypatch.setattr(live_training, "KIT", tmp_path)
    monkeypatch.setattr(live_training, "QUICK", True)
    live_training.train_and_watch()
    assert recorder.lines[-1] == "stopped: 1 of 1 epochs are done"
    assert len(recorder.figures) == 1


def test_an_edited_part_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    import proj4_code

    kept = {name: module for name, module in sys.modules.items() if name.startswith("proj4_code.part")}
    attributes = {name: value for name, value in vars(proj4_code).items() if name.startswith("part")}
    monkeypatch.setattr(proj4_code, "__path__", [str(tmp_path)])
    try:
        for number in (1, 22):
            (tmp_path / "part9_new.py").write_text(f"NUMBER = {number}\n")
            forget_parts()
            from proj4_code import part9_new
            from proj4_code.part9_new import NUMBER

            assert (number, number) == (NUMBER, part9_new.NUMBER)
    finally:
        forget_parts()
        sys.modules.update(kept)
        vars(proj4_code).update(attributes)


def test_a_demonstration_that_cannot_be_shown_is_a_card_that_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from proj4_code.given.notebooks.cells import demonstration

    cards: list[dict[str, str]] = []
    monkeypatch.setattr(Place, "show", lambda _, data: cards.append(data))
    sources = {
        "part1_ppm.py": "raise NotImplementedError('TODO: part 1, make the branches')",
        "part2_dilated_resnet.py": "\nx = 1 / 0",
        "part3_pspnet.py": "\n\ndef f(:",
    }
    for name, source in sources.items():
        with demonstration("PPM", name, "part1-demo"):
            exec(compile(source, str(tmp_path / name), "exec"))
    with demonstration("PPM", "part1_ppm.py"):
        _ = [][0]
    lines = [card["text/plain"] for card in cards]
    assert lines[0] == "part 1 is not written yet"
    assert lines[1].startswith("part 2 does not work yet: ZeroDivisionError")
    assert "proj4_code/part2_dilated_resnet.py, line 2" in lines[1]
    assert lines[2].startswith("part 3 does not work yet: SyntaxError")
    assert "line 3" in lines[2]
    assert lines[3].startswith("this does not work yet: IndexError")
    pages = [card["text/html"] for card in cards]
    assert 'Appears when <code>PPM</code> in <a href="proj4_code/part1_ppm.py">part1_ppm.py</a> works.' in pages[0]
    assert ["data:image/webp" in page for page in pages] == [True, True, True, False]
