"""How adapters import the student's modules."""

import importlib
import importlib.util
import platform
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

import torch

import proj4_code
from proj4_code.given.basics.imports import NOT_OWN, encoding_problem

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
        SyntaxError: if this Python cannot read it, or if it is not UTF-8.
        ImportTimeoutError: if the time for a call is up before it is imported.
    """
    name = f"proj4_code.{module}"
    if name in sys.modules:
        return sys.modules[name]
    _check_encoding(name)
    before = {state: read() for state, (read, _) in GLOBAL_STATE.items()}
    try:
        part = importlib.import_module(name)
    except SyntaxError as error:
        error.msg = f"{error.msg}, says Python {platform.python_version()}"
        raise
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


def _check_encoding(name: str) -> None:
    """Check that a part's file is UTF-8.

    Raises:
        SyntaxError: if it is not.
    """
    spec = importlib.util.find_spec(name)
    path = Path(spec.origin) if spec and spec.origin else None
    if path and path.is_file() and (problem := encoding_problem(path.read_bytes())):
        raise SyntaxError(problem, (str(path), 1, 1, "")) from None


@contextmanager
def part_with_double(part: str, other: str, name: str, double: object) -> Iterator[ModuleType]:
    """Import a part again, with a double in place of what it takes from another part.

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
    again = {other, part, *_own_modules()}
    before = {module: sys.modules.pop(f"proj4_code.{module}", None) for module in again}
    sys.modules[other_part.__name__] = other_part
    try:
        with mock.patch.object(other_part, name, double, create=True):
            yield student_part(part)
    finally:
        for module in again | _own_modules():
            _put_back(module, before.get(module))


def _own_modules() -> set[str]:
    """Return the names, in the package, of the imported modules of the student's own besides the parts."""
    names = [name.partition(".")[2] for name in sys.modules if name.startswith("proj4_code.")]
    return {name for name in names if name.partition(".")[0] not in NOT_OWN}


def _put_back(module: str, imported: ModuleType | None) -> None:
    """Make a module of the package what it was before: `imported`, or None if it was not imported."""
    sys.modules.pop(f"proj4_code.{module}", None)
    vars(proj4_code).pop(module, None)
    if imported is not None:
        sys.modules[f"proj4_code.{module}"] = imported
        if "." not in module:
            setattr(proj4_code, module, imported)
