"""Handed-in results of training: the predictions are scored, and the handed-in weights must reproduce them.

The student's own code predicts some frames again in the sandbox, from the handed-in weights; frames that nobody could
have foreseen, mirrored and cropped, show that the weights and not a memory of the test split make the predictions.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from instructor.grading.policy import Policy
from instructor.grading.records import GradedTraining
from instructor.grading.training.frames import Frame, Labels, accuracy, alter, draw, mean_iou
from instructor.grading.training.unseen import agreement_with_halves, put_together, surprises, unusual_weights
from instructor.sandbox.sandbox import Sandbox
from proj4_code.given.classes import NUM_CLASSES, TRAIN_NAMES
from proj4_unit_tests.harness.channel import harmless
from proj4_unit_tests.harness.errors import StudentError
from proj4_unit_tests.harness.outcome import PASSED, WRONG
from proj4_unit_tests.harness.values import Plain, load_arrays

LONGEST_DESCRIPTION = 100_000  # bytes
SHOWN = 3  # frames in the report


class _NotAcceptedError(Exception):
    """These results earn nothing; the message says why.

    Attributes:
        miou: of the predictions, if they could be scored.
    """

    def __init__(self, problem: str, miou: float | None = None) -> None:
        super().__init__(problem)
        self.miou = miou


class _HandedIn(NamedTuple):
    """Results of training as handed in.

    Attributes:
        description: of the network.
        weights: of the network, by name.
        predictions: of the test split's frames, in their order: train ids (H, W) uint8.
    """

    description: dict[str, Any]
    weights: dict[str, Labels]
    predictions: list[Labels]

    @property
    def network(self) -> dict[str, Any]:
        """Depth, bins and aux, as the description says."""
        return {name: self.description["settings"][name] for name in ("depth", "bins", "aux")}


def grade_training(
    results: bytes, frames: Sequence[Frame], sandbox: Sandbox, policy: Policy, seed: list[int]
) -> GradedTraining:
    """Grade handed-in results of training.

    Args:
        results: the file that `proj4_code.given.hand_in` writes.
        frames: the test split.
        sandbox: has the student's parts loaded.
        policy: the points, and what the results must hold up to.
        seed: decides which frames are predicted again.
    """
    try:
        handed_in = _read(results, frames)
        miou = mean_iou(handed_in.predictions, [frame.truth for frame in frames])
        generator = np.random.default_rng(seed)
        chosen = generator.permutation(len(frames))[: policy.training_results.frames].tolist()
        whole, given = [frames[n] for n in chosen], [handed_in.predictions[n] for n in chosen]
        pictures = tuple(map(draw, whole[:SHOWN], given))
        altered = [alter(frame, [*seed, n]) for n, frame in enumerate(whole)]
        pairs = [put_together(altered[n - 1].image, altered[n].image, generator) for n in range(len(altered))]
        joined = [Frame("", image, altered[0].truth) for image, _ in pairs]
        again = _predict([*whole, *altered, *joined], handed_in, sandbox, policy, miou)
        again, labels = again[: -len(joined)], again[-len(joined) :]
        _check(again, whole, given, altered, policy, miou)
        halves = again[len(whole) :]
        changed = [alter(f._replace(truth=again[n]), [*seed, n]).truth for n, f in enumerate(whole)]
        known = _mean((a == b).mean() for a, b in zip(changed, halves, strict=True))
        joints = zip(labels, [halves[-1], *halves[:-1]], halves, pairs, strict=True)
        unseen = _mean(agreement_with_halves(new, left, right, is_left) for new, left, right, (_, is_left) in joints)
    except _NotAcceptedError as error:
        message = f"These results earn nothing until a person has looked at them: {error}."
        return GradedTraining(WRONG, 0.0, policy.most_points, message, error.miou, problem=str(error))
    message = f"mean IoU on the test split: {miou:.4f}; the weights reproduce the predictions"
    points = policy.points_for(miou)
    return GradedTraining(
        PASSED if points else WRONG,
        points,
        policy.most_points,
        message,
        miou,
        pictures=pictures,
        oddities=(*surprises(known, unseen), *unusual_weights(handed_in.weights, **handed_in.network)),
        copies=_copies(results, handed_in.predictions),
    )


def _mean(shares: Iterable[float]) -> float:
    return float(np.mean(list(shares)))


def _copies(results: bytes, predictions: Sequence[Labels]) -> dict[str, str]:
    """Return what equals another student's if results were copied, as hashes."""
    digest = hashlib.sha256()
    for prediction in predictions:
        digest.update(prediction.tobytes())
    return {"results.safetensors": hashlib.sha256(results).hexdigest(), "predictions": digest.hexdigest()}


