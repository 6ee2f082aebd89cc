"""Part 5: the confusion matrix, and intersection over union.

Everingham et al., "The PASCAL Visual Object Classes Challenge", IJCV 2010; Long et al., "Fully
Convolutional Networks for Semantic Segmentation", CVPR 2015, section 5.
"""

import torch
from torch import Tensor


def confusion_matrix(prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int = 255) -> Tensor:
    """Count how often each class was taken for each other one.

    Matrices add up: the matrix of a data set is the sum of those of its images.

    Args:
        prediction: integers 0 to K-1, of any shape.
        target: integers 0 to K-1, and `ignore_index` where a pixel does not count; of the same shape.
        num_classes: K.
        ignore_index: the target value of pixels that are not scored, whatever is predicted there.

    Returns:
        (K, K) int64: row i, column j counts the pixels of class i that were predicted as j. The inputs stay as they
        were.
    """
    # A pair of classes can be written as one number, and torch.bincount counts numbers without a loop.
    ### BEGIN SOLUTION count the pairs of target and prediction that are scored
    counts = target != ignore_index
    pairs = target[counts].long() * num_classes + prediction[counts].long()
    return torch.bincount(pairs, minlength=num_classes**2).reshape(num_classes, num_classes)
    ### END SOLUTION


def iou_per_class(matrix: Tensor) -> Tensor:
    """Intersection over union of each class: TP / (TP + FP + FN).

    Args:
        matrix: (K, K) int64, rows the target, columns the prediction.

    Returns:
        (K,) float64 between 0 and 1; NaN for a class that is neither in the target nor in the prediction.
    """
    ### BEGIN SOLUTION divide the intersection of each class by its union
    intersection = matrix.diagonal().double()
    union = matrix.sum(dim=0) + matrix.sum(dim=1) - matrix.diagonal()
    return intersection / union
    ### END SOLUTION


def mean_iou(matrix: Tensor) -> float:
    """Mean IoU over the classes that are in the target or in the prediction.

    Args:
        matrix: (K, K) int64 of the whole data set, rows the target, columns the prediction.

    Returns:
        Between 0 and 1.
    """
    ### BEGIN SOLUTION average the IoU of the classes that are present
    return iou_per_class(matrix).nanmean().item()
    ### END SOLUTION


def pixel_accuracy(matrix: Tensor) -> float:
    """Share of the scored pixels that were predicted right.

    Args:
        matrix: (K, K) int64, rows the target, columns the prediction.

    Returns:
        Between 0 and 1.
    """
    ### BEGIN SOLUTION divide the number of right pixels by the number of pixels
    return (matrix.trace().double() / matrix.sum()).item()
    ### END SOLUTION
