"""The frames of the test split: read, scored, altered and drawn."""

import base64
import io
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

from instructor.grading.records import Picture
from proj4_code.given.classes import NUM_CLASSES, VOID, colors_of, rows_of
from proj4_code.given.data.splits import read_split, split_path

Labels = npt.NDArray[np.uint8]
CROP = 0.75  # of the height and the width


class Frame(NamedTuple):
    """A frame of the test split: name, RGB image (H, W, 3) uint8, train ids (H, W) uint8."""

    name: str
    image: Labels
    truth: Labels


def read_truth(data: Path) -> list[Frame]:
    """Read the test split of prepared CamVid.

    Raises:
        FileNotFoundError: if a file is missing.
    """
    frames = []
    for name in read_split(split_path(data, "test")):
        image = next(path for suffix in ("png", "jpg") if (path := data / "images" / f"{name}.{suffix}").is_file())
        colors = np.asarray(Image.open(data / "labels" / f"{name}_L.png").convert("RGB"))
        rows = rows_of(colors)
        truth = np.where(rows < NUM_CLASSES, rows, np.uint8(VOID))
        frames.append(Frame(name, np.asarray(Image.open(image).convert("RGB")), truth))
    return frames


def mean_iou(predictions: Sequence[Labels], truths: Sequence[Labels]) -> float:
    """Compute the mean IoU of the classes that occur, over all frames (H, W) uint8 together; void does not count."""
    matrix = np.zeros((NUM_CLASSES, NUM_CLASSES), np.int64)
    for prediction, truth in zip(predictions, truths, strict=True):
        scored = truth != VOID
        pairs = truth[scored].astype(np.int64) * NUM_CLASSES + prediction[scored]
        matrix += np.bincount(pairs, minlength=NUM_CLASSES**2).reshape(NUM_CLASSES, NUM_CLASSES)
    union = matrix.sum(0) + matrix.sum(1) - matrix.diagonal()
    return float((matrix.diagonal()[union > 0] / union[union > 0]).mean())


def accuracy(predictions: Sequence[Labels], truths: Sequence[Labels]) -> float:
    """Compute the share of right pixels among those that are not void, over all frames (H, W) uint8 together."""
    right = sum(int((p == t)[t != VOID].sum()) for p, t in zip(predictions, truths, strict=True))
    return right / max(sum(int((t != VOID).sum()) for t in truths), 1)


def alter(frame: Frame, seed: list[int]) -> Frame:
    """Mirror a frame, cut a part out of it and change its light, all in ways that cannot be foreseen."""
    generator = np.random.default_rng(seed)
    height, width = frame.truth.shape
    tall, wide = round(height * CROP), round(width * CROP)
    top, left = generator.integers(height - tall + 1), generator.integers(width - wide + 1)
    window = np.s_[top : top + tall, left : left + wide]
    light, noise = generator.uniform(0.9, 1.1, 3), generator.normal(0, 2, (tall, wide, 3))
    image = (frame.image[window][:, ::-1] * light + noise).clip(0, 255).astype(np.uint8)
    return Frame(frame.name, image, frame.truth[window][:, ::-1])


def draw(frame: Frame, prediction: Labels) -> Picture:
    """Draw a frame, its truth and its prediction (H, W) uint8 side by side."""
    sheet = Image.fromarray(np.concatenate([frame.image, colors_of(frame.truth), colors_of(prediction)], axis=1))
    packed = io.BytesIO()
    sheet.save(packed, "PNG")
    data = f"data:image/png;base64,{base64.b64encode(packed.getvalue()).decode()}"
    return Picture(f"{frame.name}: the frame, the truth, the prediction", data)
