"""Part 5: the confusion matrix, and intersection over union.

Everingham et al., "The PASCAL Visual Object Classes Challenge", IJCV 2010; Long et al., "Fully
Convolutional Networks for Semantic Segmentation", CVPR 2015, section 5.
"""

import torch
from torch import Tensor


def confusion_matrix(prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int = 255) -> Tensor:
    """Count how often each class was predicted as each class.

    Matrices add up: the matrix of a data set is the sum of those of its images.

    Args:
        prediction: integers 0 to K-1, of any dtype and shape.
        target: integers 0 to K-1, or `ignore_index` where a pixel does not count; same shape as `prediction`.
        num_classes: K, the number of classes.
        ignore_index: the target value of pixels that are not scored, whatever is predicted there.

    Returns:
        (K, K) int64: row i, column j counts the pixels of class i that were predicted as j. The inputs are not
        modified.
    """
    # A pair of classes can be written as one number, and torch.bincount counts numbers without a loop.
    raise NotImplementedError("TODO: part 5, count the pairs of target and prediction that are scored")


def iou_per_class(matrix: Tensor) -> Tensor:
    """Compute the intersection over union of each class: TP / (TP + FP + FN).

    Args:
        matrix: (K, K) int64, rows the target, columns the prediction.

    Returns:
        (K,) float64 between 0 and 1; NaN for a class that is neither in the target nor in the prediction.
    """
    raise NotImplementedError("TODO: part 5, divide the intersection of each class by its union")


def mean_iou(matrix: Tensor) -> float:
    """Compute the mean IoU over the classes that are in the target or in the prediction.

    Args:
        matrix: (K, K) int64 of the whole data set, rows the target, columns the prediction.

    Returns:
        A number between 0 and 1.
    """
    raise NotImplementedError("TODO: part 5, average the IoU of the classes that are present")


def pixel_accuracy(matrix: Tensor) -> float:
    """Compute the share of the scored pixels that were predicted correctly.

    Args:
        matrix: (K, K) int64, rows the target, columns the prediction.

    Returns:
        A number between 0 and 1.
    """
    raise NotImplementedError("TODO: part 5, divide the number of correct pixels by the number of pixels")
