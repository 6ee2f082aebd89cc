"""Part 4: `encode_labels`, `CamVid`, `train_transforms`, `eval_transforms`."""

from typing import NamedTuple

import numpy as np
import pytest

from proj4_code.given.classes import CLASSES, IMAGENET_MEAN, IMAGENET_STD, TRAIN_NAMES, VOID
from proj4_unit_tests.harness.book import Draw
from proj4_unit_tests.harness.compare import describe, expect, expect_array, expect_equal, refused

MEAN = np.array(IMAGENET_MEAN)[:, None, None]
STD = np.array(IMAGENET_STD)[:, None, None]


def _random_labels(draw: Draw, height: int, width: int) -> np.ndarray:
    """Draw a label image (3, H, W) of the 32 colours."""
    colors = np.array([c.color for c in CLASSES], np.uint8)
    return np.ascontiguousarray(colors[draw.integers(0, 32, height, width)].transpose(2, 0, 1))


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
def test_each_colour_becomes_its_group(student):
    """All 32 colours: a class counts as its group, whose place in TRAIN_NAMES is the train id; void is 255."""
    for name, color, group in CLASSES:
        pixel = np.array(color, np.uint8).reshape(3, 1, 1)
        expected = VOID if group is None else TRAIN_NAMES.index(group)
        answer = student.encode_labels(colors=pixel)["train ids"]
        expect_equal(answer, np.array([[expected]]), f"{expected} ({group or 'void'}) for {name}, {color}")


@pytest.mark.points(1)
def test_a_label_image_becomes_train_ids(student, draw, book):
    """(3, H, W) uint8 colours become (H, W) int64 train ids, and the colours are not modified."""
    answer = student.encode_labels(colors=_random_labels(draw, 7, 12))
    expect_array(answer["train ids"], "int64", (7, 12))
    book.check(answer)


@pytest.mark.points(1)
def test_an_unknown_colour_is_refused(student, draw):
    """Any other colour, even one that is only off by one, raises a ValueError that names it."""
    for color in ((128, 128, 129), (1, 2, 3), (129, 0, 0), (0, 128, 0)):
        colors = _random_labels(draw, 5, 6)
        colors[:, 2, 4] = color
        with refused(ValueError, *((str(value), bytes(color).hex()) for value in color)):
            student.encode_labels(colors=colors)


@pytest.mark.points(1)
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
def test_an_item_is_an_image_and_its_mask(student, draw, book):
    """(tv_tensors.Image uint8 RGB (3, H, W), tv_tensors.Mask int64 (H, W)); the root may be a string."""
    items = student.camvid(**_dataset(draw, ["x_1", "x_2"]), split="train", as_string=True)
    for item in items:
        expect_equal(item["types"], ["Image", "Mask"], "a tv_tensors.Image and a tv_tensors.Mask")
        expect_array(item["image"], "uint8", (3, 6, 9))
        expect_array(item["mask"], "int64", (6, 9))
    book.check(items)


@pytest.mark.points(1)
def test_each_split_has_its_own_file(student, draw):
    """`val` reads val.txt; files that it does not list are left alone."""
    files = _dataset(draw, ["x_1", "x_2", "x_3"])
    files["splits"] = {"train": ["x_1"], "val": ["x_3"], "test": ["x_2", "x_1"]}
    items = student.camvid(**files, split="val")
    expect(len(items) == 1, f"{len(items)} items", "the one frame of val.txt")
    expect_equal(items[0]["image"], files["images"]["x_3.png"], "the image of x_3")
    expected = {"length": 2, "a torch.utils.data.Dataset": True}
    expect_equal(student.camvid_construction(**files, split="test"), expected, "a data set of length 2")


@pytest.mark.points(1)
def test_images_may_be_jpeg(student, draw):
    """`images/NAME.jpg` is found as well as `images/NAME.png`."""
    files = _dataset(draw, ["x_1"], suffix=".jpg", size=(16, 16))
    for name in files["images"]:
        files["images"][name][:] = np.array([200, 120, 40], np.uint8)[:, None, None]
    image = student.camvid(**files, split="train")[0]["image"].astype(int)
    error = int(np.abs(image - np.array([200, 120, 40])[:, None, None]).max())
    expect(error <= 4, f"an error of {error}", "red 200, green 120, blue 40, as in the file")


@pytest.mark.points(1)
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


