# ruff: noqa: D103  as students write
"""A part 5 that is wrong in all its functions."""

import torch


def confusion_matrix(prediction, target, num_classes, ignore_index=255):
    return torch.zeros(num_classes, num_classes, dtype=torch.int64)


def iou_per_class(matrix):
    return torch.zeros(len(matrix), dtype=torch.float64) - 1


def mean_iou(matrix):
    return -1.0


def pixel_accuracy(matrix):
    return -1.0
