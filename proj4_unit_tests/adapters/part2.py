"""Adapters for the dilated ResNet."""

import copy
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torchvision import models
from torchvision.models import resnet

from proj4_unit_tests.adapters.imports import student_part
from proj4_unit_tests.adapters.types import Answer, Unchecked
from proj4_unit_tests.adapters.weights import count_values, has_gradient, no_downloads, quick_construction, set_weights


def receptive_field(layers: Sequence[Sequence[int]]) -> Unchecked:
    """Call `receptive_field` with tuples."""
    return student_part("part2_dilated_resnet").receptive_field([tuple(layer) for layer in layers])


def _stage(block: str, weights: int, blocks: int = 2) -> nn.Sequential:
    """Make a small stage of stride 2 of torchvision's blocks."""
    kind = {"BasicBlock": resnet.BasicBlock, "Bottleneck": resnet.Bottleneck}[block]
    channels = 4 * kind.expansion
    shortcut = nn.Sequential(resnet.conv1x1(6, channels, stride=2), nn.BatchNorm2d(channels))
    rest = [kind(channels, 4) for _ in range(blocks - 1)]
    stage = nn.Sequential(kind(6, 4, stride=2, downsample=shortcut), *rest)
    set_weights(stage, weights)
    return stage.eval()


def strided_stage(x: Tensor, block: str, weights: int) -> Unchecked:
    """Run a stage of stride 2 as torchvision makes it, without any student code."""
    return _stage(block, weights)(x)


def dilated_stage(
    x: Tensor, block: str, weights: int, dilation_before: int, dilation: int, blocks: int = 2
) -> Unchecked:
    """Dilate a stage and run it."""
    stage = _stage(block, weights, blocks)
    student_part("part2_dilated_resnet").dilate_stage(stage, dilation_before, dilation)
    return stage(x)


def dilated_stage_weights(block: str, weights: int) -> Answer:
    """Return whether a stage has the weights after dilation that it had before."""
    stage = _stage(block, weights)
    before = copy.deepcopy(stage.state_dict())
    student_part("part2_dilated_resnet").dilate_stage(stage, 1, 2)
    after = stage.state_dict()
    kept = before.keys() == after.keys() and all(torch.equal(before[name], after[name]) for name in before)
    return {"same weights": kept}


def _strided_resnet(depth: int, weights: int) -> models.ResNet:
    """Make torchvision's ResNet with weights set by shape."""
    with quick_construction():
        network = models.get_model(f"resnet{depth}", weights=None)
    set_weights(network, weights)
    return network.eval()


def make_dilated_resnet(depth: int, weights: int) -> Unchecked:
    """Make a DilatedResNet from a state dict set by shape."""
    state = _strided_resnet(depth, weights).state_dict()
    with quick_construction():
        return student_part("part2_dilated_resnet").DilatedResNet(depth, weights=state)


def dilated_resnet(x: Tensor, depth: int, weights: int, every: int = 1, training: bool = False) -> Answer:
    """Make a DilatedResNet with given weights and run it; return one in `every` channels."""
    features, aux_features = make_dilated_resnet(depth, weights).train(training)(x)
    return {"features": features[:, ::every], "aux features": aux_features[:, ::every]}


def dilated_resnet_shapes(x: Tensor, depth: int) -> Answer:
    """Make a DilatedResNet without weights and return the shapes of its feature maps."""
    with quick_construction():
        network = student_part("part2_dilated_resnet").DilatedResNet(depth)
    set_weights(network, 0)
    features, aux_features = network.eval()(x)
    return {
        "features": list(features.shape),
        "aux features": list(aux_features.shape),
        "out_channels": network.out_channels,
        "aux_channels": network.aux_channels,
    }


def strided_resnet(x: Tensor, depth: int, weights: int, every: int) -> Answer:
    """Run the stages of torchvision's own ResNet, without any student code."""
    network = _strided_resnet(depth, weights)
    stem = nn.Sequential(network.conv1, network.bn1, network.relu, network.maxpool)
    aux_features = network.layer3(network.layer2(network.layer1(stem(x))))
    return {"features": network.layer4(aux_features)[:, ::every], "aux features": aux_features[:, ::every]}


def dilated_resnet_channels(depth: int | None) -> Answer:
    """Make a DilatedResNet, with no argument at all for None; return its channels and the number of its values."""
    make = student_part("part2_dilated_resnet").DilatedResNet
    with quick_construction():
        network = make() if depth is None else make(depth)
    values = count_values(network.parameters())
    return {"out_channels": network.out_channels, "aux_channels": network.aux_channels, "values": values}


def dilated_resnet_loads(depth: int, without: Sequence[str] = (), extra: Sequence[str] = ()) -> Answer:
    """Make a DilatedResNet from a state dict without some entries, or with single values as `extra`; then change it."""
    with quick_construction():
        state = models.get_model(f"resnet{depth}", weights=None).state_dict()
    for name in without:
        del state[name]
    state.update({name: torch.zeros(1) for name in extra})
    given = copy.deepcopy(state)
    with quick_construction():
        network = student_part("part2_dilated_resnet").DilatedResNet(depth, weights=state)
    set_weights(network, 1)
    kept = all(torch.equal(tensor, given[name]) for name, tensor in state.items() if name in given)
    return {"same entries": list(state) == list(given), "same tensors": kept}


def dilated_resnet_learns(x: Tensor, depth: int) -> Answer:
    """Run a backward pass from each feature map; count the values that learn from it."""
    network = make_dilated_resnet(depth, 0).train()
    counts = []
    for number in (0, 1):
        network.zero_grad()
        features = network(x)[number]
        if features.requires_grad:
            features.square().mean().backward()
        counts.append(count_values(p for p in network.parameters() if p.requires_grad and has_gradient(p)))
    return {"values that learn from features": counts[0], "from aux features": counts[1]}


def dilated_resnet_start(depth: int) -> Answer:
    """Make two DilatedResNets without weights; return whether they start alike."""
    make = student_part("part2_dilated_resnet").DilatedResNet
    with no_downloads():
        first, second = (max(make(depth).parameters(), key=Tensor.numel) for _ in range(2))
    return {"alike": torch.equal(first, second)}
