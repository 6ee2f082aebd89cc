"""Part 4: `encode_labels`, `CamVid`, `train_transforms`, `eval_transforms`."""

from collections.abc import Sequence

import numpy as np
import pytest

from proj4_code.given.classes import CLASSES, IMAGENET_MEAN, IMAGENET_STD, TRAIN_NAMES, VOID
from proj4_unit_tests.harness.book import Draw
from proj4_unit_tests.harness.compare import describe, difference, expect, expect_array, expect_equal, refused
from proj4_unit_tests.harness.crops.augmentation import (
    LARGE,
    SHOWN,
    TIMES_LARGE,
    Augmentation,
    is_drawn_once,
    origin,
    range_of_angles,
    range_of_scales,
    share,
    wrong_labels,
)
from proj4_unit_tests.harness.crops.measure import MEAN_COLOR, Colors, name_colors
from proj4_unit_tests.harness.errors import exception_types, is_not_started

MEAN = np.array(IMAGENET_MEAN)[:, None, None]
STD = np.array(IMAGENET_STD)[:, None, None]


def _random_labels(draw: Draw, height: int, width: int, classes: Sequence = CLASSES) -> np.ndarray:
    """Draw a label image (3, H, W) of the colours of classes."""
    colors = np.array([c.color for c in classes], np.uint8)
    return np.ascontiguousarray(colors[draw.integers(0, len(colors), height, width)].transpose(2, 0, 1))


def _train_ids(colors: np.ndarray) -> np.ndarray:
    """Look up the train ids (H, W) of a label image (3, H, W)."""
    known = {c.color: VOID if c.group is None else TRAIN_NAMES.index(c.group) for c in CLASSES}
    return np.array([[known[tuple(color)] for color in row] for row in colors.transpose(1, 2, 0).tolist()])


def _random_image(draw: Draw, height: int, width: int) -> np.ndarray:
    return draw.integers(0, 256, 3, height, width).astype(np.uint8)


def _dataset(draw: Draw, names: list[str], suffix: str = ".png", size: tuple[int, int] = (6, 9)) -> dict:
    """Draw the files of a data set, and a split "train" of all of them."""
    return {
        "images": {f"{name}{suffix}": _random_image(draw, *size) for name in names},
        "labels": {f"{name}_L.png": _random_labels(draw, *size) for name in names},
        "splits": {"train": names},
    }


@pytest.mark.points(1)
@pytest.mark.function("encode_labels")
def test_each_colour_becomes_its_group(student):
    """All 32 colours: a class counts as its group, whose place in TRAIN_NAMES is the train id; void is 255."""
    right = [VOID if group is None else TRAIN_NAMES.index(group) for _, _, group in CLASSES]
    given, error = [], None
    for _, color, _ in CLASSES:
        try:
            given.append(
                student.sample("encode_labels", colors=np.array(color, np.uint8).reshape(3, 1, 1))["train ids"]
            )
        except Exception as raised:
            if is_not_started(raised):
                raise
            error = error or raised
            given.append(exception_types(raised)[0])
    student.observe("train ids", given)
    for (name, color, group), answer, expected in zip(CLASSES, given, right, strict=True):
        if isinstance(answer, str) and error:
            raise error
        expect_equal(answer, np.array([[expected]]), f"{expected} ({group or 'void'}) for {name}, {color}")


@pytest.mark.points(1)
@pytest.mark.function("encode_labels")
def test_a_label_image_becomes_train_ids(student, draw, book):
    """(3, H, W) uint8 colours become (H, W) int64 train ids, and the colours are not modified."""
    answer = student.encode_labels(colors=_random_labels(draw, 7, 12))
    expect_array(answer["train ids"], "int64", (7, 12))
    book.check(answer)


@pytest.mark.points(0.5)
@pytest.mark.function("encode_labels")
def test_an_unknown_colour_is_refused(student, draw):
    """Any other colour, even one that is only off by one, raises a ValueError that names it."""
    for color in ((128, 128, 129), (1, 2, 3), (129, 0, 0), (0, 128, 0), (255, 255, 255)):
        height, width = draw.integers(4, 9, 2).tolist()
        colors = _random_labels(draw, height, width, [c for c in CLASSES if c.name == c.group])
        colors[:, draw.integers(0, height), draw.integers(0, width)] = color
        with refused(ValueError, *((str(value), bytes(color).hex()) for value in color)):
            student.encode_labels(colors=colors)


