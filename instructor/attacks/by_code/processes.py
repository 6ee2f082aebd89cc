"""Attacks on processes: ending, outliving, killing, forging."""

from instructor.attacks.attack import Attack, called

ATTACKS = (
    Attack("exit-at-import", "exits successfully when it is imported", "\nimport sys\nreached('exit')\nsys.exit(0)\n"),
    Attack(
        "exit-in-a-call",
        "exits successfully in a call",
        called("\nimport os\ndef attack(*a, **k):\n    reached('exit')\n    os._exit(0)\n"),
    ),
    Attack(
        "at-exit",
        "answers when the process ends",
        """
import atexit, os
def late():
    for number in range(3, 100):
        try: os.write(number, b"passed")
        except OSError: pass
    reached("answered at the end")
atexit.register(late)
""",
    ),
    Attack(
        "detached-child",
        "leaves a process that goes on after the test",
        called(
            """
import os, time
def attack(*a, **k):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            reached("detached")
            time.sleep(300)
        os._exit(0)
    return 0
"""
        ),
    ),
    Attack(
        "detached-swarm",
        "leaves many processes that fork again when one of them dies",
        called(
            """
import os, time
def attack(*a, **k):
    for _ in range(20):
        if os.fork() == 0:
            os.setsid()
            reached("detached")
            while True:
                try:
                    if os.fork() == 0: os.setsid()
                except OSError: time.sleep(0.001)
    return 0
"""
        ),
    ),
    Attack(
        "background-thread",
        "goes on in a thread",
        called(
            """
import threading, time
def attack(*a, **k):
    threading.Thread(target=lambda: [reached("in a thread"), time.sleep(300)]).start()
    return 0
"""
        ),
    ),
    Attack(
        "kill-everything",
        "kills and stops all processes that it can",
        called(
            """
import os, signal, time
def is_there(number):
    try: os.kill(number, 0)
    except OSError as error: return isinstance(error, PermissionError)
    return True
def attack(*a, **k):
    reached("kill")
    for number in [os.getppid(), 1, *range(2, 200)]:
        if number not in (0, os.getpid()) and is_there(number):  # 0: its own group
            for what in (signal.SIGSTOP, signal.SIGKILL):
                try: os.kill(number, what)
                except OSError: pass
            time.sleep(0.01)  # the kernel drops what the first process of a namespace gets from within
            if not is_there(number): print("GAINED: it ended", number)
    os.kill(-1, signal.SIGKILL)
"""
        ),
    ),
    Attack(
        "kill-the-parents-group",
        "kills its process group and its parent's",
        called(
            """
import os, signal
def attack(*a, **k):
    reached("kill")
    for group in (os.getpgid(os.getppid()), 0):
        try: os.killpg(group, signal.SIGKILL)
        except OSError: pass
"""
        ),
    ),
    Attack(
        "no-alarm",
        "switches the alarm off, and goes on for ever",
        called(
            """
import signal
def attack(*a, **k):
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    reached("no alarm")
    while True: pass
"""
        ),
    ),
    Attack(
        "swallowed-alarm",
        "catches every exception, and goes on for ever",
        called(
            """
import time
def attack(*a, **k):
    reached("sleep")
    while True:
        try: time.sleep(1000)
        except BaseException: pass
"""
        ),
    ),
    Attack(
        "sleep-at-import", "sleeps for ever when it is imported", "\nimport time\nreached('sleep')\ntime.sleep(10**6)\n"
    ),
    Attack(
        "forged-answers",
        "writes a forged answer into all files that are open",
        called(
            """
import os
from proj4_unit_tests.harness.values import to_bytes
def attack(*a, **k):
    for forged in map(to_bytes, ({"value": 1.0}, {"value": 1.0, "status": "passed"})):
        for number in range(256):
            try: os.write(number, len(forged).to_bytes(8, "big") + forged)
            except OSError: pass
    reached("written")
    os._exit(0)
"""
        ),
    ),
    Attack(
        "forged-exceptions",
        "sends answers that do not have the form of an answer",
        called(
            """
import os
from proj4_unit_tests.harness.values import to_bytes
def attack(*a, **k):
    exception = {"types": [], "message": 1, "lines": {}, "part": []}
    values = [1], exception, exception | {"types": ["E"]}, {"types": [], "message": ""}, {"value": 1, "types": []}
    for forged in (b"", b"x" * 100, *map(to_bytes, values)):
        for number in range(3, 64):
            try: os.write(number, len(forged).to_bytes(8, "big") + forged)
            except OSError: pass
    reached("written")
    os._exit(0)
"""
        ),
    ),
    Attack(
        "endless-answer",
        "announces an answer of 2^63 bytes",
        called(
            """
import os
def attack(*a, **k):
    for number in range(3, 64):
        try: os.write(number, (2**63).to_bytes(8, "big"))
        except OSError: pass
    reached("announced")
    while True: pass
"""
        ),
    ),
    Attack(
        "slow-answer",
        "sends its answer a byte a second",
        called(
            """
import os, signal, time
def attack(*a, **k):
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    for number in range(3, 64):
        try: os.write(number, (10**6).to_bytes(8, "big"))
        except OSError: continue
        reached("announced")
        while True:
            time.sleep(1)
            os.write(number, b"x")
"""
        ),
    ),
    Attack(
        "open-files",
        "looks for files that the grader has left open",
        called(
            """
import os, stat
def attack(*a, **k):
    for number in range(3, 256):
        try: kind = os.fstat(number).st_mode
        except OSError: continue
        if not stat.S_ISSOCK(kind): print("GAINED: file", number, os.readlink(f"/proc/self/fd/{number}"))
    return 0
"""
        ),
    ),
    Attack(
        "the-parents-memory",
        "reads the memory, the environment and the open files of other processes",
        called(
            """
import glob, os
def attack(*a, **k):
    for path in glob.glob("/proc/[0-9]*"):
        if path.endswith(f"/{os.getpid()}"): continue
        for name in ("mem", "environ", "maps"):
            try:
                if open(f"{path}/{name}", "rb").read(1): print("GAINED:", path, name)
            except OSError: pass
        try:
            os.listdir(f"{path}/fd")
            print("GAINED:", path, "fd")
        except OSError: pass
    return 0
"""
        ),
    ),
    Attack(
        "trace-the-parent",
        "traces its parent, and reads its memory by system calls",
        called(
            """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def attack(*a, **k):
    if libc.ptrace(16, os.getppid(), 0, 0) == 0: print("GAINED: traced")
    buffer = ctypes.create_string_buffer(8)
    class Span(ctypes.Structure): _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]
    here, there = Span(ctypes.addressof(buffer), 8), Span(id(None), 8)  # it lies where it lay before the fork
    if libc.process_vm_readv(os.getppid(), ctypes.byref(here), 1, ctypes.byref(there), 1, 0) > 0: print("GAINED: read")
    return 0
"""
        ),
    ),
    Attack(
        "other-programs",
        "starts a shell",
        called(
            """
import os, subprocess
def attack(*a, **k):
    try: print("GAINED:", subprocess.run(["/bin/sh", "-c", "id"], capture_output=True).stdout)
    except OSError: pass
    os.system("echo GAINED: a shell")
    return 0
"""
        ),
    ),
    Attack(
        "become-root",
        "takes back the rights of root, or makes namespaces in which it is root",
        called(
            """
import ctypes, os, resource
libc = ctypes.CDLL(None, use_errno=True)
def attack(*a, **k):
    for change, value in ((os.setuid, 0), (os.seteuid, 0), (os.setgid, 0), (os.setgroups, [0])):
        try:
            change(value)
            print("GAINED: root")
        except OSError: pass
    for flag in (0x10000000, 0x20000, 0x20000000, 0x40000000):
        if libc.unshare(flag) == 0: print("GAINED: namespace", hex(flag))
    if libc.mount(b"none", b"/scratch", b"tmpfs", 0, None) == 0: print("GAINED: a mount")
    for kind in (resource.RLIMIT_NPROC, resource.RLIMIT_CPU, resource.RLIMIT_DATA, resource.RLIMIT_FSIZE):
        try:
            resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            print("GAINED: limit", kind)
        except (OSError, ValueError): pass
    return 0
"""
        ),
    ),
    Attack(
        "stop-the-killer",
        "stops the process that is about to end it, whose number can be guessed",
        called(
            """
import os, signal
def attack(*a, **k):
    if os.fork() == 0:
        os.setsid()
        me, stop, kill, done = os.getpid(), signal.SIGSTOP, os.kill, False
        while True:
            try: kill(me + 1, stop)
            except OSError: pass
            if not done: reached("stop")
            done = True
    return 0.0
"""
        ),
    ),
    Attack(
        "stop-everything",
        "stops all processes that it can, for ever",
        called(
            """
import os, signal
def attack(*a, **k):
    for _ in range(2):
        if os.fork() == 0:
            os.setsid()
            done = False
            while True:
                try: os.kill(-1, signal.SIGSTOP)
                except OSError: pass
                if not done: reached("stop")
                done = True
    return 0.0
"""
        ),
    ),
    Attack(
        "first-to-survive",
        "makes the kernel end others first when memory runs out",
        """
import ctypes
ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)
for value in ("0", "-1000"):
    try:
        open("/proc/self/oom_score_adj", "w").write(value)
        print("GAINED: oom_score_adj", value)
    except OSError: pass
""",
    ),
)
