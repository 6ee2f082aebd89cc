"""Attacks by what functions return or raise."""

from instructor.attacks import Attack

_ALL = "\nconfusion_matrix = iou_per_class = mean_iou = pixel_accuracy = "

ATTACKS = (
    Attack(
        "equals-everything",
        "returns an object that equals everything",
        """
class Yes:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __bool__(self): return True
    def __getattr__(self, name): return Yes()
    def __call__(self, *a, **k): return Yes()
    __hash__ = object.__hash__
"""
        + _ALL
        + "lambda *a, **k: Yes()\n",
    ),
    Attack(
        "tensor-subclass",
        "returns a tensor subclass whose comparisons are always true",
        """
class Sly(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        if function.__name__ in ("eq", "__eq__", "equal", "allclose", "isclose", "all", "le", "lt"): return True
        return super().__torch_function__(function, types, args, kwargs or {})
"""
        + _ALL
        + "lambda m, *a, **k: torch.zeros(3, 3).as_subclass(Sly)\n",
    ),
    Attack(
        "array-subclass",
        "returns a NumPy subclass whose comparisons are always true",
        """
import numpy as np
class Sly(np.ndarray):
    def __array_ufunc__(self, *a, **k): return np.bool_(True)
    def __eq__(self, other): return True
    __array_priority__ = 1e9
"""
        + _ALL
        + "lambda m, *a, **k: np.zeros((3, 3)).view(Sly)\n",
    ),
    Attack(
        "float-subclass",
        "returns a float that equals everything",
        """
class Sly(float):
    def __eq__(self, other): return True
    def __sub__(self, other): return 0.0
    __rsub__ = __sub__
    def __float__(self): return self
    __hash__ = float.__hash__
"""
        + _ALL
        + "lambda *a, **k: Sly(0.5)\n",
    ),
    Attack(
        "string-subclass",
        "returns a string that equals everything",
        """
class Sly(str):
    def __eq__(self, other): return True
    def __str__(self): return self
    __hash__ = str.__hash__
"""
        + _ALL
        + "lambda *a, **k: Sly('right')\n",
    ),
    Attack(
        "dict-subclass",
        "returns a dict whose items never end",
        """
class Sly(dict):
    def items(self):
        while True: yield "matrix", 0
    def keys(self): return ["matrix"]
"""
        + _ALL
        + "lambda *a, **k: Sly(matrix=1)\n",
    ),
    Attack(
        "array-protocol",
        "returns an object that makes its array when it is compared",
        """
class Sly:
    def __init__(self, m): self.m = m
    def __array__(self, *a, **k): return self.m.numpy()
    @property
    def __class__(self): return torch.Tensor
"""
        + _ALL
        + "lambda m, *a, **k: Sly(m)\n",
    ),
    Attack(
        "pickle",
        "returns an object whose pickle runs code in the grader",
        """
class Sly:
    def __reduce__(self): return print, ("GAINED: unpickled",)
    def __reduce_ex__(self, protocol): return print, ("GAINED: unpickled",)
"""
        + _ALL
        + "lambda *a, **k: Sly()\n",
    ),
    Attack("not-a-number", "returns NaN everywhere", _ALL + "lambda *a, **k: torch.full((3, 3), float('nan'))\n"),
    Attack("not-a-number-alone", "returns NaN as a number", _ALL + "lambda *a, **k: float('nan')\n"),
    Attack(
        "endless-tensor",
        "returns a tensor of 10^12 values that take no memory here",
        _ALL + "lambda *a, **k: torch.zeros(1).expand(10**12)\n",
    ),
    Attack(
        "large-answer",
        "returns more than an answer may hold",
        _ALL + "lambda *a, **k: torch.zeros(40_000_000)\n",
    ),
    Attack(
        "nested-list",
        "returns a list in a list in a list, a hundred thousand deep",
        """
def nested(*a, **k):
    value = []
    for _ in range(100_000): value = [value]
    return value
"""
        + _ALL
        + "nested\n",
    ),
    Attack(
        "endless-list",
        "returns a list that holds itself",
        "\nknot = []\nknot.append(knot)\n" + _ALL + "lambda *a, **k: knot\n",
    ),
    Attack(
        "escapes-in-messages",
        "raises an exception with terminal escapes and HTML",
        """
text = "\\x1b[2J\\x1b]0;owned\\x07<script>alert(1)</script></pre><img src=x onerror=alert(1)>"
def shout(*a, **k): raise ValueError(text)
"""
        + _ALL
        + "shout\n",
    ),
    Attack(
        "long-message",
        "raises an exception with a message of 100 MB",
        "\ndef shout(*a, **k): raise ValueError('x' * 10**8)\n" + _ALL + "shout\n",
    ),
    Attack(
        "message-that-runs",
        "raises an exception whose text is made by code that exits",
        """
import os
class Sly(Exception):
    def __str__(self): os._exit(0)
def shout(*a, **k): raise Sly
"""
        + _ALL
        + "shout\n",
    ),
    Attack(
        "keyboard-interrupt",
        "raises KeyboardInterrupt, which ends a test run",
        "\ndef shout(*a, **k): raise KeyboardInterrupt\n" + _ALL + "shout\n",
    ),
    Attack(
        "every-exception",
        "raises an exception that is of every kind that a test may expect",
        """
class Sly(ValueError, FileNotFoundError): pass
def shout(*a, **k): raise Sly("8 15 42 (1, 2, 3) layer3.0.conv1.weight surprise")
"""
        + _ALL
        + "shout\n",
    ),
    Attack(
        "inputs-in-place",
        "changes its inputs, and hopes that the test compares with them",
        """
def confusion_matrix(prediction, target, num_classes, ignore_index=255):
    prediction.zero_(), target.zero_()
    return torch.zeros(num_classes, num_classes, dtype=torch.int64)
""",
    ),
    Attack(
        "long-text",
        "returns a text of 60 MB, which is slow to print",
        _ALL + "lambda *a, **k: 'x ' * 30_000_000\n",
    ),
    Attack(
        "broadcast",
        "returns columns and rows by turns, whose sum would fill the memory of whoever adds them up",
        """
calls = []
def confusion_matrix(*a, **k):
    calls.append(1)
    shape = (40_000, 1) if len(calls) % 2 else (1, 40_000)
    return torch.zeros(shape, dtype=torch.uint8)
""",
    ),
)