@pytest.mark.points(1.5)
@pytest.mark.function("CamVid")
def test_items_come_in_the_order_of_the_split_file(student, draw):
    """Item i is the frame in line i of the split file, sorted or not: its image, and the mask of its label."""
    names = ["b_10", "a_2", "c_1", "a_10", "a_1"]  # a name may begin another one
    files = _dataset(draw, names)
    items = student.camvid(**files, split="train")
    expect(len(items) == 5, f"{len(items)} items", "the 5 frames of the split file")
    for item, name in zip(items, names, strict=True):
        expect_equal(item["image"], files["images"][f"{name}.png"], f"the image of {name}, red first")
        expect_equal(item["mask"], _train_ids(files["labels"][f"{name}_L.png"]), f"the train ids of {name}_L.png")


@pytest.mark.points(1)
@pytest.mark.function("CamVid")
def test_an_item_is_an_image_and_its_mask(student, draw, book):
    """(tv_tensors.Image uint8 RGB (3, H, W), tv_tensors.Mask int64 (H, W)); the root may be a string."""
    items = student.camvid(**_dataset(draw, ["x_2", "x_1"]), split="train", as_string=True)
    for item in items:
        expect_equal(item["types"], ["Image", "Mask"], "a tv_tensors.Image and a tv_tensors.Mask")
        expect_array(item["image"], "uint8", (3, 6, 9))
        expect_array(item["mask"], "int64", (6, 9))
    book.check(items)


@pytest.mark.points(1)
@pytest.mark.function("CamVid", forgeable=True)
def test_each_split_has_its_own_file(student, draw):
    """`val` reads val.txt; files that it does not list are left alone."""
    files = _dataset(draw, ["x_1", "x_2", "x_3"])
    files["splits"] = {"train": ["x_1"], "val": ["x_3"], "test": ["x_2", "x_1"]}
    items = student.camvid(**files, split="val")
    expect(len(items) == 1, f"{len(items)} items", "the one frame of val.txt")
    expect_equal(items[0]["image"], files["images"]["x_3.png"], "the image of x_3")
    expected = {"length": 2, "a torch.utils.data.Dataset": True, "reading it": "2 items"}
    expect_equal(student.camvid_construction(**files, split="test"), expected, "a data set of length 2")


@pytest.mark.points(0.5)
@pytest.mark.function("CamVid", forgeable=True)
def test_images_may_be_jpeg(student, draw):
    """`images/NAME.jpg` is found as well as `images/NAME.png`."""
    files = _dataset(draw, ["x_1"], suffix=".jpg", size=(16, 16))
    for name in files["images"]:
        files["images"][name][:] = np.array([200, 120, 40], np.uint8)[:, None, None]
    items = student.sample("camvid", **files, split="train")
    image = items[0]["image"] if items else "no item"
    if np.size(image) != 3 * 16 * 16:
        student.observe("image", describe(image))
        expect(False, describe(image), "one image (3, 16, 16)")
    image = np.asarray(image).astype(np.int16)
    student.observe("colour", np.median(image.reshape(3, -1), axis=1), spread=4)
    expect(image.shape == (3, 16, 16), describe(image), "one image (3, 16, 16)")
    error = int(np.abs(image - np.array([200, 120, 40])[:, None, None]).max())
    expect(error <= 4, f"an error of {error}", "red 200, green 120, blue 40, as in the file")


@pytest.mark.points(0.5)
@pytest.mark.function("CamVid", forgeable=True)
def test_a_missing_file_is_named_at_once(student, draw):
    """A missing image, label or split file raises a FileNotFoundError that names it, when the data set is made."""
    names = ["x_1", "x_2", "x_3"]
    for folder, file in (("images", "x_2.png"), ("labels", "x_3_L.png")):
        files = _dataset(draw, names)
        del files[folder][file]
        with refused(FileNotFoundError, file.removesuffix(".png")):
            student.camvid_construction(**files, split="train")
    with refused(FileNotFoundError, "val.txt"):
        student.camvid_construction(**_dataset(draw, names), split="val")


@pytest.mark.points(3)
@pytest.mark.function("CamVid", forgeable=True)
def test_transforms_get_image_and_mask(student, draw):
    """`transforms(image, mask)` gets both at once, as tv_tensors, at every read; what it returns is the item."""
    files = _dataset(draw, ["x_1"])
    plain = student.camvid(**files, split="train")[0]
    image, mask, given = student.camvid_transforms(**files, split="train")
    expected = "one call with a tv_tensors.Image and a tv_tensors.Mask for each of the two times that it is read"
    expect_equal(given, [["Image", "Mask"]] * 2, expected)
    expect_equal(image, np.flip(plain["image"], -1), "the image that the transform returned")
    expect_equal(mask, np.flip(plain["mask"], -1), "the mask that the transform returned")


