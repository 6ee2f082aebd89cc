"""Results of training as evidence: predictions are scored, and must be what the handed-in weights give.

The student's own code predicts some frames again in the sandbox, from the handed-in weights; frames that nobody could
have foreseen, mirrored and cropped, show that the weights and not a memory of the test split make the predictions.
"""

import base64
import io
import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image
from safetensors.numpy import load

from instructor.grading.policy import Evidence
from instructor.sandbox.replies import harmless
from instructor.sandbox.sandbox import Sandbox
from proj4_code.given.check_data import rows_by_color
from proj4_code.given.classes import COLORS, NUM_CLASSES, TRAIN_COLORS, TRAIN_NAMES, VOID
from proj4_code.given.data.splits import read_split, split_path
from proj4_unit_tests.harness.calls import StudentError

PART = "training"
LONGEST_DESCRIPTION = 100_000  # bytes
CROP = 0.75  # of the height and the width
SHOWN = 3  # frames in the report


class Verdict(NamedTuple):
    """What handed-in results are worth.

    Attributes:
        miou: mean IoU of the predictions on the test split; None if they cannot be scored.
        problem: why they earn nothing; empty if they hold.
        message: what the student reads.
        pictures: dicts with "caption" and "data", a data URI.
    """

    miou: float | None
    problem: str
    message: str
    pictures: list[dict]


class Frame(NamedTuple):
    """A frame of the test split: name, RGB image (H, W, 3) uint8, train ids (H, W) uint8."""

    name: str
    image: np.ndarray
    truth: np.ndarray


def read_truth(data: Path) -> list[Frame]:
    """Read the test split of prepared CamVid.

    Raises:
        FileNotFoundError: if a file is missing.
    """
    frames = []
    for name in read_split(split_path(data, "test")):
        image = next(path for suffix in ("png", "jpg") if (path := data / "images" / f"{name}.{suffix}").is_file())
        colors = np.asarray(Image.open(data / "labels" / f"{name}_L.png").convert("RGB")).astype(int)
        rows = rows_by_color()[colors[..., 0] << 16 | colors[..., 1] << 8 | colors[..., 2]]
        truth = np.where(rows < NUM_CLASSES, rows, np.uint8(VOID))
        frames.append(Frame(name, np.asarray(Image.open(image).convert("RGB")), truth))
    return frames


def check_evidence(results: bytes, frames: list[Frame], sandbox: Sandbox, rules: Evidence, seed: list[int]) -> Verdict:
    """Score handed-in results of training.

    Args:
        results: the file that `proj4_code.given.hand_in` writes.
        frames: the test split.
        sandbox: has the student's parts loaded.
        rules: what the results must hold up to.
        seed: decides which frames are predicted again.
    """
    try:
        tensors = load(results)
        description = _describe(json.loads(tensors["description"][:LONGEST_DESCRIPTION].tobytes()))
        weights = {name.removeprefix("weights/"): w for name, w in tensors.items() if name.startswith("weights/")}
        predictions = {frame.name: tensors[f"predictions/{frame.name}"] for frame in frames}
    except Exception as error:
        return _refuse(None, f"results.safetensors cannot be read ({harmless(repr(error))[:200]}); pack it again")
    for frame in frames:
        given = predictions[frame.name]
        if given.dtype != np.uint8 or given.shape != frame.truth.shape or given.max(initial=0) >= NUM_CLASSES:
            wanted = f"uint8 {frame.truth.shape} of train ids below {NUM_CLASSES}"
            return _refuse(None, f"the prediction of {frame.name} is {given.dtype} {given.shape}; expected {wanted}")
    miou = mean_iou([predictions[frame.name] for frame in frames], [frame.truth for frame in frames])
    generator = np.random.default_rng(seed)
    chosen = [frames[n] for n in generator.permutation(len(frames))[: rules.frames]]
    pictures = [_picture(frame, predictions[frame.name]) for frame in chosen[:SHOWN]]
    altered = [_alter(frame, generator) for frame in chosen]
    images = [frame.image.transpose(2, 0, 1).copy() for frame in [*chosen, *altered]]
    try:
        again = sandbox.call(
            "whole_prediction", {"description": description, "weights": weights, "images": images}, rules.seconds
        )
    except StudentError as error:
        return _refuse(miou, f"your code could not predict from the weights: {error.types[0]}: {error}")
    if not _have_shapes(again, [image.shape[1:] for image in images]):
        return _refuse(miou, "your code predicted from the weights something that is no label image")
    for frame, new in zip(chosen, again[: len(chosen)], strict=True):
        agreement = float((new == predictions[frame.name]).mean())
        if agreement < rules.least_agreement:
            return _refuse(
                miou, f"the weights do not give the prediction of {frame.name}: {agreement:.1%} of its pixels agree"
            )
    before = accuracy([predictions[frame.name] for frame in chosen], [frame.truth for frame in chosen])
    after = accuracy(again[len(chosen) :], [frame.truth for frame in altered])
    if after < before - rules.most_lost:
        return _refuse(
            miou,
            f"on mirrored, cropped frames the weights reach an accuracy of {after:.3f}, on the same whole {before:.3f}",
        )
    if miou > rules.most_plausible:
        return _refuse(miou, f"a mean IoU of {miou:.3f} is more than such a network reaches")
    return Verdict(miou, "", f"mean IoU on the test split: {miou:.4f}; the weights reproduce the predictions", pictures)


