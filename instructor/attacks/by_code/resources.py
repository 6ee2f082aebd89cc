"""Attacks by using too much: time, memory, disk, processes, output, network."""

from instructor.attacks.attack import Attack, called

ATTACKS = (
    Attack(
        "endless-loop",
        "computes for ever",
        called("\ndef attack(*a, **k):\n    reached('loop')\n    while True: pass\n"),
    ),
    Attack(
        "endless-loop-in-c",
        "computes for ever where no signal reaches it",
        called("\ndef attack(*a, **k):\n    reached('loop')\n    return (10 ** 10 ** 8) // 7\n"),
    ),
    Attack(
        "memory-bomb",
        "fills the memory",
        called("\ndef attack(*a, **k):\n    reached('fill')\n    return torch.ones(10**11).sum()\n"),
    ),
    Attack(
        "slow-memory-bomb",
        "fills the memory bit by bit, and keeps what it has",
        called(
            """
kept = []
def attack(*a, **k):
    while True:
        try: kept.append(bytearray(10**7))
        except MemoryError: pass
        if len(kept) == 10: reached("100 MB")
"""
        ),
    ),
    Attack(
        "mapped-memory-bomb",
        "fills the memory through shared mappings, which count otherwise",
        called(
            """
import mmap
kept = []
def attack(*a, **k):
    for _ in range(100):
        kept.append(mmap.mmap(-1, 2**26))
        kept[-1].write(b"x" * 2**26)
        if len(kept) == 1: reached("64 MB")
"""
        ),
    ),
    Attack(
        "fork-bomb",
        "forks for ever",
        called(
            """
import os
def attack(*a, **k):
    forks = 0
    while True:
        try: os.fork()
        except OSError: pass
        forks += 1
        if forks == 4: reached("16 processes")
"""
        ),
    ),
    Attack(
        "thread-bomb",
        "starts threads for ever",
        called(
            """
import threading, time
def attack(*a, **k):
    while True:
        try: threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
        except RuntimeError: time.sleep(0.01)
        if threading.active_count() == 20: reached("20 threads")
"""
        ),
    ),
    Attack(
        "full-disk",
        "fills the disk",
        called(
            """
def attack(*a, **k):
    for number in range(10**6):
        try: open(f"fill{number}", "wb").write(b"x" * 2**24)
        except OSError: return 0
        if number == 0: reached("16 MB")
"""
        ),
    ),
    Attack(
        "many-files",
        "makes files until no more can be made",
        called(
            """
def attack(*a, **k):
    for number in range(20_000):
        try: open(f"n{number}", "w").close()
        except OSError: return 0
        if number == 100: reached("100 files")
"""
        ),
    ),
    Attack(
        "many-open-files",
        "opens files until no more can be opened",
        called(
            """
kept = []
def attack(*a, **k):
    while True:
        try: kept.append(open("/dev/null"))
        except OSError: return 0
        if len(kept) == 100: reached("100 files")
"""
        ),
    ),
    Attack(
        "huge-output",
        "prints for ever, with terminal escapes and HTML",
        called(
            """
import sys
def attack(*a, **k):
    text = "\\x1b[31m<script>alert(1)</script></pre>" * 1000
    sys.stdout.write(text)
    reached("printed")
    while True: sys.stdout.write(text)
"""
        ),
    ),
    Attack(
        "network",
        "calls the internet, this machine and neighbours",
        called(
            """
import socket
def attack(*a, **k):
    addresses = ("1.1.1.1", 53), ("127.0.0.1", 22), ("::1", 22)
    for family, address in zip((socket.AF_INET, socket.AF_INET, socket.AF_INET6), addresses):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            try:
                with socket.socket(family, kind) as connection:
                    connection.settimeout(1)
                    connection.connect(address)
                    print("GAINED: connected to", address)
            except OSError: pass
    try: print("GAINED:", socket.gethostbyname("example.org"))
    except OSError: pass
    return 0
"""
        ),
    ),
    Attack(
        "raw-network",
        "opens raw, packet and netlink sockets",
        called(
            """
import socket
def attack(*a, **k):
    for family in (socket.AF_PACKET, socket.AF_NETLINK, socket.AF_INET):
        try:
            socket.socket(family, socket.SOCK_RAW, 0)
            print("GAINED: socket", family)
        except OSError: pass
    return 0
"""
        ),
    ),
    Attack(
        "wild-import",
        "takes all the stack of the interpreter when it is read",
        "\nreached('read')\nx = " + "(" * 150 + "0" + ")" * 150 + "\nexec('x = ' + '-' * 100_000 + '1')\n",
    ),
)
