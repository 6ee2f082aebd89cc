"""Part 5: the confusion matrix, and intersection over union.

Everingham et al., "The PASCAL Visual Object Classes Challenge", IJCV 2010; Long et al., "Fully
Convolutional Networks for Semantic Segmentation", CVPR 2015, section 5.
"""

import math

import torch
from torch import Tensor


def confusion_matrix(prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int = 255) -> Tensor:
    """Count how often each class was predicted as each class."""
    # A pair of classes can be written as one number, and torch.bincount counts numbers without a loop.
    if prediction.shape != target.shape:
        raise ValueError(f"The prediction is {tuple(prediction.shape)}, but the target {tuple(target.shape)}")
    # a uint8 would overflow below
    flat_prediction = prediction.flatten().to(torch.int64)
    flat_target = target.flatten().to(torch.int64)
    is_scored = flat_target != ignore_index
    scored_prediction = flat_prediction[is_scored]
    scored_target = flat_target[is_scored]
    check_class_ids("prediction", scored_prediction, num_classes)
    check_class_ids("target", scored_target, num_classes)
    pair_numbers = scored_target * num_classes + scored_prediction
    counts = torch.bincount(pair_numbers, minlength=num_classes * num_classes)
    return counts.reshape(num_classes, num_classes)


def check_class_ids(name: str, class_ids: Tensor, num_classes: int) -> None:
    """Raise a ValueError if a class id is not between 0 and num_classes - 1."""
    if class_ids.numel() > 0:
        smallest = class_ids.min().item()
        largest = class_ids.max().item()
        if smallest < 0 or largest >= num_classes:
            raise ValueError(f"The {name} has classes from {smallest} to {largest}, expected 0 to {num_classes - 1}")


def iou_per_class(matrix: Tensor) -> Tensor:
    """Compute the intersection over union of each class: TP / (TP + FP + FN)."""
    num_classes = matrix.shape[0]
    iou_values = torch.zeros(num_classes, dtype=torch.float64)
    for class_id in range(num_classes):
        true_positives = matrix[class_id, class_id].item()
        false_negatives = matrix[class_id, :].sum().item() - true_positives
        false_positives = matrix[:, class_id].sum().item() - true_positives
        union = true_positives + false_positives + false_negatives
        if union == 0:
            iou_values[class_id] = math.nan
        else:
            iou_values[class_id] = true_positives / union
    return iou_values


def mean_iou(matrix: Tensor) -> float:
    """Compute the mean IoU over the classes that are in the target or in the prediction."""
    sum_of_ious = 0.0
    number_of_present_classes = 0
    for iou in iou_per_class(matrix).tolist():
        if not math.isnan(iou):
            sum_of_ious = sum_of_ious + iou
            number_of_present_classes = number_of_present_classes + 1
    if number_of_present_classes == 0:
        return 0.0
    return sum_of_ious / number_of_present_classes


def pixel_accuracy(matrix: Tensor) -> float:
    """Compute the share of the scored pixels that were predicted correctly."""
    number_of_correct_pixels = 0
    for class_id in range(matrix.shape[0]):
        number_of_correct_pixels = number_of_correct_pixels + matrix[class_id, class_id].item()
    number_of_pixels = matrix.sum().item()
    if number_of_pixels == 0:
        return 0.0
    return number_of_correct_pixels / number_of_pixels
