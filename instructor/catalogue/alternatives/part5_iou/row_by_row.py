"""Part 5 with one bincount for each row of the matrix."""

import torch


def confusion_matrix(prediction, target, num_classes, ignore_index=255):
    """Count pixels by target (row) and prediction (column)."""
    prediction = prediction.where(target != ignore_index, -1)
    rows = [
        torch.bincount(prediction[(target == row) & (prediction >= 0)], minlength=num_classes)
        for row in range(num_classes)
    ]
    return torch.stack(rows)


def iou_per_class(matrix):
    """Intersection over union of each class; NaN for an absent one."""
    matrix = matrix.to(torch.float64)
    tp = matrix.diagonal()
    fp = matrix.sum(dim=0) - tp
    fn = matrix.sum(dim=1) - tp
    return tp / (tp + fp + fn)


def mean_iou(matrix):
    """Mean over the classes present."""
    iou = iou_per_class(matrix)
    present = (matrix.sum(0) + matrix.sum(1)) > 0
    return iou[present].mean().item()


def pixel_accuracy(matrix):
    """Share of right pixels."""
    return (matrix.diagonal().sum() / matrix.sum()).item()
