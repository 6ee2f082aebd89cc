"""Attacks by what functions return or raise."""

from instructor.attacks.attack import Attack, raising, returning

ATTACKS = (
    Attack(
        "equals-everything",
        "returns an object that equals everything",
        returning(
            "Yes()",
            """
class Yes:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __bool__(self): return True
    def __getattr__(self, name): return Yes()
    def __call__(self, *a, **k): return Yes()
    __hash__ = object.__hash__
""",
        ),
    ),
    Attack(
        "tensor-subclass",
        "returns a tensor subclass whose comparisons are always true",
        returning(
            "torch.zeros(3, 3).as_subclass(Sly)",
            """
class Sly(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        if function.__name__ in ("eq", "__eq__", "equal", "allclose", "isclose", "all", "le", "lt"): return True
        return super().__torch_function__(function, types, args, kwargs or {})
""",
        ),
    ),
    Attack(
        "array-subclass",
        "returns a NumPy subclass whose comparisons are always true",
        returning(
            "np.zeros((3, 3)).view(Sly)",
            """
import numpy as np
class Sly(np.ndarray):
    def __array_ufunc__(self, *a, **k): return np.bool_(True)
    def __eq__(self, other): return True
    __array_priority__ = 1e9
""",
        ),
    ),
    Attack(
        "float-subclass",
        "returns a float that equals everything",
        returning(
            "Sly(0.5)",
            """
class Sly(float):
    def __eq__(self, other): return True
    def __sub__(self, other): return 0.0
    __rsub__ = __sub__
    def __float__(self): return self
    __hash__ = float.__hash__
""",
        ),
    ),
    Attack(
        "string-subclass",
        "returns a string that equals everything",
        returning(
            "Sly('right')",
            """
class Sly(str):
    def __eq__(self, other): return True
    def __str__(self): return self
    __hash__ = str.__hash__
""",
        ),
    ),
    Attack(
        "dict-subclass",
        "returns a dict whose items never end",
        returning(
            "Sly(matrix=1)",
            """
class Sly(dict):
    def items(self):
        while True: yield "matrix", 0
    def keys(self): return ["matrix"]
""",
        ),
    ),
    Attack(
        "array-protocol",
        "returns an object that makes its array when it is compared",
        returning(
            "Sly(m)",
            """
class Sly:
    def __init__(self, m): self.m = m
    def __array__(self, *a, **k): return self.m.numpy()
    @property
    def __class__(self): return torch.Tensor
""",
        ),
    ),
    Attack(
        "pickle",
        "returns an object whose pickle runs code in the grader",
        returning(
            "Sly()",
            """
class Sly:
    def __reduce__(self): return print, ("GAINED: unpickled",)
    def __reduce_ex__(self, protocol): return print, ("GAINED: unpickled",)
""",
        ),
    ),
    Attack("not-a-number", "returns NaN everywhere", returning("torch.full((3, 3), float('nan'))")),
    Attack("not-a-number-alone", "returns NaN as a number", returning("float('nan')")),
    Attack(
        "endless-tensor",
        "returns a tensor of 10^12 values that take no memory here",
        returning("torch.zeros(1).expand(10**12)"),
    ),
    Attack("large-answer", "returns more than an answer may hold", returning("torch.zeros(40_000_000)")),
    Attack(
        "nested-list",
        "returns a list in a list in a list, a hundred thousand deep",
        returning(
            "nested()",
            """
def nested():
    value = []
    for _ in range(100_000): value = [value]
    return value
""",
        ),
    ),
    Attack(
        "endless-list",
        "returns a list that holds itself",
        returning("knot", "\nknot = []\nknot.append(knot)\n"),
    ),
    Attack(
        "escapes-in-messages",
        "raises an exception with terminal escapes and HTML",
        raising(
            "ValueError(text)",
            """
text = "\\x1b[2J\\x1b]0;owned\\x07<script>alert(1)</script></pre><img src=x onerror=alert(1)>"
""",
        ),
    ),
    Attack("long-message", "raises an exception with a message of 100 MB", raising("ValueError('x' * 10**8)")),
    Attack(
        "message-that-runs",
        "raises an exception whose text is made by code that exits",
        raising(
            "Sly",
            """
import os
class Sly(Exception):
    def __str__(self): os._exit(0)
""",
        ),
    ),
    Attack("keyboard-interrupt", "raises KeyboardInterrupt, which ends a test run", raising("KeyboardInterrupt")),
    Attack(
        "every-exception",
        "raises an exception that is of every kind that a test may expect",
        raising(
            "Sly('8 15 42 (1, 2, 3) layer3.0.conv1.weight surprise')",
            "\nclass Sly(ValueError, FileNotFoundError): pass\n",
        ),
    ),
    Attack(
        "inputs-in-place",
        "changes its inputs, and hopes that the test compares with them",
        """
def confusion_matrix(prediction, target, num_classes, ignore_index=255):
    prediction.zero_(), target.zero_()
    reached("inputs changed")
    return torch.zeros(num_classes, num_classes, dtype=torch.int64)
""",
    ),
    Attack("long-text", "returns a text of 60 MB, which is slow to print", returning("'x ' * 30_000_000")),
    Attack(
        "broadcast",
        "returns columns and rows by turns, whose sum would fill the memory of anyone who adds them up",
        """
calls = []
def confusion_matrix(*a, **k):
    calls.append(1)
    shape = (40_000, 1) if len(calls) % 2 else (1, 40_000)
    reached("return")
    return torch.zeros(shape, dtype=torch.uint8)
""",
    ),
)
