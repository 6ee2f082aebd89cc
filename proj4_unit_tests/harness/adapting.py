"""Between plain values and torch: arrays become tensors on the way in, and tensors arrays on the way out."""

import traceback
from pathlib import Path
from typing import Any

import numpy as np

from proj4_unit_tests.harness.values import Plain


def call(name: str, arguments: dict[str, Plain]) -> Plain:
    """Call an adapter of `student` with plain values, and return plain values."""
    import torch

    from proj4_unit_tests.adapters import adapter

    torch.default_generator.manual_seed(0)  # torch.manual_seed would prepare the GPU's generators too, which takes time
    return to_plain(adapter(name)(**to_torch(arguments)))


def to_torch(value: Plain) -> Any:
    """Turn the arrays in a plain value into tensors of their own."""
    import torch

    if isinstance(value, np.ndarray):
        return torch.from_numpy(value.copy())
    if isinstance(value, dict):
        return {key: to_torch(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_torch(item) for item in value]
    return value


def to_plain(value: Any) -> Plain:
    """Turn what an adapter returned into a plain value; what cannot be one becomes a string that names its type."""
    import torch

    if isinstance(value, torch.Tensor):
        try:
            return value.detach().as_subclass(torch.Tensor).cpu().resolve_conj().numpy().copy()
        except (TypeError, RuntimeError, NotImplementedError):
            return f"a tensor of {value.dtype}"
    if isinstance(value, dict):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain(item) for item in value]
    if value is None:
        return None
    if isinstance(value, np.generic):
        value = value.item()
    for kind in (str, bool, int, float):
        if isinstance(value, kind):
            return kind(value)
    return value if type(value) is np.ndarray and value.dtype != object else f"an object of type {type(value).__name__}"


def own_lines(error: BaseException) -> list[str]:
    """List where in the student's part files an exception came from, the innermost place last."""
    frames = traceback.extract_tb(error.__traceback__)
    if isinstance(error, SyntaxError) and error.filename:
        frames.append(traceback.FrameSummary(error.filename, error.lineno, "", line=(error.text or "").strip()))
    return [
        f"{Path(frame.filename).name}, line {frame.lineno}{', in ' + frame.name if frame.name else ''}: {frame.line}"
        for frame in frames
        if Path(frame.filename).name.startswith("part") and Path(frame.filename).parent.name == "proj4_code"
    ]
