"""The progress bar of a training run: loss, learning rate, images a second, time left."""

import math
import sys
import time
from collections.abc import Callable, Iterable, Iterator

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.utils.data import DataLoader
from tqdm import tqdm

SECONDS_BETWEEN_LOSSES = 0.5  # reading a loss makes a GPU wait


class Progress:
    """Watches the training from outside: it wraps the loader, and looks at the network's outputs through a hook.

    Args:
        model: a hook is put on it.
        optimizer: its learning rates are shown.
        loss: of outputs and targets, as in part 6.
        images: how many the whole run trains on.
        images_done: how many of them an earlier part of the run did.

    Raises:
        FloatingPointError: while training, when the loss is no longer a finite number.
    """

    def __init__(
        self,
        model: nn.Module,
        optimizer: Optimizer,
        loss: Callable[[dict[str, Tensor], Tensor], Tensor],
        images: int,
        images_done: int = 0,
    ) -> None:
        self.optimizer, self.loss = optimizer, loss
        self.target: Tensor | None = None
        self.last_look = 0.0
        in_a_terminal = sys.stderr.isatty()
        self.bar = tqdm(
            total=images,
            initial=images_done,
            unit=" images",
            smoothing=0,  # the time left is then the mean pace, evaluation included
            mininterval=0.2 if in_a_terminal else 30,
            dynamic_ncols=in_a_terminal,
        )
        self.hook = model.register_forward_hook(self.look)

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *_: object) -> None:
        self.hook.remove()
        self.bar.close()

    def watch(self, loader: DataLoader, title: str) -> "WatchedLoader":
        """Wrap a loader, so that the bar moves while it is read."""
        self.bar.set_description(title, refresh=False)
        return WatchedLoader(loader, self)

    def print(self, line: str) -> None:
        """Print a line above the bar."""
        self.bar.write(line)
        sys.stdout.flush()

    def look(self, model: nn.Module, _: tuple, outputs: dict[str, Tensor]) -> None:
        """Show the loss of the batch that passes through the network, now and then."""
        if not model.training or self.target is None or time.monotonic() < self.last_look + SECONDS_BETWEEN_LOSSES:
            return
        with torch.no_grad():
            target = self.target.to(outputs["out"].device)
            loss = self.loss({name: logits.detach().float() for name, logits in outputs.items()}, target).item()
        rate = min(group["lr"] for group in self.optimizer.param_groups)
        if not math.isfinite(loss):
            raise FloatingPointError(f"the loss became {loss} at a learning rate of {rate:.2g}")
        self.bar.set_postfix_str(f"loss {loss:.3f}, lr {rate:.2g}", refresh=False)
        self.last_look = time.monotonic()


class WatchedLoader:
    """A loader that tells `Progress` about each batch; in all else it is the loader."""

    def __init__(self, loader: DataLoader, progress: Progress) -> None:
        self.loader, self.progress = loader, progress

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        for images, target in self.loader:
            self.progress.target = target
            yield images, target
            self.progress.bar.update(len(images))
        self.progress.target = None

    def __len__(self) -> int:
        return len(self.loader)

    def __getattr__(self, name: str) -> object:
        return getattr(self.loader, name)


def bar_over(loader: Iterable, title: str) -> tqdm:
    """Put a bar that vanishes at its end over something that takes more than two seconds."""
    return tqdm(loader, title, leave=False, delay=2, dynamic_ncols=sys.stderr.isatty(), disable=not sys.stderr.isatty())
