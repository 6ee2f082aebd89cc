"""Adapters for several parts at once."""

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from proj4_code.given.networks.checkpoints import Checkpoint
from proj4_code.given.networks.inference import network_of, predict_train_ids
from proj4_unit_tests.adapters.doubles import EchoSegmenter
from proj4_unit_tests.adapters.imports import student_part
from proj4_unit_tests.adapters.part2 import make_dilated_resnet
from proj4_unit_tests.adapters.part4 import Files, Splits, dataset_folder
from proj4_unit_tests.adapters.part6 import make_loader
from proj4_unit_tests.adapters.types import Options, Unchecked
from proj4_unit_tests.adapters.weights import quick_construction, set_weights


def _whole(depth: int, weights: int, num_classes: int) -> nn.Module:
    backbone = make_dilated_resnet(depth, weights)
    with quick_construction():
        network: nn.Module = student_part("part3_pspnet").PSPNet(backbone, num_classes)
    set_weights(network, weights)
    return network


def whole_pspnet(x: Tensor, weights: int, num_classes: int) -> Unchecked:
    """Run the student's own PSPNet-18: parts 1, 2 and 3."""
    return _whole(18, weights, num_classes).eval()(x)["out"]


def whole_training(images: Tensor, targets: Tensor, weights: int, epochs: int, lr: float) -> list[Unchecked]:
    """Train the student's own PSPNet-18 on one batch; return the loss of each epoch: parts 1, 2, 3 and 6."""
    part = student_part("part6_training")
    network = _whole(18, weights, int(targets.max()) + 1)
    optimizer = torch.optim.SGD(part.parameter_groups(network, lr), momentum=0.9)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: part.poly_factor(step, epochs))
    loader = make_loader(images, targets, len(images))
    return [part.train_one_epoch(network, loader, optimizer, scheduler, "cpu") for _ in range(epochs)]


def whole_evaluation(logits: Tensor, targets: Tensor, num_classes: int) -> list[Unchecked]:
    """Evaluate with the student's own confusion matrix and measures: parts 5 and 6."""
    iou = student_part("part5_iou")
    loader = make_loader(logits, targets, 2)
    matrix = student_part("part6_training").evaluate(EchoSegmenter(), loader, num_classes, "cpu")
    return [matrix, iou.iou_per_class(matrix), iou.mean_iou(matrix), iou.pixel_accuracy(matrix)]


def whole_prediction(description: Options, weights: dict[str, Tensor], images: list[Tensor]) -> list[Tensor]:
    """Predict images with a trained network of the student's, as the given program does: parts 1 to 4."""
    model = {name: w.float() if w.is_floating_point() else w for name, w in weights.items()}
    network = network_of(Checkpoint(description, model, {}), Path("results.safetensors")).eval()
    short_side = description["settings"]["short_side"]
    return [predict_train_ids(network, image, short_side, torch.device("cpu")) for image in images]


def whole_camvid(images: Files, labels: Files, splits: Splits) -> list[list[Unchecked]]:
    """Read a split in batches with the student's own transforms, as training does: part 4."""
    part = student_part("part4_camvid")
    with dataset_folder(images, labels, splits) as root:
        loader = DataLoader(part.CamVid(str(root), "train", part.train_transforms((17, 25))), batch_size=len(images))
        batch = next(iter(loader))
    return [[str(tensor.dtype), list(tensor.shape)] for tensor in batch]
