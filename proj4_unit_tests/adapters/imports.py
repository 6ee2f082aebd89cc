"""How adapters come by the student's modules."""

import importlib
import inspect
import sys
from types import ModuleType

import torch

# What torch remembers for the whole process: how to read it, and how to put it back.
GLOBAL_STATE = {
    "default dtype": (torch.get_default_dtype, torch.set_default_dtype),
    "default device": (torch.get_default_device, torch.set_default_device),
    "gradients being on": (torch.is_grad_enabled, torch.set_grad_enabled),
    "determinism": (torch.are_deterministic_algorithms_enabled, torch.use_deterministic_algorithms),
}


class ImportTimeoutError(TimeoutError):
    """A part does not finish importing in the time of a call.

    Attributes:
        part: its module.
    """

    def __init__(self, part: str, error: TimeoutError) -> None:
        super().__init__(f"{part}.py does not finish importing: {error}")
        self.part = part


def student_part(module: str) -> ModuleType:
    """Import one of the six part modules.

    Raises:
        ImportError: if importing it changes torch for all other code; what it changed is put back.
        ImportTimeoutError: if the time of a call is up before it is imported.
    """
    name = f"proj4_code.{module}"
    if name in sys.modules:
        return sys.modules[name]
    before = {state: read() for state, (read, _) in GLOBAL_STATE.items()}
    try:
        part = importlib.import_module(name)
    except TimeoutError as error:
        raise ImportTimeoutError(module, error).with_traceback(error.__traceback__) from None
    finally:
        changes = {state: read() for state, (read, _) in GLOBAL_STATE.items() if read() != before[state]}
        for state in changes:
            GLOBAL_STATE[state][1](before[state])
    if changes:
        del sys.modules[name]
        what = " and ".join(f"{state} to {value}" for state, value in changes.items())
        raise ImportError(f"{module}.py changes torch for all other code when it is imported: {what}")
    return part


def defaults(part: str, name: str) -> dict:
    """Return the defaults of a function's or class's parameters: floats, lists of them, anything else as text."""
    parameters = inspect.signature(getattr(student_part(part), name)).parameters.values()
    return {p.name: _as_plain(p.default) for p in parameters if p.default is not p.empty}


def _as_plain(default: object) -> float | list | str:
    if isinstance(default, tuple | list):
        return [_as_plain(item) for item in default]
    return float(default) if isinstance(default, int | float) else repr(default)  # True is 1.0