@pytest.fixture
def augmentation(student, samples) -> Augmentation:
    """What the student's `train_transforms` makes of some frames."""
    return Augmentation(student, samples)


@pytest.mark.points(0.5)
@pytest.mark.function("transforms", forgeable=True)
def test_crops_have_the_size_asked_for(student, augmentation):
    """Crops are float32 (3, h, w) and int64 (h, w), whether they are smaller or larger than the frame."""
    for answer in (*augmentation.small(), augmentation.large()):
        for name, dtype in (("images", "float32"), ("masks", "int64")):
            student.observe(f"dtype of {name}", str(answer[name].dtype))
            expect_array(answer[name], dtype, answer[name].shape)


@pytest.mark.points(1.5)
@pytest.mark.function("transforms", forgeable=True)
def test_labels_are_never_blended(student, augmentation):
    """Masks hold only classes of the frame and 255: they are resampled with nearest, and padded with 255."""
    found = np.unique(augmentation.large()["masks"]).tolist()
    student.observe("blended", bool({*found} - {0, VOID, *SHOWN}))
    student.observe("0", 0 in found)
    expect(found == [*SHOWN, VOID], f"the classes {found}", f"the classes {SHOWN} and 255")


@pytest.mark.points(1.5)
@pytest.mark.function("transforms", forgeable=True)
def test_image_and_mask_move_together(student, augmentation):
    """Scaling, rotation, flip and crop are the same for the image and its mask, to the pixel."""
    measured = augmentation.measure()
    known = np.isfinite(measured.ratio)
    expect(known.any(), "masks in which no border between two classes is left", "the classes of the frame")
    mirrored = measured.mask_mirrored[np.isfinite(measured.mask_mirrored)]
    student.observe("masks mirrored", share(mirrored))
    student.observe("masks turned", bool(np.nanquantile(np.abs(measured.mask_angles), 0.9) > 2.5))
    apart = {"mirrored": measured.opposed, "turned": measured.turned_apart, "scaled": measured.scaled_apart}
    for name, where in apart.items():
        wrong = where[known].mean()
        student.observe(f"{name} apart", bool(wrong > 0.05))
        expect(wrong <= 0.05, f"in {wrong:.0%} of the crops, image and mask are not {name} alike", "none")
    pixels = measured.apart[np.isfinite(measured.apart)]
    far = (pixels > 1.6).mean()
    student.observe("moved apart", bool(far > 0.01 or pixels.mean() > 0.75))
    expect(far <= 0.01, f"in {far:.0%} of the crops, the mask is off its image by 2 pixels or more", "none")
    expect(pixels.mean() <= 0.75, f"the mask is off its image by {pixels.mean():.2f} pixels", "less than 0.75")


@pytest.mark.points(1)
@pytest.mark.function("transforms", forgeable=True)
def test_outside_the_frame_is_mean_colour_and_void(student, augmentation):
    """Outside the frame, in corners opened by a rotation too: ImageNet's mean colour (0 once normalised), and 255."""
    aligned = augmentation.aligned()
    augmentation.expect_steady_colors()
    student.observe("image and mask lie together", aligned)
    expect(aligned, "masks that do not lie where their images do", "255 in the mask where its image is filled")
    colors = augmentation.colors()
    found = []
    for (where, (pixels, labels)), least in zip(augmentation.outside().items(), (0.01, 0.05), strict=True):
        others = wrong_labels(labels, least)
        kinds = [kind for kind in name_colors(pixels, colors, least) if kind != MEAN_COLOR]
        student.observe(f"masks {where}", others)
        student.observe(f"images {where}", kinds)
        found.append((where, others, kinds))
    for where, others, kinds in found:
        expect(not others, f"{others} in masks {where}", f"255 {where}")
        expect(not kinds, f"{' and '.join(kinds)} in images {where}", f"the mean colour {where} (0 once normalised)")
    padding = len(labels) / (TIMES_LARGE * LARGE[0] * LARGE[1])
    student.observe("padding", bool(padding > 0.25))
    expect(padding > 0.25, f"{padding:.0%} of large crops lie outside the frame", "more than half")


