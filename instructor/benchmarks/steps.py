"""Training steps to be measured: the kit's, and the same network in the loop that torchvision's references use."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim import SGD
from torch.optim.lr_scheduler import LambdaLR
from torch.utils.flop_counter import FlopCounterMode

import instructor.release.reference  # noqa: F401
from proj4_code.given.classes import NUM_CLASSES, VOID
from proj4_code.given.data.batches import layout_for
from proj4_code.given.networks.build import build_network
from proj4_code.given.training.precision import autocast_for, capability_of, choose_precision
from proj4_code.part6_training import segmentation_loss, train_one_epoch

Batch = tuple[Tensor, Tensor]


def random_batch(images: int, height: int, width: int) -> Batch:
    """Draw images (N, 3, H, W) and targets (N, H, W) with a few void pixels, pinned where there is a GPU."""
    generator = torch.Generator().manual_seed(0)
    targets = torch.randint(0, NUM_CLASSES, (images, height, width), generator=generator)
    targets[:, : height // 25] = VOID
    inputs = torch.randn(images, 3, height, width, generator=generator)
    return (inputs.pin_memory(), targets.pin_memory()) if torch.cuda.is_available() else (inputs, targets)


def network_of(arch: str, depth: int, device: torch.device) -> nn.Module:
    """Build a network with an auxiliary classifier, without weights."""
    torch.manual_seed(0)
    bins = (1, 2, 3, 6) if arch == "pspnet" else ()
    return build_network(arch, depth, bins, True, NUM_CLASSES).to(device)


def precision_of(device: torch.device) -> torch.dtype:
    """Return what the kit trains in."""
    return choose_precision("auto", capability_of(device))


def make_optimizer(network: nn.Module) -> tuple[SGD, LambdaLR]:
    """Make SGD in the paper's setting, with a schedule that steps every iteration."""
    optimizer = SGD(network.parameters(), 1e-3, momentum=0.9, weight_decay=1e-4)
    return optimizer, LambdaLR(optimizer, lambda step: 0.9999**step)


def kit_loop(network: nn.Module, batches: Sequence[Batch], device: torch.device) -> Callable[[], object]:
    """Return an action that trains on batches as the kit does: part 6, in the device's own precision and layout."""
    network.to(memory_format=layout_for(device))
    optimizer, scheduler = make_optimizer(network)
    return lambda: train_one_epoch(
        network, batches, optimizer, scheduler, device, autocast=autocast_for(precision_of(device), device)
    )


def torchvision_loop(network: nn.Module, batches: Iterable[Batch], device: torch.device) -> Callable[[], object]:
    """Return an action that trains as torchvision's segmentation reference does: fp32, and every loss read at once.

    Its loop keeps a sliding window of the losses for the log, for which each iteration waits for its loss. The
    auxiliary loss counts half.
    """
    optimizer, scheduler = make_optimizer(network)
    losses: deque[float] = deque(maxlen=20)

    def train() -> None:
        network.train()
        for images, targets in batches:
            outputs = network(images.to(device))
            targets = targets.to(device)
            terms = {name: F.cross_entropy(logits, targets, ignore_index=VOID) for name, logits in outputs.items()}
            loss = terms["out"] + 0.5 * terms["aux"] if "aux" in terms else terms["out"]
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            scheduler.step()
            losses.append(loss.item())

    return train


def flops_of(network: nn.Module, batch: Batch) -> int:
    """Count the operations of a training step on a batch, multiplication and addition as two, without computing."""
    images, targets = (tensor.to("meta") for tensor in batch)
    with FlopCounterMode(display=False) as counter:
        segmentation_loss(network.to("meta").train()(images), targets).backward()
    return counter.get_total_flops()
