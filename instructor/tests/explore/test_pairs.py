"""A folder of image and mask pairs: what is read, and what is refused."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from proj4_code.given.explore.pairs import find_pairs, read_pairs


def write_pair(
    folder: Path, name: str, mask: np.ndarray, size: tuple[int, int] = (24, 36), masks: str = "masks"
) -> None:
    """Write an image, whose red is its mask, and the mask."""
    for part in ("images", masks):
        (folder / part).mkdir(parents=True, exist_ok=True)
    image = np.zeros((*size, 3), np.uint8)
    if mask.shape == size:
        image[..., 0] = 200 * (mask == 1)
    Image.fromarray(image).save(folder / "images" / f"{name}.png")
    Image.fromarray(mask.astype(np.uint8)).save(folder / masks / f"{name}.png")


def half(height: int = 24, width: int = 36) -> np.ndarray:
    """A mask whose right half is 1."""
    return (np.arange(width) >= width // 2) * np.ones((height, 1), int)


def test_every_fifth_pair_is_for_testing_where_there_are_no_splits(tmp_path):
    for number in range(10):
        write_pair(tmp_path, f"{number}", half())
    train, test = find_pairs(tmp_path)
    assert [pair.image.stem for pair in test] == ["4", "9"]
    assert len(train) == 8
    frames = read_pairs(train, 12, count=3)
    assert (frames.images.shape, frames.masks.shape) == ((3, 3, 12, 18), (3, 12, 18))
    assert torch.equal(frames.masks[0], torch.from_numpy(half(12, 18)).to(torch.uint8))
    assert frames.images[0, 0, :, 12:].min() > 190
    assert frames.images[0, 0, :, :6].max() < 10


def test_folders_of_splits_are_used_in_either_naming(tmp_path):
    for split in ("train", "val"):
        write_pair(tmp_path / split, split, half(), masks="labels")
    assert [[pair.image.stem for pair in pairs] for pairs in find_pairs(tmp_path)] == [["train"], ["val"]]


@pytest.mark.parametrize(
    ("mask", "message"),
    [
        (half(24, 30), r"x\.png is 24×30 pixels, but its image 24×36: a mask has its image's size"),
        (half() * 7, r"x\.png has the values 0, 7; expected 0 and 1, and 255 where nobody knows"),
        (half() * 255, r"x\.png has 255 but no 1: 255 is void; write 1 where the thing is"),
        (half()[..., None].repeat(3, -1), r"x\.png has colours \(Pillow's mode RGB\)"),
    ],
)
def test_a_mask_of_another_size_or_with_other_values_is_refused_in_a_sentence(tmp_path, mask, message):
    write_pair(tmp_path, "x", mask)
    write_pair(tmp_path, "y", half())
    with pytest.raises(ValueError, match=message):
        read_pairs(find_pairs(tmp_path)[0], 24)


def test_what_is_missing_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="has no folder images"):
        find_pairs(tmp_path)
    write_pair(tmp_path, "x", half())
    with pytest.raises(ValueError, match="holds 1 images"):
        find_pairs(tmp_path)
    write_pair(tmp_path, "y", half())
    (tmp_path / "masks" / "y.png").unlink()
    with pytest.raises(FileNotFoundError, match=r"y\.png is missing, the mask of .*images.y\.png"):
        find_pairs(tmp_path)


def test_kitti_road_is_read_as_it_is(shared_data):
    train, test = find_pairs(shared_data / "kitti_road")
    assert (len(train), len(test)) == (259, 30)
    frames = read_pairs(train, 48, count=2)
    assert frames.images.shape == (2, 3, 48, 156)
    assert 0.05 < frames.masks.float().mean() < 0.5
