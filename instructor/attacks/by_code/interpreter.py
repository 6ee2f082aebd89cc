"""Attacks on the interpreter and on torch as a whole, which adapters share with student code."""

from instructor.attacks.attack import Attack, called

ATTACKS = (
    Attack(
        "end-by-a-fault",
        "reads where there is no memory",
        called("\nimport ctypes\ndef attack(*a, **k):\n    reached('fault')\n    ctypes.string_at(0)\n"),
    ),
    Attack(
        "stack-without-limit",
        "recurses until the stack of the processor ends",
        called(
            """
import sys
def attack(*a, **k):
    sys.setrecursionlimit(10**9)
    reached("recursion")
    deep = lambda *_: max([1], key=deep)
    return deep()
"""
        ),
    ),
    Attack(
        "patched-builtins",
        "replaces the functions that everything is checked with",
        called(
            """
import builtins
def attack(*a, **k):
    reached("patched")
    for name in ("isinstance", "issubclass", "len", "type", "all", "any", "abs", "sum", "max"):
        setattr(builtins, name, lambda *a, **k: True)
    return 0
"""
        ),
    ),
    Attack(
        "audit-hook",
        "listens to all that the interpreter does, and forbids it",
        called(
            """
import sys
def attack(*a, **k):
    def refuse(event, arguments):
        if event.split(".")[0] in ("open", "import", "socket", "os"): raise SystemExit(0)
    reached("hook")
    sys.addaudithook(refuse)
    return 0
"""
        ),
    ),
    Attack(
        "held-import-lock",
        "lets a thread import for ever, so that nobody else imports",
        called(
            """
import importlib._bootstrap, sys, threading, time
def hold():
    with importlib._bootstrap._ModuleLockManager("proj4_code.part6_training"): time.sleep(1000)
def attack(*a, **k):
    threading.Thread(target=hold, daemon=True).start()
    reached("lock")
    import proj4_code.part6_training
    return 0
"""
        ),
    ),
    Attack(
        "held-interpreter",
        "lets a thread compute that never gives the interpreter away",
        called(
            """
import sys, threading
def attack(*a, **k):
    sys.setswitchinterval(10**6)
    reached("thread")
    threading.Thread(target=lambda: sum(range(10**12)), daemon=True).start()
    return 0
"""
        ),
    ),
    Attack(
        "torch-turned-off",
        "makes all later tensors empty, of another type, and without gradients",
        called(
            """
def attack(*a, **k):
    reached("torch")
    torch.set_default_device("meta")
    torch.set_default_dtype(torch.float16)
    torch.set_grad_enabled(False)
    return 0
"""
        ),
    ),
    Attack(
        "endless-end",
        "ends for ever, in a finalizer, when its values are let go",
        called(
            """
import atexit, time
class Endless:
    def __del__(self):
        while True: time.sleep(0.01)
def attack(*a, **k):
    atexit.register(time.sleep, 10**6)
    reached("finalizer")
    return [Endless()]
"""
        ),
    ),
    Attack(
        "warnings-for-ever",
        "warns, logs and prints to the error output until it is stopped",
        called(
            """
import logging, sys, warnings
def attack(*a, **k):
    reached("warnings")
    while True:
        warnings.warn_explicit("x" * 10_000, UserWarning, "<script>", 1)
        logging.error("\\x1b]0;title\\x07" * 1000)
        sys.stderr.flush()
"""
        ),
    ),
)
