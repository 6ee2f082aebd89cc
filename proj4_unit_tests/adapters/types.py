"""The types of what passes between adapters, their clients and student code."""

from collections.abc import Sequence
from typing import Any, TypeAlias

Unchecked: TypeAlias = Any
"""What student code returned or made: by the contract a tensor, a number or a network, in truth anything."""

Arguments: TypeAlias = Sequence[Any]
"""Positional arguments for student code."""

Options: TypeAlias = dict[str, Any]
"""Keyword arguments for student code."""

Answer: TypeAlias = dict[str, Unchecked]
"""Several results of one adapter, by name."""