def _read(results: bytes, frames: Sequence[Frame]) -> _HandedIn:
    """Read handed-in results, and check that there is a prediction of each frame."""
    try:
        tensors = load_arrays(results)
        description = _describe(json.loads(tensors["description"][:LONGEST_DESCRIPTION].tobytes()))
        weights = {name.removeprefix("weights/"): w for name, w in tensors.items() if name.startswith("weights/")}
        predictions = [tensors[f"predictions/{frame.name}"] for frame in frames]
    except Exception as error:
        cause = harmless(repr(error))[:200]
        raise _NotAcceptedError(f"results.safetensors cannot be read ({cause}); pack it again") from None
    for frame, given in zip(frames, predictions, strict=True):
        if given.dtype != np.uint8 or given.shape != frame.truth.shape or given.max(initial=0) >= NUM_CLASSES:
            wanted = f"uint8 {frame.truth.shape} of train ids below {NUM_CLASSES}"
            raise _NotAcceptedError(f"the prediction of {frame.name} is {given.dtype} {given.shape}; expected {wanted}")
    return _HandedIn(description, weights, predictions)


def _predict(
    frames: Sequence[Frame], handed_in: _HandedIn, sandbox: Sandbox, policy: Policy, miou: float
) -> list[Labels]:
    """Let the student's code predict frames from the handed-in weights."""
    images: list[Plain] = [frame.image.transpose(2, 0, 1).copy() for frame in frames]
    weights: dict[str, Plain] = dict(handed_in.weights)
    arguments: dict[str, Plain] = {"description": handed_in.description, "weights": weights, "images": images}
    try:
        labels = sandbox.call("whole_prediction", arguments, policy.training_results.seconds)
    except StudentError as error:
        raise _NotAcceptedError(
            f"your code could not predict from the weights: {error.types[0]}: {error}", miou
        ) from None
    if isinstance(labels, list) and len(labels) == len(frames):
        found = [
            label
            for label, frame in zip(labels, frames, strict=True)
            if isinstance(label, np.ndarray) and label.dtype == np.uint8 and label.shape == frame.truth.shape
        ]
        if len(found) == len(frames):
            return found
    raise _NotAcceptedError("what your code predicted from the weights is not a label image", miou)


def _check(
    again: list[Labels],
    chosen: list[Frame],
    predictions: list[Labels],
    altered: list[Frame],
    policy: Policy,
    miou: float,
) -> None:
    """Check that the weights give the predictions, see more than the test split, and are no better than plausible.

    Args:
        again: what the weights give for `chosen`, then for `altered`.
        chosen: frames of the test split.
        predictions: those of `chosen` that were handed in.
        altered: the same frames, mirrored and cropped.
        policy: what they must hold up to.
        miou: of all predictions.
    """
    rules = policy.training_results
    for frame, prediction, new in zip(chosen, predictions, again[: len(chosen)], strict=True):
        agreement = float((new == prediction).mean())
        if agreement < rules.least_agreement:
            raise _NotAcceptedError(
                f"the weights do not give the prediction of {frame.name}: {agreement:.1%} of its pixels agree", miou
            )
    before = accuracy(predictions, [frame.truth for frame in chosen])
    after = accuracy(again[len(chosen) :], [frame.truth for frame in altered])
    if after < before - rules.most_lost:
        raise _NotAcceptedError(
            f"on mirrored, cropped frames the weights reach an accuracy of {after:.3f}, on the same whole {before:.3f}",
            miou,
        )
    if miou > rules.most_plausible:
        raise _NotAcceptedError(f"a mean IoU of {miou:.3f} is more than such a network reaches", miou)


def _describe(description: dict[str, Any]) -> dict[str, Any]:
    """Take from a checkpoint's description what is needed to build the network, and nothing else."""
    given = description["settings"]
    settings = {"arch": "pspnet", "depth": int(given["depth"]), "bins": [int(cells) for cells in given["bins"]]}
    settings |= {"aux": bool(given["aux"]), "short_side": int(given["short_side"])}
    return {"settings": settings, "classes": list(TRAIN_NAMES)}
