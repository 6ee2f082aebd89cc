"""How adapters import the student's modules."""

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any
from unittest import mock

import torch

import proj4_code

# What torch remembers for the whole process: how to read it, and how to put it back.
GLOBAL_STATE: dict[str, tuple[Callable[[], Any], Callable[[Any], object]]] = {
    "default dtype": (torch.get_default_dtype, torch.set_default_dtype),
    "default device": (torch.get_default_device, torch.set_default_device),
    "gradients being on": (torch.is_grad_enabled, torch.set_grad_enabled),
    "determinism": (torch.are_deterministic_algorithms_enabled, torch.use_deterministic_algorithms),
}


class ImportTimeoutError(TimeoutError):
    """A part does not finish importing within the time for a call.

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
        ImportTimeoutError: if the time for a call is up before it is imported.
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


@contextmanager
def part_with_double(part: str, other: str, name: str, double: object) -> Iterator[ModuleType]:
    """Import a part again, with a double in the place of what it takes from another part.

    Again, because what a part makes of the other when it is imported, such as a subclass, is then made of the double.

    Args:
        part: module of the part to test.
        other: module of the other part; it may be a skeleton, or one that cannot be imported.
        name: what is replaced in it.
        double: what takes its place.
    """
    try:
        other_part = student_part(other)
    except KeyboardInterrupt:
        raise
    except BaseException:  # SystemExit too: what is wrong with the other part is not this part's fault
        other_part = ModuleType(f"proj4_code.{other}")
    before = {module: sys.modules.pop(f"proj4_code.{module}", None) for module in (other, part)}
    sys.modules[other_part.__name__] = other_part
    try:
        with mock.patch.object(other_part, name, double, create=True):
            yield student_part(part)
    finally:
        for module, imported in before.items():
            _put_back(module, imported)


def _put_back(module: str, imported: ModuleType | None) -> None:
    """Make a module of the package what it was before: `imported`, or None if it was not imported."""
    sys.modules.pop(f"proj4_code.{module}", None)
    vars(proj4_code).pop(module, None)
    if imported is not None:
        sys.modules[f"proj4_code.{module}"] = imported
        setattr(proj4_code, module, imported)
