"""The one way to call student code: tests call adapters through a client, here or in a process."""

from typing import Any, Protocol

import numpy as np

from proj4_unit_tests.harness.values import Plain


class Client(Protocol):
    """Calls adapters.

    Attributes:
        printed: what student code printed in the last test, where the client keeps it.
    """

    printed: str

    def start_test(self, tests: str) -> None:
        """Begin a test.

        Args:
            tests: name of the module of tests, such as "test_part1_ppm".
        """

    def call(self, name: str, arguments: dict[str, Plain], seconds: float | None = None) -> Plain:
        """Call one adapter.

        Args:
            name: of the adapter.
            arguments: of the call.
            seconds: that it may take, where the client limits it; None for the usual time.

        Raises:
            LookupError: if there is no such adapter.
            Exception: what student code raised; `StudentError` from another process.
        """

    def end_test(self) -> None:
        """End everything that the test started."""

    def close(self) -> None:
        """Release what the client holds."""


class Here:
    """Calls adapters in this process, so that a debugger works."""

    printed = ""

    def start_test(self, tests: str) -> None:
        """Do nothing."""

    def call(self, name: str, arguments: dict[str, Plain], seconds: float | None = None) -> Plain:
        """Call one adapter, as in `Client`; there is no limit to its time."""
        __tracebackhide__ = True
        return call_adapter(name, arguments)

    def end_test(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


def call_adapter(name: str, arguments: dict[str, Plain]) -> Plain:
    """Call an adapter in this process: arrays become tensors on the way in, and tensors arrays on the way out."""
    __tracebackhide__ = True
    import torch

    from proj4_unit_tests.adapters import adapter

    torch.default_generator.manual_seed(0)  # torch.manual_seed would prepare the GPU's generators too, which takes time
    return to_plain(adapter(name)(**{key: to_torch(item) for key, item in arguments.items()}))


def to_torch(value: Plain) -> Any:
    """Turn the arrays in a plain value into tensors that share no memory with them."""
    import torch

    if isinstance(value, np.ndarray):
        return torch.from_numpy(value.copy())
    if isinstance(value, dict):
        return {key: to_torch(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_torch(item) for item in value]
    return value


def to_plain(value: Any) -> Plain:
    """Turn what an adapter returned into a plain value; anything else becomes a string that names its type."""
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
    if type(value) is np.ndarray and value.dtype != object:
        return value
    kind = type(value)
    return f"an object of type {'' if kind.__module__ == 'builtins' else f'{kind.__module__}.'}{kind.__qualname__}"
