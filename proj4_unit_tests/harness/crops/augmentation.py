"""What a student's `train_transforms` does, measured on crops that the tests share."""

from collections.abc import Callable
from typing import Any, cast

import numpy as np

from proj4_code.given.classes import VOID
from proj4_unit_tests.harness.book import Draw
from proj4_unit_tests.harness.compare import describe, expect
from proj4_unit_tests.harness.crops.measure import (
    CROP,
    FRAME,
    STRIPES,
    Colors,
    Crops,
    frame_of_places,
    measure,
    shrink,
    stripes,
)
from proj4_unit_tests.harness.fixtures import Samples, Student
from proj4_unit_tests.harness.values import Array

LARGE = (97, 113)  # a crop that shows all of a frame of 32×40, even twice as large
SHOWN = [1, 3, 5, 7, 10]  # classes of that frame
TIMES, TIMES_LARGE = 300, 60
MOST = (5, 16, 256, 256)  # what is looked at of crops of one colour, however large they are
FAR = 4  # pixels between an image and its mask
Answer = dict[str, Array]


class Augmentation:
    """Crops that a student's `train_transforms` makes of some frames, each asked for once.

    Args:
        student: whose code it is.
        samples: where the tests keep what they share.
    """

    def __init__(self, student: Student, samples: Samples) -> None:
        self._student, self._samples = student, samples

    def ask(self, draw: Draw, image: Array, mask: Array, size: tuple[int, int], times: int) -> Answer:
        """Augment one frame some times."""
        arguments: dict[str, Any] = {"image": image, "mask": mask, "crop_size": list(size), "times": times}
        return cast(Answer, self._student.sample("augment", **arguments, seed=draw.seed()))

    def small(self) -> list[Answer]:
        """Make crops of a frame that says the place of each pixel: with stripes from the top, and from the left."""

        def ask(axis: int) -> Callable[[Draw], Answer]:
            return lambda draw: self.ask(draw, frame_of_places(), stripes(axis), CROP, TIMES)

        return [self._shaped(self._samples.get(f"small {axis}", ask(axis)), CROP, TIMES) for axis in (0, 1)]

    def large(self) -> Answer:
        """Make crops that are larger than a bright frame of five classes."""

        def ask(draw: Draw) -> Answer:
            mask = np.array(SHOWN)[np.indices((32, 40)).sum(axis=0) // 4 % len(SHOWN)]
            return self.ask(draw, np.full((3, 32, 40), 240, np.uint8), mask, LARGE, TIMES_LARGE)

        return self._shaped(self._samples.get("large", ask), LARGE, TIMES_LARGE)

    def _shaped(self, answer: Answer, size: tuple[int, int], times: int) -> Answer:
        for name, shape in (("images", (times, 3, *size)), ("masks", (times, *size))):
            right = getattr(answer[name], "shape", None) == shape
            shapes = "different shapes" if isinstance(answer[name], str) else describe(answer[name])
            self._student.observe(f"{name} of {size}", "right" if right else shapes)
            expect(right, describe(answer[name]), f"{times} crops, in an array {shape}")
        return answer

    def normalised(self, color: list[int]) -> Array:
        """Return what becomes of a colour, (3,)."""
        return np.asarray(np.median(self._flat_crops(color), axis=(0, 2, 3)))

    def expect_steady_colors(self) -> None:
        """Expect that a colour becomes the same in every crop; otherwise nothing can be read off the colours."""
        color = [200, 30, 90]
        normal, crops = self.normalised(color), self._flat_crops(color)
        near = (np.abs(np.moveaxis(crops, 1, -1) - normal) < 0.03 * max(1, np.abs(normal).max())).all(axis=-1)
        seen = near.any(axis=(1, 2))
        if not seen.all():
            self._student.observe("one colour", "changes at random")
            expect(False, f"one colour becomes another in {(~seen).sum()} of {len(seen)} crops", "always the same")

    def _flat_crops(self, color: list[int]) -> Array:
        def ask(draw: Draw) -> Array:
            image = np.broadcast_to(np.array(color, np.uint8)[:, None, None], (3, *FRAME))
            images = self.ask(draw, image.copy(), np.ones(FRAME, np.int64), CROP, 5)["images"]
            expect(getattr(images, "ndim", 0) == 4, describe(images), "5 crops, in an array (5, 3, h, w)")
            return np.asarray(images[tuple(map(slice, MOST))].astype(float))

        return self._samples.get(f"colour {color}", ask)

    def colors(self) -> Colors:
        """Return what becomes of black and white."""
        return Colors(self.normalised([0, 0, 0]), self.normalised([255, 255, 255]))

    def measure(self) -> Crops:
        """Measure all small crops."""
        found = self._measurements()
        self.expect_steady_colors()
        seen = np.isfinite(found.scales)
        self._student.observe("the frame is seen", bool(seen.mean() > 0.8))
        expect(seen.mean() > 0.8, f"{seen.mean():.0%} of the crops show enough of the frame", "nearly all of them")
        return Crops(*(values[seen] for values in found))

    def _measurements(self) -> Crops:
        answers, colors = self.small(), self.colors()

        def ask(_: Draw) -> Crops:
            parts = [measure(answer["images"], answer["masks"], axis, colors) for axis, answer in enumerate(answers)]
            return Crops(*map(np.concatenate, zip(*parts, strict=True)))

        return self._samples.get("measurements", ask)

    def aligned(self) -> bool:
        """Return whether masks lie where their images do, but for some pixels: otherwise nothing is outside both."""
        crops = self._measurements()
        known = np.isfinite(crops.ratio) & np.isfinite(crops.scales)
        far = crops.opposed | crops.turned_apart | crops.scaled_apart | (crops.apart > FAR)
        return not known.any() or bool(far[known].mean() <= 0.05)

    def outside(self) -> dict[str, tuple[Array, Array]]:
        """Return pixels (M, 3) and labels (M,) well outside the frame: beyond its corners as turned, and around it."""
        parts = [_outside(answer, [*range(1, STRIPES + 1)]) for answer in self.small()]
        pixels, labels = (np.concatenate(some) for some in zip(*parts, strict=True))
        return {"in corners opened by a rotation": (pixels, labels), "in the padding": _outside(self.large(), SHOWN)}


def _outside(answer: Answer, classes: list[int]) -> tuple[Array, Array]:
    where = shrink(~np.isin(answer["masks"], classes), 3)
    return np.moveaxis(answer["images"], 1, -1)[where], answer["masks"][where]


def wrong_labels(labels: Array, least: float) -> list[float]:
    """List the labels other than 255 that a share of at least `least` has."""
    values, counts = np.unique(labels, return_counts=True)
    return [float(v) for v, count in zip(values, counts, strict=True) if v != VOID and count >= least * len(labels)]


def share(where: Array) -> str:
    """Say of how many crops something holds."""
    mean = float(where.mean())
    if mean in (0, 1):
        return "all" if mean else "none"
    return "few" if mean <= 0.4 else "half" if mean < 0.6 else "many"


def range_of_scales(low: float, high: float) -> str:
    """Say how scales from `low` to `high` differ from 0.5 to 2."""
    if high / low < 1.1:
        return "always the same"
    least = "too small" if low <= 0.48 else "right" if low < 0.54 else "too large" if low < 0.95 else "never reduced"
    most = (
        "too large" if high >= 2.08 else "right" if high > 1.915 else "too small" if high > 1.05 else "never enlarged"
    )
    return f"smallest {least}, largest {most}"


def is_drawn_once(measured: Crops) -> bool:
    """Return whether all frames of a data set, of which the crops are of two, have the same scale."""
    third = len(measured.scales) // 3
    spreads = [some.max() / some.min() for some in (measured.scales[:third], measured.scales[-third:])]
    return bool(max(spreads) < 1.1 < measured.scales.max() / measured.scales.min())


def range_of_angles(least: float, most: float) -> str:
    """Say how rotations by up to `least` degrees one way and `most` the other differ from 10° either way."""
    if most < 1:
        return "none"
    reach = "too far" if most >= 10.7 else "far" if most > 9.4 else "a little"
    return reach if least > most / 2 else f"{reach}, one way only" if least < 1 else f"{reach}, mostly one way"


def origin(measured: Crops) -> str:
    """Say where in the frame crops come from."""
    large = measured.scales > 1.2
    if large.sum() < 50:
        large[:] = True
    room = 1 - np.array(CROP[::-1]) / FRAME[::-1] / measured.scales[large, None]
    places = (measured.middles[large] - 0.5) / room + 0.5
    mirrored = np.where(measured.mirrored[large], 1 - places[:, 0], places[:, 0])  # the flip may come before the crop
    across, x = min((float(some.std()), float(some.mean())) for some in (places[:, 0], mirrored))
    down, y = float(places[:, 1].std()), float(places[:, 1].mean())
    if max(across, down) > 0.2:
        return "everywhere" if min(across, down) > 0.13 else "one line"
    return "the middle" if abs(x - 0.5) < 0.1 and abs(y - 0.5) < 0.1 else "one place"
