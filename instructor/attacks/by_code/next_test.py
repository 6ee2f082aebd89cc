"""Attacks on the tests that follow in the same process: those of a part share one until a test is wrong."""

from instructor.attacks.attack import Attack, called

ATTACKS = (
    Attack(
        "questions-remembered",
        "keeps all questions, and answers with what an earlier one held",
        called(
            """
KEPT = []
def attack(*a, **k):
    answers = [kept for kept in KEPT if getattr(kept, "dtype", None) in (torch.float64, torch.int64)]
    KEPT.extend([*a, *k.values()])
    reached("%d kept" % len(KEPT))
    return answers[-1] if answers else 0
"""
        ),
    ),
    Attack(
        "worker-patched-for-the-next",
        "replaces what answers calls in its process, so that the next test hears what it asked",
        called(
            """
import sys
def attack(*a, **k):
    for name, module in list(sys.modules.items()):
        for function in ("call_adapter", "answer", "answer_in_time", "to_plain"):
            if name.startswith("proj4_unit_tests") and hasattr(module, function):
                setattr(module, function, lambda *a, **k: 1.0)
    reached("patched")
    return 0
"""
        ),
    ),
    Attack(
        "adapters-patched-for-the-next",
        "replaces the adapters of its part while a test runs, for the tests that follow",
        called(
            """
import sys
def attack(*a, **k):
    for name, module in list(sys.modules.items()):
        if name.startswith("proj4_unit_tests.adapters"):
            for key, value in list(vars(module).items()):
                if callable(value) and not key.startswith("__"): setattr(module, key, lambda *a, **k: True)
    reached("patched")
    return 0
"""
        ),
    ),
    Attack(
        "random-numbers-for-the-next",
        "replaces seeding and the random numbers of torch and NumPy for the tests that follow",
        called(
            """
import numpy, random
def attack(*a, **k):
    for module in (torch, numpy.random, random):
        for name in ("manual_seed", "seed", "rand", "randn", "randint", "random", "default_rng"):
            if hasattr(module, name): setattr(module, name, lambda *a, **k: 0)
    reached("patched")
    return 0
"""
        ),
    ),
    Attack(
        "answers-between-tests",
        "lets a thread answer before the next test asks",
        called(
            """
import os, threading, time
def forge():
    message = b"x" * 100
    while True:
        for number in range(3, 64):
            try: os.write(number, len(message).to_bytes(8, "big") + message)
            except OSError: continue
        time.sleep(0.001)
def attack(*a, **k):
    reached("thread")
    threading.Thread(target=forge, daemon=True).start()
    return 0
"""
        ),
    ),
    Attack(
        "work-between-tests",
        "lets threads compute on between the calls, where no call's time is measured",
        called(
            """
import threading
def attack(*a, **k):
    reached("threads")
    for _ in range(4):
        threading.Thread(target=lambda: [torch.ones(500, 500) @ torch.ones(500, 500) for _ in range(10**9)]).start()
    return 0
"""
        ),
    ),
    Attack(
        "exit-between-tests",
        "exits shortly after it has answered, so that the next test meets nobody",
        called(
            """
import os, threading, time
def leave():
    time.sleep(0.02)
    os._exit(0)
def attack(*a, **k):
    reached("exit soon")
    threading.Thread(target=leave).start()
    return 0
"""
        ),
    ),
    Attack(
        "memory-kept-between-tests",
        "keeps a hundred megabytes of each call",
        called(
            """
KEPT = []
def attack(*a, **k):
    KEPT.append(torch.ones(25_000_000))
    reached("kept")
    return 0
"""
        ),
    ),
    Attack(
        "printed-for-the-next",
        "cuts, moves and floods the file that its output goes to, for the next test's output",
        called(
            """
import os
def attack(*a, **k):
    reached("output")
    for number in (1, 2):
        try:
            os.ftruncate(number, 0)
            os.lseek(number, 10**7, os.SEEK_SET)
            os.write(number, b"\\x1b[2J<script>" * 10_000)
        except OSError: continue
    return 0
"""
        ),
    ),
)
