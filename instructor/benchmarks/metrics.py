"""The confusion matrix and IoU of one frame of 720×960, compared with torchmetrics, scikit-learn and NumPy's histogram.

python -m instructor.benchmarks.metrics
"""

import argparse
from collections.abc import Callable

import numpy as np
import sklearn.metrics
import torch
from torch import Tensor
from torchmetrics.functional.classification import multiclass_confusion_matrix, multiclass_jaccard_index

import instructor.release.reference  # noqa: F401
from instructor.benchmarks.machine import default_device, describe, medians, table
from proj4_code.given.classes import NUM_CLASSES, VOID
from proj4_code.part5_iou import confusion_matrix, mean_iou


def labels(height: int, width: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Draw a prediction and a target, (H, W) int64: patches of 16×16 pixels, 4 % void, one pixel in five wrong."""
    generator = torch.Generator().manual_seed(0)
    patches = torch.randint(0, NUM_CLASSES, (height // 16 + 1, width // 16 + 1), generator=generator)
    truth = patches.repeat_interleave(16, 0).repeat_interleave(16, 1)[:height, :width].contiguous()
    noise = torch.randint(0, NUM_CLASSES, (height, width), generator=generator)
    prediction = torch.where(torch.rand(height, width, generator=generator) < 0.8, truth, noise)
    truth[:, : width // 25] = VOID
    return prediction.to(device), truth.to(device)


def matrices(prediction: Tensor, target: Tensor) -> dict[str, Callable[[], object]]:
    """List ways to compute the confusion matrix."""
    return {
        "part 5 of the reference": lambda: confusion_matrix(prediction, target, NUM_CLASSES),
        "torchmetrics": lambda: multiclass_confusion_matrix(prediction, target, NUM_CLASSES, ignore_index=VOID),
        "torchmetrics, inputs not checked": lambda: multiclass_confusion_matrix(
            prediction, target, NUM_CLASSES, ignore_index=VOID, validate_args=False
        ),
        "numpy.histogram2d": lambda: numpy_matrix(prediction, target),
        "scikit-learn": lambda: sklearn_matrix(prediction, target),
    }


def numpy_matrix(prediction: Tensor, target: Tensor) -> np.ndarray:
    """Count pairs with NumPy's histogram of two variables."""
    scored = target != VOID
    edges = np.arange(NUM_CLASSES + 1)
    return np.histogram2d(target[scored].cpu().numpy(), prediction[scored].cpu().numpy(), [edges, edges])[0]


def sklearn_matrix(prediction: Tensor, target: Tensor) -> np.ndarray:
    """Count pairs with scikit-learn."""
    scored = target != VOID
    pair = target[scored].cpu().numpy(), prediction[scored].cpu().numpy()
    return sklearn.metrics.confusion_matrix(*pair, labels=range(NUM_CLASSES))


def means(prediction: Tensor, target: Tensor) -> dict[str, Callable[[], object]]:
    """List ways to compute mean IoU from labels."""
    scored = target != VOID
    return {
        "part 5 of the reference": lambda: mean_iou(confusion_matrix(prediction, target, NUM_CLASSES)),
        "torchmetrics": lambda: multiclass_jaccard_index(prediction, target, NUM_CLASSES, ignore_index=VOID).item(),
        "scikit-learn": lambda: sklearn.metrics.jaccard_score(
            target[scored].cpu().numpy(), prediction[scored].cpu().numpy(), average="macro"
        ),
    }


def report(title: str, cases: dict[str, Callable[[], object]], runs: int, device: torch.device) -> str:
    """Check that all ways agree, measure them, and write a table."""
    results = [np.asarray(torch.as_tensor(action()).cpu(), np.float64) for action in cases.values()]
    for result in results[1:]:
        np.testing.assert_allclose(result, results[0], rtol=1e-6)
    seconds = medians(cases, runs, device)
    ours = next(iter(seconds.values()))
    rows = [(name, f"{1000 * value:.2f}", f"{value / ours:.1f}") for name, value in seconds.items()]
    return table((title, f"ms (median of {runs})", "times the reference's"), rows)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=15, help="of each way, in turn (default: 15)")
    parser.add_argument("--size", type=int, nargs=2, default=(720, 960), metavar=("HEIGHT", "WIDTH"))
    options = parser.parse_args()
    device = default_device()
    print(describe("torchmetrics", "scikit-learn", "numpy"))
    height, width = options.size
    prediction, target = labels(height, width, device)
    size = f"{height}×{width}"
    print(f"\n{report(f'confusion matrix, {size}, int64', matrices(prediction, target), options.runs, device)}")
    print(f"\n{report(f'mean IoU, {size}, int64', means(prediction, target), options.runs, device)}")


if __name__ == "__main__":
    main()
