"""The progress bar of a training run: loss, learning rate, images a second, time left."""

import math
import sys
import time
from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn
from tqdm import tqdm

from proj4_code.given.basics.progress import is_first_process
from proj4_code.given.data.batches import WrappedLoader
from proj4_code.given.training.run import Run

SECONDS_BETWEEN_LOSSES = 0.5  # reading a loss makes a GPU wait


class Progress:
    """Watches the training from outside: it wraps the loader, and looks at the network's outputs through a hook.

    Args:
        run: it may have some of its epochs done; a hook is put on its network.
        loss: of outputs and targets, as in part 6.

    Raises:
        FloatingPointError: while training, when the loss is no longer a finite number, unless such steps are skipped.
    """

    def __init__(self, run: Run, loss: Callable[[dict[str, Tensor], Tensor], Tensor]) -> None:
        self.run, self.loss = run, loss
        self.target: Tensor | None = None
        self.step, self.rate = run.steps(len(run.history)), 0.0
        self.last_look, self.last_seen = 0.0, ""
        in_a_terminal = sys.stderr.isatty()
        self.bar = tqdm(
            total=run.steps(run.settings.epochs) * run.settings.batch,
            initial=self.step * run.settings.batch,
            unit=" images",
            smoothing=0,  # the time left is then the mean pace, evaluation included
            mininterval=0.2 if in_a_terminal else 30,
            dynamic_ncols=in_a_terminal,
            disable=not is_first_process(),
        )
        self.hook = run.trainee.register_forward_hook(self.look)

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *_: object) -> None:
        self.hook.remove()
        self.bar.close()

    def watch(self, loader: WrappedLoader, title: str, notice: Callable[[Tensor], None]) -> "WatchedLoader":
        """Wrap a loader, so that the bar moves while it is read; `notice` is called with the target of each batch."""
        self.bar.set_description(title, refresh=False)
        return WatchedLoader(loader, self, notice)

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
        if not math.isfinite(loss) and not self.run.settings.skip_nan:
            raise FloatingPointError(self.describe_loss(loss))
        self.bar.set_postfix_str(f"loss {loss:.3f}, lr {self.rate:.2g}", refresh=False)
        self.last_look, self.last_seen = time.monotonic(), f" (at step {self.step} it was {loss:.3g})"

    def begin_step(self, target: Tensor) -> None:
        """Take note of a step: its target and, before the schedule changes it, the backbone's learning rate."""
        self.target, self.step = target, self.step + 1
        self.rate = min(group["lr"] for group in self.run.optimizer.param_groups)

    def describe_loss(self, loss: float) -> str:
        """Write when the loss was no finite number."""
        steps = self.run.steps(self.run.settings.epochs)
        where = f"at step {self.step} of {steps}{self.last_seen}, at a learning rate of {self.rate:.2g}"
        return f"the loss was {loss} {where}"


class WatchedLoader(WrappedLoader):
    """A loader that tells `Progress` about each batch."""

    def __init__(self, loader: WrappedLoader, progress: Progress, notice: Callable[[Tensor], None]) -> None:
        super().__init__(loader)
        self.progress, self.notice = progress, notice

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        for images, target in self.loader:
            self.notice(target)
            self.progress.begin_step(target)
            yield images, target
            self.progress.bar.update(self.progress.run.settings.batch)
        self.progress.target = None
