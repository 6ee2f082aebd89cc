"""Attacks on the time and the memory of others, by what one limit alone does not see."""

from instructor.attacks.attack import Attack, called

ATTACKS = (
    Attack(
        "nearly-too-slow",
        "sleeps nearly as long as it may in each call",
        called("\nimport time\ndef attack(*a, **k):\n    reached('sleep')\n    time.sleep(1.2)\n    return 0\n"),
    ),
    Attack(
        "nearly-too-busy",
        "computes nearly as long as it may in each call",
        called(
            """
import time
def attack(*a, **k):
    reached("compute")
    end = time.process_time() + 1.2
    while time.process_time() < end: pass
    return 0
"""
        ),
    ),
    Attack(
        "busy-threads",
        "computes in many threads, while the one that is measured waits for a processor",
        called(
            """
import threading
def attack(*a, **k):
    for number in range(40):
        threading.Thread(target=torch.linalg.svd, args=(torch.ones(3000, 3000),), daemon=True).start()
        if number == 1: reached("2 threads")
    while True: pass
"""
        ),
    ),
    Attack(
        "storm",
        "computes in as many processes as it can start",
        called(
            """
import os
def attack(*a, **k):
    for number in range(64):
        if os.fork() == 0:
            while True: pass
        if number == 3: reached("4 processes")
    while True: pass
"""
        ),
    ),
    Attack(
        "memory-in-sum",
        "fills the memory in many processes, of which each holds its limit",
        called(
            """
import os, time
def attack(*a, **k):
    for number in range(32):
        if os.fork() == 0:
            kept = bytearray(5 * 10**8)
            time.sleep(1000)
        if number == 3: reached("4 processes")
    time.sleep(1000)
"""
        ),
    ),
    Attack(
        "memory-without-a-mapping",
        "fills the memory through files that lie in it and are not mapped",
        called(
            """
import os
def attack(*a, **k):
    kept = []
    for number in range(100):
        kept.append(os.memfd_create(f"m{number}"))
        for _ in range(60): os.write(kept[-1], bytes(2**20))
        if number == 1: reached("120 MB")
"""
        ),
    ),
    Attack(
        "full-shared-memory",
        "fills the shared memory",
        called(
            """
def attack(*a, **k):
    for number in range(10_000):
        try: open(f"/dev/shm/left-behind-{number}", "wb").write(bytes(2**20))
        except OSError: return 0
        if number == 10: reached("10 MB")
"""
        ),
    ),
    Attack(
        "flood-of-inodes",
        "makes files, folders and links until it is stopped",
        called(
            """
import os
def attack(*a, **k):
    number = 0
    while True:
        try:
            os.mkdir(f"d{number}")
            open(f"d{number}/f", "w").close()
            os.symlink("f", f"d{number}/l")
        except OSError: pass
        number += 1
        if number == 100: reached("300 of them")
"""
        ),
    ),
    Attack(
        "another-core",
        "moves to the cores of others, and takes precedence there",
        """
import os
for change in (lambda: os.sched_setaffinity(0, range(os.cpu_count())), lambda: os.sched_setaffinity(os.getppid(), [0])):
    try:
        change()
        print("GAINED: another core")
    except OSError: pass
try:
    os.nice(-5)
    print("GAINED: precedence")
except OSError: pass
""",
    ),
    Attack(
        "slow-end",
        "leaves threads that wait in the kernel, and much memory to give back, when its time is up",
        called(
            """
import signal, threading, time
def attack(*a, **k):
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    kept = bytearray(8 * 10**8)
    for _ in range(40): threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
    reached("threads")
    time.sleep(1000)
"""
        ),
    ),
)
