"""Tests of `proj4_code.given.pictures.labels` and `charts`: colours, legends, sizes, and values that are missing."""

from pathlib import Path

import numpy as np
import pytest
import torch
from matplotlib.figure import Figure
from PIL import Image

from proj4_code.given.classes import COLORS, TRAIN_COLORS, TRAIN_NAMES, VOID
from proj4_code.given.pictures.charts import draw_confusion, draw_curves, draw_iou
from proj4_code.given.pictures.labels import (
    GAP,
    WRONG_COLOR,
    color_image,
    heading,
    legend,
    line,
    overlay,
    photo,
    prediction_sheet,
    room_for,
    with_names,
)


def colors_of(picture: Image.Image) -> set[tuple[int, int, int]]:
    return {color for _, color in picture.getcolors(1_000_000)}


def test_each_train_id_has_its_official_colour_and_void_is_black() -> None:
    train_ids = torch.tensor([[*range(11), VOID]])
    expected = [*(COLORS[name] for name in TRAIN_NAMES), (0, 0, 0)]
    assert np.asarray(color_image(train_ids))[0].tolist() == [list(color) for color in expected]


@pytest.mark.parametrize("width", [150, 320, 2000])
def test_a_legend_of_any_width_holds_every_class(width: int) -> None:
    strip = legend(width, with_void=True)
    assert strip.width == width
    assert colors_of(strip) >= set(TRAIN_COLORS)
    right_edge = np.asarray(strip)[:, -1]
    assert (right_edge == 255).all(), "something is cut off"


def test_an_overlay_shows_both_the_frame_and_the_class() -> None:
    image = torch.full((3, 10, 400), 100, dtype=torch.uint8)
    picture = overlay(image, torch.full((10, 400), TRAIN_NAMES.index("Building")))
    assert picture.getpixel((0, 0)) == (114, 50, 50)


def test_a_sheet_has_frame_truth_prediction_and_wrong_pixels_beside_each_other() -> None:
    image = torch.full((3, 40, 120), 7, dtype=torch.uint8)
    truth, prediction = torch.full((40, 120), TRAIN_NAMES.index("Car")), torch.full((40, 120), TRAIN_NAMES.index("Sky"))
    truth[:, 60:] = VOID
    prediction[:10] = truth[:10]
    sheet = prediction_sheet([(image, truth, prediction)] * 2)
    top, bottom = heading(["frame"], [120]).height + 5, heading(["frame"], [120]).height + 38

    def column(number: int) -> list[tuple[int, ...]]:
        left = number * (120 + GAP)
        return [sheet.getpixel(place) for place in ((left + 5, top), (left + 5, bottom), (left + 115, bottom))]

    assert column(0) == [(7, 7, 7)] * 3
    assert column(1) == [COLORS["Car"], COLORS["Car"], (0, 0, 0)]
    assert column(2) == [COLORS["Car"], COLORS["Sky"], COLORS["Sky"]]
    right, wrong, void = column(3)
    assert (wrong, void) == (WRONG_COLOR, (0, 0, 0))
    assert len(set(right)) == 1, "right pixels are grey"


def test_names_stand_inside_their_regions_and_nowhere_else() -> None:
    """Some official colours look alike to people with other colour vision: Building and Pedestrian, for instance."""
    train_ids = torch.full((60, 200), TRAIN_NAMES.index("Sky"))
    train_ids[:, 150:] = TRAIN_NAMES.index("Road")
    train_ids[:3, :3] = TRAIN_NAMES.index("Pedestrian")  # too small for its name
    changed = np.asarray(with_names(train_ids)) != np.asarray(color_image(train_ids))
    written = changed.any(axis=-1)
    assert written[:, :150].any()
    assert written[:, 150:].any()
    assert not written[:, 145:155].any()
    assert not written[:5, :5].any()


@pytest.mark.parametrize(("height", "width", "fits"), [(5, 9, True), (6, 9, False), (5, 10, False), (100, 1, False)])
def test_room_is_found_where_there_is_some(height: int, width: int, fits: bool) -> None:
    mask = torch.zeros(20, 30, dtype=torch.bool)
    mask[10:15, 20:29] = True
    assert room_for(mask, height, width) == ((12, 24) if fits else None)


def test_captions_stand_above_their_frames_and_what_is_too_long_is_cut_off() -> None:
    image, ids = torch.zeros(3, 40, 120, dtype=torch.uint8), torch.zeros(40, 120)
    rows = [(image, ids, ids)] * 2
    plain, captioned = prediction_sheet(rows), prediction_sheet(rows, ["first", "second " * 100])
    assert captioned.width == plain.width
    assert captioned.height == plain.height + 2 * line("first", plain.width).height
    strip = np.asarray(line("second " * 100, 200))
    assert (strip < 128).any()
    assert (strip[:, -1] == 255).all()


def test_a_photo_keeps_every_pixel() -> None:
    image = torch.randint(0, 256, (3, 5, 7), dtype=torch.uint8)
    assert np.array_equal(np.asarray(photo(image)), image.permute(1, 2, 0).numpy())


