"""Adapters: the only place where tests touch student code.

Each adapter takes plain values, calls the student's function or class, and returns plain values; arrays arrive as
tensors. Adapters bind behaviour: names of attributes, the order of modules and the way a value is computed are the
student's choice. Adapters for one part put doubles in place of the others.
"""

from collections.abc import Callable

import torch

from proj4_unit_tests.adapters import part1, part2, part3, part4, part5, part6, together
from proj4_unit_tests.adapters.types import Unchecked

torch.set_num_threads(1)  # for tensors as small as these, threads cost more than they save


class UnknownAdapterError(LookupError):
    """There is no adapter of a name."""


def adapter(name: str) -> Callable[..., Unchecked]:
    """Return the adapter of a name.

    Raises:
        UnknownAdapterError: if there is none.
    """
    for module in (part1, part2, part3, part4, part5, part6, together):
        function: Callable[..., Unchecked] | None = vars(module).get(name)
        if callable(function):
            return function
    raise UnknownAdapterError(f"no adapter is called {name!r}; they are the functions of proj4_unit_tests/adapters")
