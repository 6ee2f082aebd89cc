"""Part 5: the confusion matrix, and intersection over union.

Everingham et al., "The PASCAL Visual Object Classes Challenge", IJCV 2010; Long et al., "Fully
Convolutional Networks for Semantic Segmentation", CVPR 2015, section 5.
"""

import torch
from torch import Tensor


def confusion_matrix(prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int = 255) -> Tensor:
    """Count how often each class was predicted as each class."""
    prediction, target = prediction.long(), target.long()
    scored = target != ignore_index
    pairs = target[scored], prediction[scored]
    matrix = torch.zeros(num_classes, num_classes, dtype=torch.int64, device=target.device)
    return matrix.index_put_(pairs, matrix.new_ones(()), accumulate=True)


def iou_per_class(matrix: Tensor) -> Tensor:
    """Compute the intersection over union of each class: TP / (TP + FP + FN)."""
    intersection = matrix.diagonal()
    union = matrix.sum(dim=0) + matrix.sum(dim=1) - intersection
    return intersection.double() / union


def mean_iou(matrix: Tensor) -> float:
    """Compute the mean IoU over the classes that are in the target or in the prediction."""
    return iou_per_class(matrix).nanmean().item()


def pixel_accuracy(matrix: Tensor) -> float:
    """Compute the share of the scored pixels that were predicted correctly."""
    return (matrix.trace().double() / matrix.sum()).item()
