"""How adapters come by the student's modules."""

import importlib
import inspect
from types import ModuleType


def student_part(module: str) -> ModuleType:
    """Import one of the six part modules."""
    return importlib.import_module(f"proj4_code.{module}")


def defaults(part: str, name: str) -> dict:
    """Return the parameters of a function or class, each with its default as text; "" stands for none."""
    parameters = inspect.signature(getattr(student_part(part), name)).parameters.values()
    return {p.name: "" if p.default is p.empty else repr(p.default) for p in parameters}
