"""Adapters for IoU."""

from collections.abc import Sequence

from torch import Tensor

from proj4_unit_tests.adapters.imports import student_part
from proj4_unit_tests.adapters.types import Answer, Options, Unchecked


def confusion_matrix(prediction: Tensor, target: Tensor, num_classes: int, options: Options | None = None) -> Answer:
    """Count a confusion matrix; also return the inputs as they are afterwards."""
    matrix = student_part("part5_iou").confusion_matrix(prediction, target, num_classes, **(options or {}))
    return {"matrix": matrix, "inputs": [prediction, target]}


def confusion_matrices(predictions: Sequence[Tensor], targets: Sequence[Tensor], num_classes: int) -> list[Unchecked]:
    """Count several confusion matrices, one call after the other."""
    count = student_part("part5_iou").confusion_matrix
    return [count(prediction, target, num_classes) for prediction, target in zip(predictions, targets, strict=True)]


def iou_per_class(matrix: Tensor) -> Unchecked:
    """Call `iou_per_class`."""
    return student_part("part5_iou").iou_per_class(matrix)


def mean_iou(matrix: Tensor) -> Unchecked:
    """Call `mean_iou`."""
    return student_part("part5_iou").mean_iou(matrix)


def pixel_accuracy(matrix: Tensor) -> Unchecked:
    """Call `pixel_accuracy`."""
    return student_part("part5_iou").pixel_accuracy(matrix)


def matrix_untouched(matrix: Tensor) -> Tensor:
    """Call the three measures, and return the matrix as it is afterwards."""
    for measure in (iou_per_class, mean_iou, pixel_accuracy):
        measure(matrix)
    return matrix