@pytest.mark.points(1.5)
@pytest.mark.function("transforms", forgeable=True)
def test_images_are_normalised_as_imagenet(student, augmentation):
    """Images are (value / 255 - mean) / std for red, green and blue, with ImageNet's mean and standard deviation."""
    augmentation.expect_steady_colors()
    for color in ([200, 30, 90], [10, 60, 240]):
        got = augmentation.normalised(color)
        expected = (np.array(color) / 255 - IMAGENET_MEAN) / IMAGENET_STD
        student.observe(f"{color}", got, spread=max(0.02, float(np.abs(got).max()) / 100))
        error = np.abs(got - expected).max()
        expect(error < 0.02, f"{np.round(got, 2).tolist()}", f"{np.round(expected, 2).tolist()} for the colour {color}")


@pytest.mark.points(0.5)
@pytest.mark.function("transforms")
def test_frames_are_scaled_by_half_to_two(student, augmentation):
    """The scale is random between 0.5 and 2, the same for height and width."""
    measured = augmentation.measure()
    low, high = float(measured.scales.min()), float(measured.scales.max())
    wide = float(np.exp(np.abs(np.log(measured.distortions)).max()))
    student.observe("distorted", wide > 1.15)
    drawn_once = is_drawn_once(measured)
    student.observe("scales", "drawn once" if drawn_once else range_of_scales(low, high))
    expect(not drawn_once, f"one scale for all frames: {low:.2f}, or {high:.2f} in another data set", "many scales")
    expect(wide < 1.15, f"one side is scaled by up to {wide:.2f} times the factor of the other", "the same factor")
    found = f"scales from {low:.2f} to {high:.2f}"
    expect(low > 0.48 and high < 2.08, found, "none below 0.5 or above 2")
    expect(low < 0.54 and high > 1.915, found, "the whole range from 0.5 to 2")


@pytest.mark.points(0.5)
@pytest.mark.function("transforms")
def test_frames_are_rotated_by_up_to_10_degrees(student, augmentation):
    """The rotation is random between -10° and 10°."""
    measured = augmentation.measure()
    unmirrored = np.where(measured.mirrored != measured.upside_down, -measured.angles, measured.angles)
    ends = [
        (float(-some.min()), float(some.max())) for some in (measured.angles, unmirrored)
    ]  # the flip first, or last
    least, most = max(min(map(min, ends)), 0), max(map(max, ends))
    student.observe("angles", range_of_angles(least, most))
    found = f"rotations by up to {least:.1f}° one way and {most:.1f}° the other"
    expect(most < 10.7, found, "none beyond 10° either way")
    expect(most > 9.4 and least > 6, found, "the whole range from -10° to 10°")


@pytest.mark.points(0.5)
@pytest.mark.function("transforms", forgeable=True)
def test_every_second_frame_is_flipped(student, augmentation):
    """About half of the frames are mirrored left to right, and none are upside down."""
    measured = augmentation.measure()
    crops = len(measured.mirrored)
    for name, where in (("upside down", measured.upside_down), ("mirrored", measured.mirrored)):
        student.observe(name, share(where))
    upside_down, mirrored = int(measured.upside_down.sum()), int(measured.mirrored.sum())
    expect(upside_down == 0, f"{upside_down} of {crops} are upside down", "none")
    expect(0.4 < mirrored / crops < 0.6, f"{mirrored} of {crops} are mirrored", "about half")


@pytest.mark.points(0.5)
@pytest.mark.function("transforms")
def test_crops_come_from_everywhere(student, augmentation):
    """A crop smaller than the frame comes from a random place."""
    measured = augmentation.measure()
    student.observe("places", origin(measured))
    columns, rows = np.clip(3 * measured.middles, 0, 2).astype(int).T
    ninths = np.bincount(3 * rows + columns, minlength=9)
    found = f"{ninths.tolist()} crops with their middle in each ninth of the frame"
    expect(ninths.min() >= 8, found, "many in each of 3×3 ninths")


