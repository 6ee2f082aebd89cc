"""Answers to the questions' texts from code that we did not write: torch, torchvision, torchmetrics, or counting."""

import re
from ast import literal_eval

import numpy as np
import torch
import torch.nn.functional as F
import torchmetrics.functional.classification as metrics
from torch import nn
from torch.utils.data import DataLoader
from torchvision.models import get_model, resnet
from torchvision.transforms import v2

from proj4_code.given.classes import IMAGENET_MEAN, IMAGENET_STD, rows_of
from proj4_code.given.questions import part1, part2, part3, part4, part5, part6


def numbers(text: str) -> list[float]:
    """Return the numbers in a text, in order."""
    return [float(found) for found in re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?", text)]


def tuples(text: str) -> list:
    """Return the innermost tuples and lists of numbers in a text, in order."""
    return [literal_eval(found) for found in re.findall(r"[\(\[][\d, .]+[\)\]]", text) if "," in found]


def matrix_of(text: str) -> torch.Tensor:
    """Return the matrix in a text."""
    return torch.tensor(literal_eval(re.search(r"\[\[.*?\]\]", text)[0]))


def _ppm(text: str) -> tuple[int, int, tuple[int, ...]]:
    found = re.search(r"PPM\((\d+), (\d+), bins=(\([\d, ]+\))\)", text)
    return int(found[1]), int(found[2]), literal_eval(found[3])


def output_shape(text: str) -> str:
    """Run the layers of the paper."""
    _, each, bins = _ppm(text)
    x = torch.zeros(tuples(text)[-1])
    branches = [F.interpolate(F.adaptive_avg_pool2d(x[:, :1], b).expand(-1, each, -1, -1), x.shape[2:]) for b in bins]
    return str(tuple(torch.cat([x, *branches], 1).shape))


def learned_values(text: str) -> str:
    """Count the parameters of the paper's layers."""
    channels, each, bins = _ppm(text)
    layers = [nn.Sequential(nn.Conv2d(channels, each, 1, bias=False), nn.BatchNorm2d(each)) for _ in bins]
    return str(sum(parameter.numel() for layer in layers for parameter in layer.parameters()))


def constant_channels(text: str) -> str:
    """Mark the channels of bin 1."""
    channels, each, bins = _ppm(text)
    marks = [0] * channels + [bin_ == 1 for bin_ in bins for _ in range(each)]
    places = [place for place, mark in enumerate(marks) if mark]
    return f"{places[0]} to {places[-1]}"


def _reach(layers: nn.Module, channels: int = 1) -> int:
    """Measure how far gradients of one output reach back."""
    x = torch.zeros(1, channels, 1, 401, requires_grad=True)
    y = layers(x)
    y[0, :, 0, y.shape[3] // 2].sum().backward()
    reached = x.grad[0].abs().sum((0, 1)).nonzero().flatten()
    return int(reached.max() - reached.min() + 1)


def stack(text: str) -> str:
    """Follow gradients through torch's convolutions."""
    convolutions = [nn.Conv2d(1, 1, (1, k), (1, s), dilation=(1, d), bias=False) for k, s, d in tuples(text)]
    for convolution in convolutions:
        nn.init.ones_(convolution.weight)
    return str(_reach(nn.Sequential(*convolutions)))


def map_shape(text: str) -> str:
    """Take the size from torchvision's network, whose stage 2 has the last stride that stays."""
    depth = re.search(r"ResNet-(\d+)", text)[1]
    network = get_model(f"resnet{depth}", weights=None)
    stages = [network.conv1, network.bn1, network.relu, network.maxpool, network.layer1, network.layer2]
    with torch.no_grad():
        size = nn.Sequential(*stages)(torch.zeros(tuples(text)[-1])).shape[2:]
    stage = network.layer3 if "`aux_features`?" in text else network.layer4
    return str((1, next(reversed(list(stage.parameters()))).numel(), *size))


def stage_field(text: str) -> str:
    """Follow gradients through the 3×3 convolutions of torchvision's blocks."""
    blocks, kind = re.search(r"has (\d) (BasicBlock|Bottleneck)", text).groups()
    before, after = re.search(r"stage, (\d), (\d)\)", text).groups()
    block = getattr(resnet, kind)
    made = [block(4 * block.expansion, 4) for _ in range(int(blocks))]
    threes = [layer for each in made for layer in each.modules() if getattr(layer, "kernel_size", 0) == (3, 3)]
    rates = [int(before), *[int(after)] * (len(threes) - 1)]
    layers = [nn.Conv2d(1, 1, 3, dilation=rate, padding=rate, bias=False) for rate in rates]
    for layer in layers:
        nn.init.ones_(layer.weight)
    return str(_reach(nn.Sequential(*layers)))


def accepted_size(text: str, choices: tuple[str, ...]) -> str:
    """Look for the sides of the form 8n+1."""
    sides = {8 * n + 1 for n in range(100)}
    (right,) = [choice for choice in choices if {int(side) for side in choice.split("×")} <= sides]
    return right


def classifier_channels(text: str) -> str:
    """Concatenate tensors of so many channels."""
    channels = int(re.search(r"`out_channels` is (\d+)", text)[1])
    (bins,) = tuples(text)
    x = torch.zeros(1, channels, 1, 1)
    return str(torch.cat([x, *(x[:, : channels // len(bins)] for _ in bins)], 1).shape[1])


def logits(text: str) -> str:
    """Count the values of tensors of that shape."""
    classes, images, height, width = (int(value) for value in numbers(text.replace("×", " "))[:4])
    both = "aux=True" in text and "training" in text
    return str((1 + both) * torch.zeros(images, classes, height, width).numel())


def train_ids(text: str) -> str:
    """Look the colours up in the given table of rows."""
    rows = rows_of(np.array([tuples(text)], np.uint8))[0]
    return str([255 if row == 11 else int(row) for row in rows])


def padded_shape(text: str) -> str:
    """Count up to the next side of the form 8n+1."""
    height, width = re.search(r"(\d+)×(\d+)", text).groups()
    return str((3, *(next(n for n in range(int(side), 999) if n % 8 == 1) for side in (height, width))))


def padded_pixels(text: str) -> str:
    """Count the pixels of a padded mask."""
    height, width = (int(side) for side in re.search(r"(\d+)×(\d+)", text).groups())
    tall, wide = (next(n for n in range(side, 999) if n % 8 == 1) for side in (height, width))
    return str(int(F.pad(torch.zeros(height, width), [0, wide - width, 0, tall - height], value=1).sum()))


def normalised(text: str) -> str:
    """Let torchvision normalise."""
    name, value = re.search(r"(red|green|blue) = (\d+)", text).groups()
    image = torch.full((3, 1, 1), int(value), dtype=torch.uint8)
    done = v2.Compose([v2.ToDtype(torch.float32, scale=True), v2.Normalize(IMAGENET_MEAN, IMAGENET_STD)])(image)
    return f"{done[('red', 'green', 'blue').index(name), 0, 0]:.2f}"


def item_order(text: str) -> str:
    """Take the line of the split file."""
    lines = re.search(r"the lines ([\w, ]+)\.", text)[1].split(", ")
    return lines[int(re.search(r'"train"\)\[(\d)\]', text)[1])]


def small_matrix(text: str) -> str:
    """Let torchmetrics count."""
    prediction, target = (torch.tensor(pixels) for pixels in tuples(text)[:2])
    return str(metrics.multiclass_confusion_matrix(prediction, target, 3, ignore_index=255).tolist())


def counted_pixels(text: str) -> str:
    """Count the pixels with a class."""
    images, height, width, void = (int(value) for value in numbers(text.replace("×", " "))[:4])
    target = torch.zeros(images, height * width)
    target[:, :void] = 255
    return str(int((target != 255).sum()))


def _pixels(matrix: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    pairs = [
        (row, column) for row in range(len(matrix)) for column in range(len(matrix)) for _ in range(matrix[row, column])
    ]
    target, prediction = torch.tensor(pairs).T
    return prediction, target


def class_iou(text: str) -> str:
    """Let torchmetrics compute the Jaccard index of the pixels."""
    matrix = matrix_of(text)
    ious = metrics.multiclass_jaccard_index(*_pixels(matrix), len(matrix), average="none")
    chosen = int(re.search(r"class (\d)", text)[1])
    return f"{ious[chosen]:.2f}"


def mean_iou(text: str) -> str:
    """Let torchmetrics average over the classes that are there."""
    matrix = matrix_of(text)
    return f"{metrics.multiclass_jaccard_index(*_pixels(matrix), len(matrix), average='macro'):.2f}"


def accuracy(text: str) -> str:
    """Let torchmetrics count the right pixels."""
    matrix = matrix_of(text)
    return f"{metrics.multiclass_accuracy(*_pixels(matrix), len(matrix), average='micro'):.2f}"


def factor(text: str) -> str:
    """Step torch's PolynomialLR."""
    step, total, power = (int(value) for value in numbers(text)[:3])
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler = torch.optim.lr_scheduler.PolynomialLR(optimizer, total, power)
    for _ in range(step):
        optimizer.step()
        scheduler.step()
    return f"{scheduler.get_last_lr()[0]:.3g}"


def loss(text: str) -> str:
    """Let torch compute the cross-entropy."""
    pixels = int(re.search(r"has (\d+) pixels", text)[1])
    void = pixels if "all of which are" in text else int(re.search(r"which (\d+)", text)[1])
    classes = int(re.search(r"there are (\d+) classes", text)[1])
    target = torch.zeros(1, pixels, dtype=torch.long)
    target[:, :void] = 255
    once = F.cross_entropy(torch.zeros(1, classes, pixels), target, ignore_index=255).nan_to_num().item()
    weight = float(re.search(r"aux_weight=([\d.]+)", text)[1]) if '"aux"' in text else 0
    return f"{once + weight * once:.2f}"


def rates(text: str) -> str:
    """Multiply."""
    lr, times = re.search(r"lr=([\d.]+), head_multiplier=(\d+)", text.replace("\n", " ")).groups()
    return f"{float(lr):g} and {float(lr) * int(times):g}"


def iterations(text: str) -> str:
    """Ask torch's DataLoader for its length."""
    images, batch = (int(value) for value in numbers(text)[:2])
    return str(len(DataLoader(range(images), batch)))


def weighted_mean(text: str) -> str:
    """Let NumPy average."""
    losses, sizes = zip(*re.findall(r"([\d.]+) for (\d+) image", text), strict=True)
    return f"{np.average([float(each) for each in losses], weights=[int(size) for size in sizes]) + 1e-9:.2f}"


ORACLES = {
    part1.output_shape: output_shape,
    part1.learned_values: learned_values,
    part1.constant_channels: constant_channels,
    part2.stack: stack,
    part2.map_shape: map_shape,
    part2.stage_field: stage_field,
    part3.classifier_channels: classifier_channels,
    part3.logits: logits,
    part4.train_ids: train_ids,
    part4.padded_shape: padded_shape,
    part4.padded_pixels: padded_pixels,
    part4.normalised: normalised,
    part4.item_order: item_order,
    part5.small_matrix: small_matrix,
    part5.counted_pixels: counted_pixels,
    part5.class_iou: class_iou,
    part5.mean_of_ious: mean_iou,
    part5.accuracy: accuracy,
    part6.factor: factor,
    part6.loss_of_equal_logits: loss,
    part6.rates: rates,
    part6.iterations: iterations,
    part6.weighted_mean: weighted_mean,
}
"""Template -> what answers its text; part 3's `accepted_size` also needs the choices."""
