"""Plain values, the only thing that passes between tests and student code, and their form as bytes.

A plain value is an array, a number, a string, a bool, None, or a list or a dict (with string keys) of plain values.
"""

import json
from typing import Any, NamedTuple

import numpy as np
from safetensors.numpy import load, save

Plain = Any
LONGEST_STRUCTURE = 2**19  # bytes of everything but arrays
LONGEST_TEXT = 200  # characters of a text that are shown


def to_bytes(value: Plain) -> bytes:
    """Write a plain value as a safetensors file: its arrays, and its structure as JSON. No pickle."""
    arrays: dict[str, np.ndarray] = {}

    def outline(part: Plain) -> Any:
        if isinstance(part, np.ndarray):
            arrays[str(len(arrays))] = np.ascontiguousarray(part).reshape(part.shape)
            return {"array": str(len(arrays) - 1)}
        if isinstance(part, dict):
            return {"dict": {key: outline(item) for key, item in part.items()}}
        if isinstance(part, list | tuple):
            return [outline(item) for item in part]
        if part is None or isinstance(part, bool | int | float | str):
            return part
        raise TypeError(f"{type(part).__name__} is no plain value")

    structure = json.dumps(outline(value)).encode()
    return save({"structure": np.frombuffer(structure, np.uint8), **arrays})


def from_bytes(data: bytes) -> Plain:
    """Read what `to_bytes` wrote.

    Raises:
        ValueError: if it is something else.
    """
    try:
        arrays = load(data)
        structure = arrays.pop("structure").tobytes()
        if len(structure) > LONGEST_STRUCTURE:
            raise ValueError(f"{len(structure)} bytes of text and structure; {LONGEST_STRUCTURE} are allowed")
        return _fill(json.loads(structure), arrays)
    except Exception as error:
        raise ValueError(f"these bytes are no plain value: {error}") from error


def _fill(outline: Any, arrays: dict[str, np.ndarray]) -> Plain:
    if isinstance(outline, list):
        return [_fill(item, arrays) for item in outline]
    if not isinstance(outline, dict):
        return outline
    if "array" in outline:
        return arrays[outline["array"]]
    return {key: _fill(item, arrays) for key, item in outline["dict"].items()}


def describe(value: Plain) -> str:
    """Say in a few words what a value is, such as "float32 (2, 3)"."""
    if isinstance(value, np.ndarray):
        return f"{value.dtype} {value.shape}" if value.ndim else f"the {value.dtype} tensor {value}"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, dict):
        return f"a dict with {', '.join(map(repr, value)) or 'no key'}"
    shown = f"the {type(value).__name__} {value!r}" if _is_numeric(value) else repr(value)
    return shown if len(shown) <= LONGEST_TEXT else f"{shown[:LONGEST_TEXT]}..."


class Difference(NamedTuple):
    """Where two values differ first, in words."""

    came_out: str
    expected: str


def difference(value: Plain, expected: Plain, tolerance: float = 0.0, name: str = "") -> Difference | None:
    """Find where two values differ first.

    Args:
        value: what came out.
        expected: what should have.
        tolerance: allowed error of floating-point numbers, as a share of the largest expected magnitude.
        name: what to call the value.

    Returns:
        None if they agree. NaN agrees with NaN, but an array never with a number.
    """
    if isinstance(expected, dict) and isinstance(value, dict) and set(value) == set(expected):
        pairs = [(value[key], expected[key], f"{name}.{key}" if name else key) for key in expected]
    elif isinstance(expected, list) and isinstance(value, list) and len(value) == len(expected):
        pairs = [(left, right, f"{name}[{i}]") for i, (left, right) in enumerate(zip(value, expected, strict=True))]
    elif _is_numeric(value) and _is_numeric(expected) and type(value) is type(expected):
        return _numeric_difference(value, expected, tolerance, name)
    elif type(value) is type(expected) and not isinstance(value, dict | list) and value == expected:
        return None
    else:
        return _named(name, describe(value), describe(expected))
    return next((found for left, right, path in pairs if (found := difference(left, right, tolerance, path))), None)


def _is_numeric(value: Plain) -> bool:
    return isinstance(value, np.ndarray | int | float) and not isinstance(value, bool)


def _numeric_difference(value: Plain, expected: Plain, tolerance: float, name: str) -> Difference | None:
    left, right = np.asarray(value), np.asarray(expected)
    if left.shape != right.shape or left.dtype != right.dtype:
        return _named(name, describe(value), describe(expected))
    if left.size == 0:
        return None
    error, scale = _errors(left, right)
    allowed = tolerance * scale if np.issubdtype(right.dtype, np.floating) else 0
    if error.max() <= allowed:
        return None
    if left.ndim == 0:
        return _named(name, describe(value), describe(expected))
    where = tuple(int(i) for i in np.unravel_index(error.argmax(), error.shape))
    share = f"{(error > allowed).mean():.0%} of the values wrong, most at {list(where)}"
    return _named(
        name, f"{describe(value)}, {share}: {left[where]:.4g}", f"{describe(expected)}, there {right[where]:.4g}"
    )


def _errors(left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, float]:
    """Return the error of each value, infinite where only one of the two is NaN, and the largest magnitude expected."""
    left, right = left.astype(np.float64), right.astype(np.float64)
    with np.errstate(invalid="ignore"):
        error = np.where((left == right) | (np.isnan(left) & np.isnan(right)), 0, np.abs(left - right))
    error[np.isnan(error)] = np.inf
    return error, np.abs(right[np.isfinite(right)]).max(initial=0)


def largest_error(value: Plain, expected: Plain) -> float:
    """Measure how far two values of one structure are apart.

    Args:
        value: what came out.
        expected: what should have; between the two there is no `difference` but in numbers.

    Returns:
        The largest error in any array or number, as a share of the largest magnitude expected in that array.
    """
    if isinstance(expected, dict | list):
        keys = expected if isinstance(expected, dict) else range(len(expected))
        return max((largest_error(value[key], expected[key]) for key in keys), default=0.0)
    if not _is_numeric(expected) or np.size(expected) == 0:
        return 0.0
    error, scale = _errors(np.asarray(value), np.asarray(expected))
    return float(error.max() / scale) if scale else float(error.max())


def _named(name: str, came_out: str, expected: str) -> Difference:
    return Difference(*(f"{name}: {text}" if name else text for text in (came_out, expected)))