def _describe(description: dict) -> dict:
    """Take from a checkpoint's description what is needed to build the network, and nothing else."""
    given = description["settings"]
    settings = {"arch": "pspnet", "depth": int(given["depth"]), "bins": [int(cells) for cells in given["bins"]]}
    settings |= {"aux": bool(given["aux"]), "short_side": int(given["short_side"])}
    return {"settings": settings, "classes": list(TRAIN_NAMES)}


def mean_iou(predictions: list[np.ndarray], truths: list[np.ndarray]) -> float:
    """Compute the mean IoU over all frames together of the classes that occur; void pixels do not count."""
    matrix = np.zeros((NUM_CLASSES, NUM_CLASSES), np.int64)
    for prediction, truth in zip(predictions, truths, strict=True):
        scored = truth != VOID
        pairs = truth[scored].astype(np.int64) * NUM_CLASSES + prediction[scored]
        matrix += np.bincount(pairs, minlength=NUM_CLASSES**2).reshape(NUM_CLASSES, NUM_CLASSES)
    union = matrix.sum(0) + matrix.sum(1) - matrix.diagonal()
    return float((matrix.diagonal()[union > 0] / union[union > 0]).mean())


def accuracy(predictions: list[np.ndarray], truths: list[np.ndarray]) -> float:
    """Compute the share of right pixels among those that are not void."""
    right = sum(int((p == t)[t != VOID].sum()) for p, t in zip(predictions, truths, strict=True))
    return right / max(sum(int((t != VOID).sum()) for t in truths), 1)


def _alter(frame: Frame, generator: np.random.Generator) -> Frame:
    """Mirror a frame, cut a part out of it and change its light, all in ways that cannot be foreseen."""
    height, width = frame.truth.shape
    tall, wide = round(height * CROP), round(width * CROP)
    top, left = generator.integers(height - tall + 1), generator.integers(width - wide + 1)
    window = np.s_[top : top + tall, left : left + wide]
    light, noise = generator.uniform(0.9, 1.1, 3), generator.normal(0, 2, (tall, wide, 3))
    image = (frame.image[window][:, ::-1] * light + noise).clip(0, 255).astype(np.uint8)
    return Frame(frame.name, image, frame.truth[window][:, ::-1])


def _have_shapes(labels: object, shapes: list[tuple[int, int]]) -> bool:
    return (
        isinstance(labels, list)
        and len(labels) == len(shapes)
        and all(
            isinstance(x, np.ndarray) and x.dtype == np.uint8 and x.shape == s
            for x, s in zip(labels, shapes, strict=True)
        )
    )


def _refuse(miou: float | None, problem: str) -> Verdict:
    return Verdict(miou, problem, f"These results earn nothing until a person has looked at them: {problem}.", [])


def _picture(frame: Frame, prediction: np.ndarray) -> dict:
    """Draw a frame, its truth and its prediction side by side."""
    table = np.zeros((256, 3), np.uint8)
    table[:NUM_CLASSES], table[VOID] = TRAIN_COLORS, COLORS["Void"]
    sheet = Image.fromarray(np.concatenate([frame.image, table[frame.truth], table[prediction]], axis=1))
    packed = io.BytesIO()
    sheet.save(packed, "PNG")
    data = f"data:image/png;base64,{base64.b64encode(packed.getvalue()).decode()}"
    return {"caption": f"{frame.name}: the frame, the truth, the prediction", "data": data}
