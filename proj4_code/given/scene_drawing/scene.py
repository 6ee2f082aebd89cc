"""One scene: its photograph and its label."""

from collections.abc import Sequence

import numpy as np

from proj4_code.given.classes import CLASSES, NUM_CLASSES, rows_of
from proj4_code.given.scene_drawing.arguments import checked_seed, checked_size
from proj4_code.given.scene_drawing.camera import photograph
from proj4_code.given.scene_drawing.composition import draw_scene

_PALETTE = np.array([c.color for c in CLASSES], np.uint8)


def render(
    seed: int | Sequence[int],
    size: tuple[int, int] = (240, 320),
    *,
    complete: bool = False,
    drive: int | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Draw one scene.

    Args:
        seed: whole numbers >= 0; the same seed and size give the same pixels everywhere.
        size: height and width in pixels.
        complete: draw a scene with all of the 11 scored classes in it, each on at least a thousandth of the pixels.
        drive: scenes of one number have the same weather and kind of street, as the frames of one video do; None for
            any.

    Returns:
        Image (H, W, 3) uint8 RGB, and label (H, W, 3) uint8 in CamVid's official colours.

    Raises:
        ValueError: the size or the seed is nonsense.
    """
    height, width = checked_size(size)
    words = checked_seed(seed)
    attempt = 0
    while True:
        rng = np.random.default_rng([*words, attempt] if attempt else words)
        surroundings = rng if drive is None else np.random.default_rng(drive)
        image, classes = draw_scene(rng, surroundings, height, width, everything=complete)
        label = _PALETTE[classes]
        if not complete or _has_every_class(label):
            return photograph(image, rng), label
        attempt += 1


def _has_every_class(label: np.ndarray) -> bool:
    """Return whether each scored class has a thousandth of the pixels of a label (H, W, 3)."""
    rows = rows_of(label)
    counts = np.bincount(rows.ravel(), minlength=NUM_CLASSES)[:NUM_CLASSES]
    return bool((counts * 1000 >= rows.size).all())


def sheet(seed: int = 0, size: tuple[int, int] = (240, 320), count: int = 12, columns: int = 4) -> np.ndarray:
    """Draw a contact sheet: `count` scenes, each with its label laid over it beneath; (rows, columns, 3) uint8."""
    cells = []
    for i in range(count):
        image, label = render((seed, 9, i + 1), size)
        overlay = (image.astype(np.uint16) * 9 + label.astype(np.uint16) * 11) // 20
        cells.append(np.concatenate([image, overlay.astype(np.uint8)]))
    cells += [np.zeros_like(cells[0])] * (-count % columns)
    rows = [np.concatenate(cells[i : i + columns], axis=1) for i in range(0, len(cells), columns)]
    return np.concatenate(rows)
