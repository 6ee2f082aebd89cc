"""Training and testing networks for segmentation on frames in memory; no part of the student's is needed."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim import AdamW
from torch.optim.lr_scheduler import OneCycleLR

from proj4_code.given.basics.progress import bar_over
from proj4_code.given.classes import VOID
from proj4_code.given.explore.apparatus.streets import Frames, normalised

Loss = Callable[[dict[str, Tensor], Tensor], Tensor]
"""Of the network's outputs, as in part 3, and the masks (N, H, W) int64: a scalar."""


@dataclass(frozen=True)
class Plan:
    """How a network is trained.

    Attributes:
        steps: iterations.
        batch: frames in a batch.
        crop: side of the crops in pixels; PSPNet needs 8n+1.
        rate: highest learning rate, which is reached after 30 % of the steps, and falls to nothing.
    """

    steps: int
    batch: int
    crop: int
    rate: float


def cross_entropy(outputs: dict[str, Tensor], masks: Tensor) -> Tensor:
    """Compute the mean cross-entropy of `out`, logits (N, K, H, W), over the labelled pixels of masks (N, H, W)."""
    return F.cross_entropy(outputs["out"], masks, ignore_index=VOID)


def fit(
    model: nn.Module,
    frames: Frames,
    plan: Plan,
    seed: int,
    device: torch.device,
    loss: Loss = cross_entropy,
    groups: list[dict] | None = None,
) -> None:
    """Train a network with AdamW on random crops, half of them mirrored.

    Args:
        model: returns a dict of logits, as in part 3; it is moved to the device.
        frames: to train on.
        plan: how.
        seed: decides which crops.
        device: where to compute.
        loss: what is to become small.
        groups: of parameters, with their own "lr" where it is not the plan's; None: all parameters.

    Raises:
        FloatingPointError: if the loss becomes infinite or NaN.
    """
    generator = torch.Generator().manual_seed(seed)
    model.to(device).train()
    chosen = groups or [{"params": list(model.parameters())}]
    optimizer = AdamW(chosen, plan.rate, weight_decay=1e-4)
    scheduler = OneCycleLR(optimizer, [group.get("lr", plan.rate) for group in chosen], plan.steps)
    for step in bar_over(range(plan.steps), "training"):
        images, masks = (tensor.to(device) for tensor in random_batch(frames, plan, generator))
        value = loss(model(normalised(images)), masks.long())
        if step % 20 == 0 and not torch.isfinite(value):
            raise FloatingPointError(f"the loss is {value.item()} at step {step}: a lower learning rate may help")
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        scheduler.step()


def random_batch(frames: Frames, plan: Plan, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Cut random crops: images (N, 3, crop, crop) and masks (N, crop, crop), both uint8; beyond the rim all is void."""
    height, width = (max(0, plan.crop - side) for side in frames.masks.shape[-2:])
    draw = partial(torch.randint, size=(), generator=generator)
    images, masks = [], []
    for _ in range(plan.batch):
        index = draw(len(frames))
        image, mask = frames.images[index], frames.masks[index]
        if height or width:
            image, mask = F.pad(image, (0, width, 0, height)), F.pad(mask, (0, width, 0, height), value=VOID)
        top, left = (int(draw(side - plan.crop + 1)) for side in mask.shape)
        image, mask = (t[..., top : top + plan.crop, left : left + plan.crop] for t in (image, mask))
        mirrored = bool(draw(2))
        images.append(image.flip(-1) if mirrored else image)
        masks.append(mask.flip(-1) if mirrored else mask)
    return torch.stack(images), torch.stack(masks)


@torch.no_grad()
def predict(model: nn.Module, frames: Frames, device: torch.device, batch: int = 8) -> Tensor:
    """Predict the train id of every pixel, (N, H, W) uint8 on the CPU; frames are padded to 8n+1 for it."""
    model.to(device).eval()
    height, width = frames.masks.shape[-2:]
    more = (0, (1 - width) % 8, 0, (1 - height) % 8)
    found = []
    for images in frames.images.split(batch):
        logits = model(F.pad(normalised(images.to(device)), more))["out"][..., :height, :width]
        found.append(logits.argmax(1).to(torch.uint8).cpu())
    return torch.cat(found)
