"""Attacks that reach out: for the process that forks, for the kernel past its filter, for other people's files."""

from instructor.attacks.attack import Attack, called

_SYSTEM_CALL = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
HIGH = 1 << 32
def call(number, *arguments):
    libc.syscall.restype = ctypes.c_long
    return libc.syscall(ctypes.c_long(number), *(ctypes.c_ulong(a) for a in arguments))
"""

_WALK = """
import os
def walk(wanted):
    for parent, folders, names in os.walk("/"):
        folders[:] = [f for f in folders if f not in ("proc", "sys", "usr", "lib", "site-packages")]
        for name in names:
            path = os.path.join(parent, name)
            if wanted(path):
                try: open(path, "rb").read(1)
                except OSError: continue
                print("GAINED:", path)
"""

ATTACKS = (
    Attack(
        "write-the-parents-memory",
        "writes the memory of all processes that it sees, its parent's first",
        called(
            """
import glob, os
def attack(*a, **k):
    own = str(os.getpid())
    for path in [f"/proc/{os.getppid()}/mem", *glob.glob("/proc/[0-9]*/mem"), *glob.glob("/proc/[0-9]*/task/*/mem")]:
        if path.split("/")[2] != own:
            try: open(path, "r+b").close()
            except OSError: continue
            print("GAINED:", path)
    return 0
"""
        ),
    ),
    Attack(
        "through-the-parents-root",
        "enters the root, the working folder and the open files of other processes",
        called(
            """
import glob, os
def attack(*a, **k):
    for path in glob.glob("/proc/[0-9]*"):
        if path.endswith(f"/{os.getpid()}"): continue
        for name in ("root", "cwd", "fd", "map_files"):
            try: os.listdir(f"{path}/{name}")
            except OSError: continue
            print("GAINED:", path, name)
    return 0
"""
        ),
    ),
    Attack(
        "hold-the-parent",
        "opens a handle of its parent, and copies a file out of it",
        called(
            _SYSTEM_CALL
            + """
def attack(*a, **k):
    for process in (1, os.getppid()):
        handle = call(434, process, 0)  # pidfd_open
        if process and handle >= 0:
            print("GAINED: a handle of", process)
            if call(438, handle, 3, 0) >= 0: print("GAINED: a file of", process)
    return 0
"""
        ),
    ),
    Attack(
        "high-bits-dumpable",
        "makes its memory readable with an option whose high bits are set, which the kernel ignores",
        _SYSTEM_CALL
        + """
if call(157, HIGH | 4, 1, 0, 0, 0) == 0: print("GAINED: dumpable")
try:
    open("/proc/self/oom_score_adj", "w").write("0")
    print("GAINED: oom_score_adj")
except OSError: pass
""",
    ),
    Attack(
        "high-bits-orphan",
        "lets itself outlive its parent with an option whose high bits are set",
        _SYSTEM_CALL + '\nif call(157, HIGH | 1, 0, 0, 0, 0) == 0: print("GAINED: no signal when the parent dies")\n',
    ),
    Attack(
        "high-bits-network",
        "opens sockets of families whose high bits are set",
        _SYSTEM_CALL
        + """
for family in (2, 10, 16, 17):
    for bits in (0, HIGH, 1 << 63):
        if call(41, bits | family, 2, 0) >= 0: print("GAINED: a socket of family", family)
""",
    ),
    Attack(
        "high-bits-fork",
        "forks, and makes namespaces, by system calls whose high bits are set",
        _SYSTEM_CALL
        + """
for flags in (17, HIGH | 17, HIGH | 0x10000000 | 17, HIGH | 0x20000000 | 17):
    child = call(56, flags, 0, 0, 0, 0)
    if child == 0: os._exit(0)
    if child > 0: print("GAINED: a process", hex(flags))
child = call(57)
if child == 0: os._exit(0)
if child > 0: print("GAINED: a process by the old call")
for flags in (0x10000000, HIGH | 0x10000000, 0x20000, 0x40000000):
    if call(272, flags) == 0: print("GAINED: a namespace", hex(flags))
""",
    ),
    Attack(
        "old-calls",
        "makes system calls by the numbers of 32-bit programs, which a filter may not know",
        _SYSTEM_CALL
        + """
for number in (41, 57, 101, 157):
    if call(0x40000000 | number, 2, 1, 0, 0, 0) >= 0: print("GAINED: call", number)
reached("called")
""",
    ),
    Attack(
        "rights",
        "looks for rights of root that it has kept",
        """
import os
status = open("/proc/self/status").read()
for name in ("CapEff", "CapPrm", "CapAmb"):
    if int(status.split(f"{name}:")[1].split()[0], 16): print("GAINED:", name)
if 0 in (*os.getresuid(), *os.getresgid(), *os.getgroups()): print("GAINED: root")
""",
    ),
    Attack(
        "writable-kit",
        "makes the kit, Python and the server writable by mounting them again, or over them",
        _SYSTEM_CALL
        + """
for folder in (b"/", b"/kit", b"/upload", b"/usr", b"/sandbox", b"/proc"):
    if libc.mount(b"none", folder, None, 0x20 | 0x1000, None) == 0: print("GAINED: mounted again", folder)
    if libc.mount(b"none", folder, b"tmpfs", 0, None) == 0: print("GAINED: mounted over", folder)
    if libc.umount2(folder, 2) == 0: print("GAINED: unmounted", folder)
""",
    ),
    Attack(
        "command-lines",
        "follows the command lines of other processes to uploads and books",
        """
import glob, os
for path in glob.glob("/proc/[0-9]*/cmdline"):
    try: words = open(path, "rb").read().decode(errors="replace").split("\\0")
    except OSError: continue
    for word in words:
        for place in (word, os.path.join(os.path.dirname(path), "cwd", word)):
            name = os.path.basename(place)
            if name.endswith((".npz", ".zip", ".safetensors", "results.json")) and os.access(place, os.R_OK):
                print("GAINED:", place)
""",
    ),
    Attack(
        "the-truth",
        "looks for labels of a test split",
        _WALK + '\nwalk(lambda path: path.endswith("secret_L.png"))\n',
    ),
    Attack(
        "the-results-of-others",
        "looks for other students' results, reports and uploads",
        _WALK
        + """
def of_others(path):
    return os.lstat(path).st_uid not in range(61000, 64000)  # what another attack wrote meanwhile is nobody's grade
wanted = ("results.json", "report.html", "results.safetensors")
walk(lambda path: os.path.basename(path) in wanted and of_others(path))
walk(lambda path: os.path.basename(path) == "part5_iou.py" and "another" in path)
""",
    ),
)
