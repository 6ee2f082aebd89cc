"""What a training run says when it stops before its end: what is wrong, what is kept, and how to go on."""

import gc
import os
import re
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import torch
from torch.optim.lr_scheduler import LambdaLR

from proj4_code.given.basics.messages import explain
from proj4_code.given.basics.printing import quote
from proj4_code.given.classes import VOID
from proj4_code.given.training.distributed import processes
from proj4_code.given.training.run import Run
from proj4_code.given.training.run_folder import kept_epochs

MODULE = "proj4_code.given.train"
# What PyTorch raises no type of its own for: all of these are RuntimeErrors.
NO_MEMORY = re.compile(r"out of memory|can't allocate memory|not enough memory|ALLOC_FAILED", re.IGNORECASE)
DEAD_WORKER = re.compile(r"DataLoader worker \(pid")
LOST_PROCESS = re.compile(r"gloo|NCCL|Connection closed by peer|Connection reset by peer")


class Terminated(KeyboardInterrupt):
    """The system, or torchrun, asked the program to end."""


class BatchTooLargeError(MemoryError):
    """A training step does not fit in memory.

    Attributes:
        batch_that_fits: frames in a batch that would; None if none was found.
    """

    def __init__(self, message: str, batch_that_fits: int | None) -> None:
        super().__init__(message)
        self.batch_that_fits = batch_that_fits


@contextmanager
def stoppable() -> Iterator[None]:
    """Let SIGTERM stop the program as Ctrl-C does; what stops it before anything was trained ends it in one line."""

    def terminate(*_: object) -> None:
        raise Terminated

    in_main_thread = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGTERM, terminate) if in_main_thread else None
    try:
        yield
    except KeyboardInterrupt as stop:
        end(stop, "nothing was trained yet")
    finally:
        if in_main_thread:
            signal.signal(signal.SIGTERM, before)


def end(stop: KeyboardInterrupt, kept: str) -> None:
    """End the program with the status that shells expect."""
    terminated = isinstance(stop, Terminated)
    print(f"{'stopped by SIGTERM' if terminated else 'interrupted'}: {kept}", file=sys.stderr)
    sys.exit(128 + (signal.SIGTERM if terminated else signal.SIGINT))


@contextmanager
def explained_errors(run: Run, arguments: Sequence[str]) -> Iterator[None]:
    """Turn what can happen while a run trains into one sentence each, with what is kept.

    Raises:
        FloatingPointError, BatchTooLargeError, ChildProcessError, ConnectionError, OSError: with these sentences.
    """
    try:
        yield
    except KeyboardInterrupt as stop:
        end(stop, what_is_kept(run, arguments))
    except FloatingPointError as error:
        again = resume_command(run.folder, arguments)
        raise FloatingPointError(
            f"{error}: train again with a lower --lr; {progress_of(run)}, and goes on from there, without such "
            f"steps, with: {again} --skip-nan"
        ) from error
    except OSError as error:
        raise OSError(f"{explain(error)}; {what_is_kept(run, arguments)}") from error
    except (RuntimeError, MemoryError) as error:
        if is_out_of_memory(error):
            traceback.clear_frames(error.__traceback__)  # they hold what fills the memory
            raise out_of_memory(run) from None
        if DEAD_WORKER.search(str(error)):
            raise ChildProcessError(
                f"{explain(error)}: one that prepares frames died, as when memory is short (--workers 0 does without "
                f"them); {what_is_kept(run, arguments)}"
            ) from error
        if processes() > 1 and LOST_PROCESS.search(str(error)):
            kept = what_is_kept(run, arguments)
            raise ConnectionError(f"another process of this training was lost; {kept}") from error
        raise


def is_out_of_memory(error: BaseException) -> bool:
    """Return whether an error means that memory of the GPU or the machine ran out."""
    if isinstance(error, MemoryError | torch.cuda.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and NO_MEMORY.search(str(error)) is not None


def out_of_memory(run: Run) -> BatchTooLargeError:
    """Find out which batch fits, now that memory ran out, and make the error that says so."""
    batch = run.settings.batch
    run.train_loader.close()
    run.optimizer.zero_grad()
    said = f"out of memory with --batch {batch} on the {'GPU' if run.device.type == 'cuda' else 'CPU'}"
    if processes() > 1:
        return BatchTooLargeError(f"{said}s: choose a smaller one, or more processes; {progress_of(run)}", None)
    print(f"{said}: looking for a batch that fits", file=sys.stderr)
    fits = batch_that_fits(lambda batch: try_batch(run, batch), batch)
    if fits is None:
        advice = f"not even --batch 2 fits, choose a smaller --crop or --depth; {progress_of(run)}"
    elif kept_epochs(run.folder) == 0:
        advice = f"--batch {fits} fits; nothing was trained yet, so run the same command with it"
    else:
        advice = f"--batch {fits} fits; {progress_of(run)}, and keeps its batch: begin another run with it"
    return BatchTooLargeError(f"{said}: {advice}", fits)


def batch_that_fits(step: Callable[[int], None], batch: int) -> int | None:
    """Halve a batch that did not fit in memory until `step`, training on so many frames, does.

    Batch norm needs at least 2 frames; None if not even they fit.
    """
    while batch >= 4:
        batch //= 2
        gc.collect()  # what the last attempt left
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        try:
            step(batch)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
        else:
            return batch
    return None


def try_batch(run: Run, batch: int) -> None:
    """Train for two steps on an empty batch, to see whether it fits; the second has all that the optimizer keeps."""
    for group in run.optimizer.param_groups:
        group["initial_lr"] = group["lr"]
    side = run.settings.crop
    target = torch.full((batch, side, side), VOID)
    target[:, 0, 0] = 0
    batches = [(torch.zeros(batch, 3, side, side), target)] * 2
    run.train_on(batches, LambdaLR(run.optimizer, lambda _: 0.0))


def resume_command(folder: Path, arguments: Sequence[str]) -> str:
    """Write the command that goes on with a run, beginning as the command that started it did."""
    launcher = f"python -m {MODULE}"
    own = sys.orig_argv[: len(sys.orig_argv) - len(arguments)]
    if processes() > 1:
        here, machines = os.environ["LOCAL_WORLD_SIZE"], int(os.environ["GROUP_WORLD_SIZE"])
        launcher = f"torchrun --nproc-per-node {here}{f' --nnodes {machines} ...' if machines > 1 else ''} -m {MODULE}"
    elif sys.platform != "win32" and MODULE in own and sys.orig_argv[len(own) :] == list(arguments):
        launcher = " ".join(map(quote, own))  # on Windows it would name the Python outside the virtual environment
    launcher = os.environ.get("PROJ4_COMMAND", launcher)  # set by a program that starts this one
    return f"{launcher} --resume --out {quote(folder)}"


def what_is_kept(run: Run, arguments: Sequence[str]) -> str:
    """Write how far a run got that stopped, and how to go on."""
    return f"{progress_of(run)}, go on with: {resume_command(run.folder, arguments)}"


def progress_of(run: Run) -> str:
    """Write how many epochs the last checkpoint holds."""
    return f"{run.folder} keeps {kept_epochs(run.folder)} of {run.settings.epochs} epochs"