def test_charts_are_drawn_with_values_missing(tmp_path: Path) -> None:
    """Before the first evaluation there is no mean IoU, and a class may be in no frame."""
    history = [{"epoch": 1, "loss": 2.0, "val_miou": None, "val_pixel_accuracy": None}]
    draw_curves(history, tmp_path / "curves.png")
    draw_curves(
        [*history, history[0] | {"epoch": 2, "val_miou": 0.5, "val_pixel_accuracy": 0.7}], tmp_path / "more.png"
    )
    draw_iou(dict.fromkeys(TRAIN_NAMES, 0.5) | {"Fence": None}, 0.5, "some", tmp_path / "some.png")
    draw_iou(dict.fromkeys(TRAIN_NAMES), None, "none", tmp_path / "none.png")
    pictures = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert len(set(pictures.values())) == 4


@pytest.mark.parametrize("epochs", [1, 5])
def test_curves_share_an_axis_of_whole_epochs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, epochs: int) -> None:
    """Also where only the last epoch is evaluated."""
    drawn = []
    monkeypatch.setattr(Figure, "savefig", lambda figure, *_, **__: drawn.append(figure))
    row = {"loss": 2.0, "val_miou": None, "val_pixel_accuracy": None}
    history = [row | {"epoch": epoch} for epoch in range(1, epochs)]
    draw_curves([*history, row | {"epoch": epochs, "val_miou": 0.5, "val_pixel_accuracy": 0.7}], tmp_path / "any.png")
    left, right = drawn[0].axes
    assert left.get_xlim() == right.get_xlim()
    assert all(tick == round(tick) for tick in right.get_xticks())


def drawn_curves(history: list[dict], monkeypatch: pytest.MonkeyPatch) -> Figure:
    drawn: list[Figure] = []
    monkeypatch.setattr(Figure, "savefig", lambda figure, *_, **__: drawn.append(figure))
    draw_curves(history, Path("curves.png"), "PSPNet-50 on camvid")
    return drawn[0]


def row(epoch: int, miou: float | None) -> dict:
    return {"epoch": epoch, "loss": 2.0, "val_miou": miou, "val_pixel_accuracy": miou}


def test_one_evaluation_is_drawn_as_labelled_points(monkeypatch: pytest.MonkeyPatch) -> None:
    left, right = drawn_curves([row(1, None), row(2, 0.5)], monkeypatch).axes
    assert [text.get_text() for text in right.texts] == ["pixel accuracy 0.500", "mean IoU 0.500"]
    assert right.get_legend() is None
    assert [text.get_text() for text in left.get_legend().get_texts()] == ["loss, last 2.000"]


@pytest.mark.parametrize("epochs", [1, 2, 7, 50, 203])
def test_the_first_and_the_last_epoch_are_ticked_on_both_axes(monkeypatch: pytest.MonkeyPatch, epochs: int) -> None:
    figure = drawn_curves([row(epoch, 0.5) for epoch in range(1, epochs + 1)], monkeypatch)
    for axes in figure.axes:
        ticks = list(axes.get_xticks())
        assert (ticks[0], ticks[-1]) == (1, epochs)
        assert len(ticks) <= 13
        least, most = axes.get_xlim()
        assert least < 1 <= epochs < most
    assert figure.get_suptitle() == "PSPNet-50 on camvid"
    assert [axes.get_title() for axes in figure.axes] == ["train split", "val split"]


def test_the_line_of_the_mean_meets_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Figure] = []
    monkeypatch.setattr(Figure, "savefig", lambda figure, *_, **__: drawn.append(figure))
    draw_iou(dict.fromkeys(TRAIN_NAMES, 0.45) | {"Fence": None, "Car": 0.93}, 0.5, "title", Path("iou.png"))
    figure = drawn[0]
    figure.draw_without_rendering()
    [axes] = figure.axes
    [column] = axes.child_axes
    texts = column.get_yticklabels()
    assert [text.get_text() for text in texts][3:5] == ["0.930", "0.450"]
    assert axes.lines[0].get_xdata() == [0.5, 0.5]
    assert all(text.get_window_extent().x0 > axes.bbox.x1 for text in texts)


def test_the_bars_have_the_official_colours(tmp_path: Path) -> None:
    draw_iou(dict.fromkeys(TRAIN_NAMES, 0.5), 0.5, "title", tmp_path / "iou.png")
    assert colors_of(Image.open(tmp_path / "iou.png").convert("RGB")) >= set(TRAIN_COLORS)


def test_a_confusion_matrix_is_drawn_in_greys_and_with_classes_missing(tmp_path: Path) -> None:
    matrix = torch.diag(torch.arange(11)) * 7
    matrix[3, 5] = 40
    draw_confusion(matrix, "some", tmp_path / "some.png")
    draw_confusion(torch.zeros(11, 11, dtype=torch.int64), "nothing", tmp_path / "none.png")
    for path in tmp_path.iterdir():
        red, green, blue = np.asarray(Image.open(path).convert("RGB")).transpose(2, 0, 1)
        assert ((red == green) & (green == blue)).all()
    assert (tmp_path / "some.png").read_bytes() != (tmp_path / "none.png").read_bytes()
