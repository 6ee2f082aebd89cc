"""Attacks by values that are what they are asked for in name alone."""

from instructor.attacks.attack import Attack, called, raising, returning

ATTACKS = (
    Attack(
        "infinity",
        "returns infinity, whose tolerance is infinite too",
        returning("float('inf')"),
    ),
    Attack(
        "endless-number",
        "returns an integer of a million digits, which takes hours to write",
        returning("10**1_000_000"),
    ),
    Attack(
        "tensor-without-storage",
        "returns a tensor that has a shape and no values",
        returning("torch.empty(10**6, 10**6, device='meta')"),
    ),
    Attack(
        "sparse-tensor",
        "returns a sparse tensor that fills the memory when it is made dense",
        returning("torch.sparse_coo_tensor([[0], [0]], [1.0], (10**6, 10**6))"),
    ),
    Attack(
        "tensor-that-cannot-be-copied",
        "returns a tensor whose own methods exit",
        returning(
            "torch.zeros(3).as_subclass(Exiting)",
            """
import os
class Exiting(torch.Tensor):
    def detach(self): os._exit(0)
    def cpu(self): os._exit(0)
    __torch_function__ = classmethod(lambda *a, **k: os._exit(0))
""",
        ),
    ),
    Attack(
        "class-that-lies",
        "returns an object that says to be a float, and is one only while it is looked at",
        returning(
            "Liar()",
            """
class Liar:
    looks = 0
    @property
    def __class__(self):
        Liar.looks += 1
        return float if Liar.looks % 2 else dict
    def __float__(self): raise SystemExit(0)
    def items(self): yield from iter(lambda: ("value", self), None)
""",
        ),
    ),
    Attack(
        "text-without-letters",
        "raises an exception of lone surrogates, which no encoding writes",
        raising("ValueError(chr(0xD800) * 1000)"),
    ),
    Attack(
        "text-that-turns-round",
        "raises an exception that turns the direction of the text, and clears the screen",
        raising('ValueError("\\u202e\\u2066\\x1b[2J\\x07\\x00 100 of 100 points \\u2069")'),
    ),
    Attack(
        "name-of-an-exception",
        "raises an exception whose type has a name of a million letters, and tags in it",
        raising('type("<script>" * 125_000, (Exception,), {})("x")'),
    ),
    Attack(
        "ancestors-of-an-exception",
        "raises an exception with a thousand ancestors",
        raising(
            "kind('x')",
            """
kind = Exception
for number in range(1000): kind = type(f"Ancestor{number}", (kind,), {})
""",
        ),
    ),
    Attack(
        "lines-of-another",
        "raises an exception from code that says to be a line of the unit tests",
        called(
            """
def attack(*a, **k):
    reached("raise")
    exec(compile("\\n" * 10**6 + "raise AssertionError('passed')", "proj4_unit_tests/test_part5_iou.py", "exec"))
"""
        ),
    ),
    Attack(
        "exceptions-in-a-circle",
        "raises exceptions that are each other's cause",
        called(
            """
def attack(*a, **k):
    first, second = ValueError("first"), ValueError("second")
    first.__cause__, second.__cause__ = second, first
    first.__context__, second.__context__ = second, first
    reached("raise")
    raise first
"""
        ),
    ),
)