@pytest.mark.points(1.5)
@pytest.mark.function("transforms")
def test_evaluation_normalises_and_pads(student, draw):
    """Evaluation normalises, and pads at the right and bottom to 8n+1 with the mean colour and 255; that is all."""
    frames = [(_random_image(draw, *size), draw.integers(0, 11, *size)) for size in ((15, 22), (16, 24), (10, 18))]
    for (image, mask), results in zip(frames, _evaluated(student, frames), strict=True):
        _, height, width = image.shape
        padded_image, padded_mask = results
        expect_array(padded_image, "float32", (3, 17, 25))
        expect_array(padded_mask, "int64", (17, 25))
        corners = {"top left": padded_mask[:height, :width], "bottom right": padded_mask[-height:, -width:]}
        student.observe(f"{height}×{width}: mask", [name for name, part in corners.items() if (part == mask).all()])
        expect_equal(padded_mask[:height, :width], mask, "the mask as it was at the top left")
        margin = np.concatenate([padded_mask[height:].ravel(), padded_mask[:, width:].ravel()])
        student.observe(f"{height}×{width}: margin of the mask", np.unique(margin))
        expect_equal(np.unique(margin).tolist(), [VOID], "255 in the padding of the mask")
        colors = _colors(image, padded_image[:, :height, :width])
        spread = 0.02 * max(1, float(np.abs(colors.white).max()))
        student.observe(f"{height}×{width}: black and white", np.stack(colors), spread)
        expected = ((image / 255 - MEAN) / STD).astype(np.float32)
        expect_equal(padded_image[:, :height, :width], expected, "(value / 255 - mean) / std", tolerance=1e-5)
        margin = np.concatenate([padded_image[:, height:].reshape(3, -1), padded_image[:, :, width:].reshape(3, -1)], 1)
        student.observe(f"{height}×{width}: margin of the image", name_colors(margin.T, colors, 0.3))
        found = f"up to {np.abs(margin).max():.2f} in the padding of the image"
        expect(np.abs(margin).max() < 0.012, found, "0, the mean colour once normalised")


def _evaluated(student, frames: list[tuple[np.ndarray, np.ndarray]]) -> list[list[np.ndarray]]:
    """Return what `eval_transforms` makes of frames, which must be the same each time."""
    runs = [student.sample("eval_transform", image=image, mask=mask, times=12) for image, mask in frames]
    shapes = [[describe(value) for value in results[0]] for results in runs]
    if any(len(result) != 2 for results in runs for result in results):
        student.observe("shapes", shapes)
        expect(False, f"{len(shapes[0])} results: {', '.join(shapes[0])}"[:160], "two: an image and a mask")
    wanted = [[f"float32 (3, {h}, {w})", f"int64 ({h}, {w})"] for h, w in map(_padded_size, frames)]
    if shapes != wanted and all(shape == shapes[0] for shape in shapes):
        student.observe("size", "the same for all frames")
    else:
        student.observe("shapes", shapes)
    steady = [all(not difference(result, results[0], 1e-6) for result in results) for results in runs]
    if not all(steady):
        kinds = {
            _kind_of_mask(result[1], mask)
            for results, (_, mask) in zip(runs, frames, strict=True)
            for result in results
        }
        student.observe("each time", sorted(kinds))
    expect(all(steady), "results that differ from one time to the next", "the same each time: nothing is random")
    return [results[0] for results in runs]


def _padded_size(frame: tuple[np.ndarray, np.ndarray]) -> tuple[int, ...]:
    return tuple(8 * -(-(side - 1) // 8) + 1 for side in frame[1].shape)


def _kind_of_mask(result: np.ndarray, mask: np.ndarray) -> str:
    top_left = result[: mask.shape[0], : mask.shape[1]]
    mirrored = result[: mask.shape[0], -mask.shape[1] :]  # of a frame that was padded first
    known = (
        ("as it was", top_left, mask),
        ("mirrored", top_left, mask[:, ::-1]),
        ("mirrored", mirrored, mask[:, ::-1]),
    )
    return next((kind for kind, found, right in known if not difference(found, right)), "another")


def _colors(image: np.ndarray, normalised: np.ndarray) -> Colors:
    """Fit what black and white became."""
    fits = [np.polyfit(old.ravel() / 255, new.ravel(), 1) for old, new in zip(image, normalised, strict=True)]
    slopes, offsets = np.array(fits).T
    return Colors(offsets, offsets + slopes)


@pytest.mark.points(0.5)
@pytest.mark.function("transforms", forgeable=True)
def test_evaluation_keeps_sizes_of_8n_plus_1(student, draw):
    """Frames of 17×33 and 9×25 need no padding, and two runs give the same result."""
    frames = [(_random_image(draw, *size), draw.integers(0, 11, *size)) for size in ((17, 33), (9, 25))]
    for (image, mask), (padded_image, padded_mask) in zip(frames, _evaluated(student, frames), strict=True):
        expect_array(padded_image, "float32", image.shape)
        expect_array(padded_mask, "int64", mask.shape)
        student.observe("mask", bool((padded_mask == mask).all()))
        expect_equal(padded_mask, mask, "the mask as it was")


if __name__ == "__main__":
    raise SystemExit(pytest.main([__file__]))