@pytest.mark.points(1)
def test_transforms_get_image_and_mask(student, draw):
    """`transforms(image, mask)` gets both at once, as tv_tensors, at every read; what it returns is the item."""
    files = _dataset(draw, ["x_1"])
    plain = student.camvid(**files, split="train")[0]
    image, mask, given = student.camvid_transforms(**files, split="train")
    expected = "one call with a tv_tensors.Image and a tv_tensors.Mask for each of the two times that it is read"
    expect_equal(given, [["Image", "Mask"]] * 2, expected)
    expect_equal(image, np.flip(plain["image"], -1), "the image that the transform returned")
    expect_equal(mask, np.flip(plain["mask"], -1), "the mask that the transform returned")


def _marked_frame(height: int = 32, width: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """Draw a frame of four quarters in strong colours and a white bar in the middle, each of its own class."""
    mask = np.full((height, width), 1)
    mask[: height // 2, width // 2 :], mask[height // 2 :, : width // 2], mask[height // 2 :, width // 2 :] = 3, 7, 10
    mask[height // 2 - 3 : height // 2 + 3, width // 2 - 12 : width // 2 + 12] = 5
    image = np.zeros((3, height, width), np.uint8)
    for train_id, color in _QUARTERS.items():
        image[:, mask == train_id] = np.array(color, np.uint8)[:, None]
    return image, mask


_QUARTERS = {1: (250, 5, 5), 3: (5, 250, 5), 7: (5, 5, 250), 10: (250, 250, 5), 5: (250, 250, 250)}


def _augmented(student, draw: Draw, crop_size: tuple[int, int], times: int = 60) -> tuple[np.ndarray, np.ndarray]:
    image, mask = _marked_frame()
    answer = student.augment(image=image, mask=mask, crop_size=list(crop_size), times=times, seed=draw.seed())
    _expect_shape(answer["images"], (times, 3, *crop_size))
    _expect_shape(answer["masks"], (times, *crop_size))
    return answer["images"], answer["masks"]


def _augmented_masks(
    student, draw: Draw, crop_size: tuple[int, int], times: int, mask: np.ndarray | None = None
) -> np.ndarray:
    image, marked = _marked_frame()
    mask = marked if mask is None else mask
    answer = student.augment_masks(image=image, mask=mask, crop_size=list(crop_size), times=times, seed=draw.seed())
    _expect_shape(answer["masks"], (times, *crop_size))
    return answer["masks"]


def _expect_shape(crops: np.ndarray, shape: tuple[int, ...]) -> None:
    expect(getattr(crops, "shape", None) == shape, describe(crops), f"{shape[0]} crops, in an array {shape}")


@pytest.mark.points(1)
def test_crops_have_the_size_asked_for(student, draw):
    """Crops are float32 (3, h, w) and int64 (h, w), whether they are smaller or larger than the frame."""
    for height, width in ((17, 25), (57, 49)):
        images, masks = _augmented(student, draw, (height, width), times=8)
        expect_array(images, "float32", (8, 3, height, width))
        expect_array(masks, "int64", (8, height, width))


@pytest.mark.points(1)
def test_labels_are_never_blended(student, draw):
    """Masks hold only classes of the frame and 255: they are resampled with nearest, and padded with 255."""
    masks = _augmented_masks(student, draw, (81, 97), times=60)
    found = sorted(set(np.unique(masks).tolist()))
    expect_equal(found, [1, 3, 5, 7, 10, VOID], f"classes {sorted(_QUARTERS)} and 255")


@pytest.mark.points(1)
def test_image_and_mask_move_together(student, draw):
    """Scaling, rotation, flip and crop are the same for the image and its mask."""
    images, masks = _augmented(student, draw, (49, 57))
    colors = np.moveaxis(images, 1, 0) * STD[..., None] + MEAN[..., None]
    clear = np.zeros(masks.shape, bool)
    wrong = np.zeros(masks.shape, bool)
    for train_id, color in _QUARTERS.items():
        same = np.abs(colors - np.array(color)[:, None, None, None] / 255).max(axis=0) < 0.02
        clear |= same
        wrong |= same & (masks != train_id)
    share = wrong.sum() / max(clear.sum(), 1)
    expect(share < 0.02, f"{share:.0%} of the pixels have another class than their colour", "less than 2 %, at borders")
    expect(clear.mean() > 0.15, f"{clear.mean():.0%} of the pixels have a colour of the frame", "at least 15 %")


@pytest.mark.points(1)
def test_outside_the_frame_is_mean_colour_and_void(student, draw):
    """Outside the frame, in corners opened by a rotation too: ImageNet's mean colour (0 once normalised), and 255."""
    bright, mask = np.full((3, 32, 40), 240, np.uint8), np.full((32, 40), 7)
    answer = student.augment(image=bright, mask=mask, crop_size=[97, 113], times=40, seed=draw.seed())
    images, outside = answer["images"], answer["masks"] == VOID
    expect_equal(np.unique(answer["masks"]).tolist(), [7, VOID], "the frame's only class, 7, and 255")
    expect(0.3 < outside.mean() < 1, f"{outside.mean():.0%} of the masks are 255", "the padding around the frame")
    values = np.abs(np.moveaxis(images, 1, -1)[outside])
    blank = float((values.max(axis=-1) < 0.03).mean())
    expect(blank > 0.9, f"{blank:.0%} of the void pixels are about 0", "nearly all of them (borders may blend)")
    lowest = images.min()  # torchvision's rotation darkens the border of what it rotates by a quarter: -0.53
    expect(lowest > -1, f"values down to {lowest:.2f}, as if black", "none: a bright frame, and the mean colour")


@pytest.mark.points(1)
def test_images_are_normalised_as_imagenet(student, draw):
    """Images are (value / 255 - mean) / std for red, green and blue, with ImageNet's mean and standard deviation."""
    color = np.array([200, 30, 90], np.uint8)
    image, mask = np.broadcast_to(color[:, None, None], (3, 64, 64)).copy(), np.zeros((64, 64), np.int64)
    answer = student.augment(image=image, mask=mask, crop_size=[17, 17], times=20, seed=draw.seed())
    inside = np.moveaxis(answer["images"], 1, -1)[answer["masks"] == 0]
    expected = ((color[:, None, None] / 255 - MEAN) / STD).ravel()
    error = np.abs(np.median(inside, axis=0) - expected).max()
    expect(error < 0.02, f"{np.round(np.median(inside, axis=0), 2).tolist()}", f"{np.round(expected, 2).tolist()}")


class _Bars(NamedTuple):
    """Measurements of the white bar (24×6 pixels, class 5), in the masks that show all of it."""

    scales: np.ndarray
    angles: np.ndarray  # degrees
    shapes: np.ndarray  # length over width
    mirrored: np.ndarray


def _measure_bars(masks: np.ndarray) -> _Bars:
    found = []
    for mask in masks:
        y, x = np.nonzero(mask == 5)
        if len(x) < 10 or min(x.min(), y.min()) == 0 or x.max() == mask.shape[1] - 1 or y.max() == mask.shape[0] - 1:
            continue
        covariance = np.cov(x, y)
        angle = np.degrees(np.arctan2(2 * covariance[0, 1], covariance[0, 0] - covariance[1, 1]) / 2)
        across, along = np.linalg.eigvalsh(covariance)
        left, right = (np.nonzero(mask == train_id)[1] for train_id in (1, 3))
        mirrored = len(left) and len(right) and left.mean() > right.mean()
        found.append((np.sqrt(len(x) / (24 * 6)), angle, np.sqrt(along / max(across, 1e-9)), mirrored))
    return _Bars(*np.array(found).reshape(-1, 4).T)


@pytest.mark.points(1)
def test_frames_are_scaled_by_half_to_two(student, draw):
    """The scale is random between 0.5 and 2, the same for height and width."""
    bars = _measure_bars(_augmented_masks(student, draw, (97, 113), times=200))
    scales = bars.scales
    expect(len(scales) > 40, f"the frame is whole in {len(scales)} of 200 large crops", "in most of them")
    found = f"scales from {scales.min():.2f} to {scales.max():.2f}"
    expect(scales.min() > 0.46 and scales.max() < 2.1, found, "none below 0.5 or above 2")
    expect(scales.min() < 0.66 and scales.max() > 1.6, found, "nearly the whole range from 0.5 to 2")
    shapes = bars.shapes[scales > 1]  # a smaller bar cannot be measured well
    found = f"a bar of 24×6 pixels becomes {shapes.min():.1f} to {shapes.max():.1f} times as long as wide"
    expect(shapes.min() > 2.6 and shapes.max() < 6, found, "about 4 times, as before")


@pytest.mark.points(1)
def test_frames_are_rotated_by_up_to_10_degrees(student, draw):
    """The rotation is random between -10° and 10°."""
    bars = _measure_bars(_augmented_masks(student, draw, (97, 113), times=240))
    large = bars.scales > 1  # the angle of a smaller bar cannot be measured well
    angles, mirrored = bars.angles[large], bars.mirrored[large]
    expect(len(angles) > 40, f"the frame is whole and not small in {len(angles)} of 240 large crops", "in most of them")
    unmirrored = np.where(mirrored, -angles, angles)
    for where, some in (("", angles), (" before the flip", unmirrored)):
        found = f"angles from {some.min():.1f}° to {some.max():.1f}°{where}"
        expect(some.min() > -13 and some.max() < 13, found, "none beyond 10° either way")
        both_ways = some.min() < -4 and some.max() > 4
        expect(both_ways and np.abs(some).max() > 7, found, "nearly the whole range from -10° to 10°")


@pytest.mark.points(1)
def test_every_second_frame_is_flipped(student, draw):
    """About half of the frames are mirrored left to right, and none are upside down."""
    masks = _augmented_masks(student, draw, (97, 113), times=80)
    flipped, upside_down, whole = 0, 0, 0
    for mask in masks:
        places = {train_id: np.argwhere(mask == train_id) for train_id in (1, 3, 7, 10)}
        if min(map(len, places.values())) < 40:
            continue
        (y1, x1), (_, x3), (y7, _) = (places[train_id].mean(axis=0) for train_id in (1, 3, 7))
        whole, flipped, upside_down = whole + 1, flipped + (x1 > x3), upside_down + (y1 > y7)
    expect(whole > 20, f"the frame is whole in {whole} of 80 large crops", "in most of them")
    expect(upside_down == 0, f"{upside_down} of {whole} are upside down", "none")
    expect(0.15 < flipped / whole < 0.85, f"{flipped} of {whole} are mirrored", "about half")


@pytest.mark.points(1)
def test_crops_come_from_everywhere(student, draw):
    """A crop smaller than the frame comes from a random place."""
    ninths = np.add.outer(3 * (np.arange(32) * 3 // 32), np.arange(40) * 3 // 40)
    masks = _augmented_masks(student, draw, (9, 9), times=240, mask=ninths)
    found = [int((masks[:, 4, 4] == ninth).sum()) for ninth in range(9)]
    expect(min(found) > 0, f"{found} crops with their middle in each ninth of the frame", "some in each of 3×3 ninths")


@pytest.mark.points(1)
def test_evaluation_normalises_and_pads(student, draw):
    """Evaluation normalises, and pads at the right and bottom to 8n+1 with the mean colour and 255; that is all."""
    for height, width in ((15, 22), (16, 24), (10, 18)):
        image, mask = _random_image(draw, height, width), draw.integers(0, 11, height, width)
        padded_image, padded_mask = student.eval_transform(image=image, mask=mask)
        expect_array(padded_image, "float32", (3, 17, 25))
        expect_array(padded_mask, "int64", (17, 25))
        expect_equal(padded_mask[:height, :width], mask, "the mask as it was at the top left")
        margin = np.concatenate([padded_mask[height:].ravel(), padded_mask[:, width:].ravel()])
        expect_equal(np.unique(margin).tolist(), [VOID], "255 in the padding of the mask")
        expected = ((image / 255 - MEAN) / STD).astype(np.float32)
        expect_equal(padded_image[:, :height, :width], expected, "(value / 255 - mean) / std", tolerance=1e-5)
        margin = np.concatenate([padded_image[:, height:].ravel(), padded_image[:, :, width:].ravel()])
        largest = np.abs(margin).max()
        expect(
            largest < 0.012, f"up to {largest:.2f} in the padding of the image", "0, the mean colour once normalised"
        )


@pytest.mark.points(1)
def test_evaluation_keeps_sizes_of_8n_plus_1(student, draw):
    """A frame of 17×33 needs no padding, and two runs give the same result."""
    image, mask = _random_image(draw, 17, 33), draw.integers(0, 11, 17, 33)
    first, second = (student.eval_transform(image=image, mask=mask) for _ in range(2))
    expect_array(first[0], "float32", (3, 17, 33))
    expect_equal(first[1], mask, "the mask as it was")
    expect_equal(second, first, "the same twice")


if __name__ == "__main__":
    raise SystemExit(pytest.main([__file__]))
