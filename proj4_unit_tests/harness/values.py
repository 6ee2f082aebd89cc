"""Plain values, the only thing that passes between tests and student code, and their form as bytes."""

import json
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load, save

Array: TypeAlias = NDArray[Any]
Plain: TypeAlias = "bool | int | float | str | Array | list[Plain] | dict[str, Plain] | None"
LONGEST_STRUCTURE = 2**19  # bytes of everything but arrays, and of what says where each array lies


def to_bytes(value: Plain) -> bytes:
    """Write a plain value as a safetensors file: its arrays, and its structure as JSON. No pickle.

    Raises:
        TypeError: if it is not a plain value.
    """
    arrays: dict[str, Array] = {}

    def outline(part: object) -> Any:
        if isinstance(part, np.ndarray):
            arrays[str(len(arrays))] = np.ascontiguousarray(part).reshape(part.shape)
            return {"array": str(len(arrays) - 1)}
        if isinstance(part, dict):
            return {"dict": {key: outline(item) for key, item in part.items()}}
        if isinstance(part, list | tuple):
            return [outline(item) for item in part]
        if part is None or isinstance(part, bool | int | float | str):
            return part
        raise TypeError(f"expected a plain value (arrays, numbers, text, lists, dicts), got a {type(part).__name__}")

    structure = json.dumps(outline(value)).encode()
    return save({"structure": np.frombuffer(structure, np.uint8), **arrays})


def from_bytes(data: bytes) -> Plain:
    """Read what `to_bytes` wrote.

    Raises:
        ValueError: if the bytes are anything else.
    """
    try:
        arrays = load_arrays(data)
        structure = arrays.pop("structure").tobytes()
        if len(structure) > LONGEST_STRUCTURE:
            raise ValueError(f"{len(structure)} bytes of text and structure; {LONGEST_STRUCTURE} are allowed")
        return _fill(json.loads(structure), arrays)
    except Exception as error:
        raise ValueError(f"these bytes are not a plain value: {error}") from error


def load_arrays(data: bytes) -> dict[str, Array]:
    """Read a safetensors file that anyone may have written: its header is measured before it is read.

    Raises:
        ValueError, SafetensorError: if it is not such a file, or its header is longer than any that is needed.
    """
    header = int.from_bytes(data[:8], "little")
    if header > LONGEST_STRUCTURE:
        raise ValueError(f"a header of {header} bytes; {LONGEST_STRUCTURE} are allowed")
    return load(data)


def _fill(outline: Any, arrays: dict[str, Array]) -> Plain:
    if isinstance(outline, list):
        return [_fill(item, arrays) for item in outline]
    if not isinstance(outline, dict):
        return outline  # type: ignore[no-any-return]  # JSON's own values
    if "array" in outline:
        return arrays.pop(outline["array"])  # each is used once: a small message cannot stand for a large value
    return {key: _fill(item, arrays) for key, item in outline["dict"].items()}
