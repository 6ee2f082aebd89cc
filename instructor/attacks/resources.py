"""Attacks by using too much: time, memory, disk, processes, output, network."""

from instructor.attacks import Attack

_CALLED = "\nconfusion_matrix = iou_per_class = mean_iou = pixel_accuracy = attack\n"

ATTACKS = (
    Attack("endless-loop", "computes for ever", "\ndef attack(*a, **k):\n    while True: pass\n" + _CALLED),
    Attack(
        "endless-loop-in-c",
        "computes for ever where no signal reaches it",
        "\ndef attack(*a, **k): return (10 ** 10 ** 8) // 7\n" + _CALLED,
    ),
    Attack("memory-bomb", "fills the memory", "\ndef attack(*a, **k): return torch.ones(10**11).sum()\n" + _CALLED),
    Attack(
        "slow-memory-bomb",
        "fills the memory bit by bit, and keeps what it has",
        """
kept = []
def attack(*a, **k):
    while True:
        try: kept.append(bytearray(10**7))
        except MemoryError: pass
"""
        + _CALLED,
    ),
    Attack(
        "mapped-memory-bomb",
        "fills the memory through shared mappings, which count otherwise",
        """
import mmap
kept = []
def attack(*a, **k):
    for _ in range(100):
        kept.append(mmap.mmap(-1, 2**26))
        kept[-1].write(b"x" * 2**26)
"""
        + _CALLED,
    ),
    Attack(
        "fork-bomb",
        "forks for ever",
        """
import os
def attack(*a, **k):
    while True:
        try: os.fork()
        except OSError: pass
"""
        + _CALLED,
    ),
    Attack(
        "thread-bomb",
        "starts threads for ever",
        """
import threading, time
def attack(*a, **k):
    while True:
        try: threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
        except RuntimeError: time.sleep(0.01)
"""
        + _CALLED,
    ),
    Attack(
        "full-disk",
        "fills the disk",
        """
def attack(*a, **k):
    for number in range(10**6):
        try: open(f"/scratch/fill{number}", "wb").write(b"x" * 2**24)
        except OSError: return 0
"""
        + _CALLED,
    ),
    Attack(
        "many-files",
        "makes files until no more can be made",
        """
def attack(*a, **k):
    for number in range(20_000):
        try: open(f"/scratch/n{number}", "w").close()
        except OSError: return 0
"""
        + _CALLED,
    ),
    Attack(
        "many-open-files",
        "opens files until no more can be opened",
        """
kept = []
def attack(*a, **k):
    while True:
        try: kept.append(open("/dev/null"))
        except OSError: return 0
"""
        + _CALLED,
    ),
    Attack(
        "huge-output",
        "prints for ever, with terminal escapes and HTML",
        """
import sys
def attack(*a, **k):
    while True: sys.stdout.write("\\x1b[31m<script>alert(1)</script></pre>" * 1000)
"""
        + _CALLED,
    ),
    Attack(
        "network",
        "calls the internet, this machine and neighbours",
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
        + _CALLED,
    ),
    Attack(
        "raw-network",
        "opens raw, packet and netlink sockets",
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
        + _CALLED,
    ),
    Attack(
        "wild-import",
        "takes all the stack of the interpreter when it is read",
        "\nx = " + "(" * 150 + "0" + ")" * 150 + "\nexec('x = ' + '-' * 100_000 + '1')\n",
    ),
)
