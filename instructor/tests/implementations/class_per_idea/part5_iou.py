"""IoU with a class for the table of counts, and one for what is known of a class."""

import torch


class Table:
    """Counts pairs of target and prediction."""

    def __init__(self, num_classes):
        self.size = num_classes
        self.counts = torch.zeros(num_classes * num_classes, dtype=torch.int64)

    def add(self, target, prediction):
        places = target.to(torch.int64) * self.size + prediction.to(torch.int64)
        ones = torch.ones_like(places)
        self.counts = self.counts.to(places.device)
        self.counts.scatter_add_(0, places, ones)

    def square(self):
        return self.counts.view(self.size, self.size)


def confusion_matrix(prediction, target, num_classes, ignore_index=255):
    table = Table(num_classes)
    keep = target != ignore_index
    table.add(target[keep], prediction[keep])
    return table.square()


class Scores:
    """What a matrix says of each class."""

    def __init__(self, matrix):
        self.intersection = matrix.diag()
        self.in_target = matrix.sum(dim=1)
        self.in_prediction = matrix.sum(dim=0)

    def union(self):
        return self.in_target + self.in_prediction - self.intersection

    def present(self):
        return self.union() > 0

    def iou(self):
        result = torch.full((len(self.intersection),), float("nan"), dtype=torch.float64)
        here = self.present()
        result[here] = self.intersection[here].double() / self.union()[here].double()
        return result


def iou_per_class(matrix):
    return Scores(matrix).iou()


def mean_iou(matrix):
    scores = Scores(matrix)
    return scores.iou()[scores.present()].mean().item()


def pixel_accuracy(matrix):
    correct = matrix.diag().sum().item()
    return correct / matrix.sum().item()
