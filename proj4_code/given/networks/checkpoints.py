"""Checkpoints: safetensors files, which hold tensors and JSON and can run no code, unlike a pickle.

A checkpoint appears under its name only when it is whole, and is checked when it is read.
"""

import hashlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import safetensors
import safetensors.torch
import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from proj4_code.given.files import write_whole


class Checkpoint(NamedTuple):
    """What a checkpoint file holds."""

    description: dict  # JSON: the settings of the run, the network, the epoch, the metrics so far
    model: dict[str, Tensor]  # its state dict
    optimizer: dict[str, Tensor]  # its state, named "PARAMETER/ENTRY"; empty if it was not saved


def digest(tensors: Mapping[str, Tensor], description: str) -> str:
    """Compute the SHA-256 of everything that a checkpoint holds."""
    total = hashlib.sha256(description.encode())
    for name in sorted(tensors):
        tensor = tensors[name]
        total.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        total.update(tensor.reshape(-1).view(torch.uint8).numpy().data)
    return total.hexdigest()


def copy_model(model: nn.Module, tensors: dict[str, Tensor]) -> None:
    """Copy a model's state to `tensors`, under the names that it has in a checkpoint."""
    for name, value in model.state_dict().items():
        _copy(value, tensors, f"model/{name}")


def copy_optimizer(model: nn.Module, optimizer: Optimizer, tensors: dict[str, Tensor]) -> None:
    """Copy an optimizer's state too; names of parameters, unlike positions, do not depend on how groups are made."""
    for name, parameter in model.named_parameters():
        for entry, value in optimizer.state.get(parameter, {}).items():
            if isinstance(value, Tensor):
                _copy(value, tensors, f"optimizer/{name}/{entry}")


def _copy(value: Tensor, tensors: dict[str, Tensor], name: str) -> None:
    """Copy a tensor into the machine's memory; where it was copied before, it takes no more.

    The file's format takes no tensors that share memory, and none in an unusual order in memory.
    """
    if name not in tensors:
        tensors[name] = torch.empty(value.shape, dtype=value.dtype)
    tensors[name].copy_(value.detach())


def write_checkpoint(path: Path, description: dict, tensors: dict[str, Tensor], keep: Path | None = None) -> None:
    """Write a checkpoint.

    Args:
        path: the file; one that is there already is replaced in one step, when the new one is whole.
        description: anything JSON; `load_checkpoint` returns it.
        tensors: of `copy_model` and `copy_optimizer`.
        keep: what the file that is there already is renamed to.

    Raises:
        FloatingPointError: if a number in it is NaN or infinite.
        OSError: if it cannot be written. Whatever is raised, `path` is then as it was before.
    """
    for name, value in tensors.items():
        if not value.isfinite().all():
            raise FloatingPointError(f"{name.partition('/')[2]} holds numbers that are NaN or infinite")
    text = json.dumps(description)
    metadata = {"proj4": text, "sha256": digest(tensors, text)}
    write_whole(path, safetensors.torch.save(tensors, metadata), durable=True, keep=keep)


def load_newest(newest: Path, older: Path) -> Checkpoint:
    """Read a checkpoint, or, saying so, the one before it if the newest is damaged.

    The older one then takes the name of the damaged one.

    Raises:
        FileNotFoundError, ValueError: if there is no checkpoint that is whole.
    """
    try:
        return load_checkpoint(newest)
    except (FileNotFoundError, ValueError) as error:
        try:
            checkpoint = load_checkpoint(older)
        except (FileNotFoundError, ValueError):
            raise error from None
        if newest.exists():
            print(f"{newest} is damaged: going on from the checkpoint before it", file=sys.stderr)
        older.replace(newest)
        return checkpoint


def load_checkpoint(path: Path) -> Checkpoint:
    """Read a checkpoint and check that it is as it was written.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if the file is damaged, or was not written by `write_checkpoint`.
    """
    if path.is_dir():
        raise FileNotFoundError(
            f"{path} is a folder: give the path of a checkpoint, such as {path / 'best.safetensors'}"
        )
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: give the path of a checkpoint, such as runs/NAME/best.safetensors")
    data = path.read_bytes()
    try:
        tensors = safetensors.torch.load(data)
        header_size = int.from_bytes(data[:8], "little")
        metadata = json.loads(data[8 : 8 + header_size]).get("__metadata__", {})
    except (safetensors.SafetensorError, ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"{path} is damaged, or not a checkpoint of this program ({error}): use another checkpoint of the run"
        ) from error
    if not {"proj4", "sha256"} <= metadata.keys():
        raise ValueError(f"{path} is not a checkpoint of this program: it lacks the description of a network")
    if digest(tensors, metadata["proj4"]) != metadata["sha256"]:
        raise ValueError(f"{path} is damaged (its checksum is wrong): use another checkpoint of the run")
    return Checkpoint(json.loads(metadata["proj4"]), part_of(tensors, "model/"), part_of(tensors, "optimizer/"))


def part_of(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """Pick the entries that begin with `prefix`, and take it off their names."""
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def difference(expected: Mapping[str, Tensor], found: Mapping[str, Tensor]) -> str | None:
    """Describe in half a sentence how a state dict differs in names and shapes from what a network takes.

    As in "it lacks 3 of 122 entries, the first is layer1.0.conv3.weight"; None if there is no difference.
    """
    lacking = [name for name in expected if name not in found]
    if lacking:
        return f"it lacks {len(lacking)} of {len(expected)} entries, the first is {lacking[0]}"
    unknown = sorted(name for name in found if name not in expected)  # a file's order is not the model's
    if unknown:
        return f"it has {len(unknown)} entries too many, such as {unknown[0]}"
    for name, tensor in expected.items():
        if tensor.shape != found[name].shape:
            return f"{name} is {tuple(found[name].shape)} and not {tuple(tensor.shape)}"
    return None


def load_model(model: nn.Module, checkpoint: Checkpoint, path: Path) -> None:
    """Put the weights of a checkpoint into a network.

    Raises:
        ValueError: if they do not fit; nothing is loaded then.
    """
    problem = difference(model.state_dict(), checkpoint.model)
    if problem:
        raise ValueError(
            f"{path} does not fit the network: {problem}. It is of another architecture, or part 1, 2 or 3 was "
            "changed since: train again"
        )
    model.load_state_dict(checkpoint.model)


def load_optimizer(optimizer: Optimizer, model: nn.Module, checkpoint: Checkpoint, path: Path) -> None:
    """Put the optimizer's state of a checkpoint back; parameters and entries go by their names.

    Raises:
        ValueError: if it does not fit; nothing is loaded then.
    """
    parameters = dict(model.named_parameters())
    for key, value in checkpoint.optimizer.items():
        parameter = parameters.get(key.rpartition("/")[0])
        if parameter is None or value.shape not in (parameter.shape, ()):
            raise ValueError(f"{path} does not fit the network: it holds {key} {tuple(value.shape)} of the optimizer")
    for key, value in checkpoint.optimizer.items():
        name, _, entry = key.rpartition("/")
        parameter = parameters[name]
        if value.shape == parameter.shape:  # it lies in memory as the parameter does; counters stay on the CPU
            value = torch.empty_like(parameter, dtype=value.dtype).copy_(value)
        optimizer.state[parameter][entry] = value
