"""Attacks on files: results, tests, other uploads, and traps for the program that cleans up."""

from instructor.attacks.attack import Attack, called

ATTACKS = (
    Attack(
        "results-file",
        "writes forged results wherever a grader may look for them, and exits",
        """
import json, os
forged = json.dumps({"score": 100, "tests": [{"score": 100, "max_score": 100}]})
for folder in (".", "..", "/autograder/results", "/tmp", "/scratch"):
    try: open(f"{folder}/results.json", "w").write(forged)
    except OSError: continue
    reached("results in " + folder)
os._exit(0)
""",
    ),
    Attack(
        "answer-book",
        "looks for an answer book on the disk",
        """
import os
import numpy as np
for parent, folders, names in os.walk("/"):
    folders[:] = [f for f in folders if f not in ("proc", "sys", "site-packages", "lib", "usr")]
    for name in names:
        if name.endswith(".npz"):
            try:
                if "seed" in np.load(os.path.join(parent, name)): print("GAINED:", parent, name)
            except Exception: pass
""",
    ),
    Attack(
        "rewritten-tests",
        "rewrites the unit tests, the kit and the server on the disk",
        """
import os, sys
for path in {getattr(module, "__file__", None) or "" for module in [*sys.modules.values()]} - {__file__}:
    if not os.path.isabs(path): continue
    try:
        os.chmod(path, 0o777)
        print("GAINED: mode of", path)
    except OSError: pass
    try:
        open(path, "a").close()
        print("GAINED: wrote", path)
    except OSError: pass
""",
    ),
    Attack(
        "own-part-rewritten",
        "rewrites its own part for the tests that follow",
        """
try:
    open(__file__, "w").write("raise SystemExit")
    print("GAINED: wrote", __file__)
except OSError: pass
""",
    ),
    Attack(
        "shadowed-modules",
        "leaves modules json, numpy and sitecustomize where the next test runs",
        """
import os
import sys
for folder in {".", "/scratch", "/tmp", *sys.path}:
    for name in ("json.py", "numpy.py", "sitecustomize.py", "usercustomize.py", "conftest.py", "pytest.ini"):
        try: open(os.path.join(folder, name), "w").write("print('GAINED: imported')")
        except OSError: continue
        reached("wrote " + name)
""",
    ),
    Attack(
        "message-to-the-next",
        "leaves a file for the next test, in all places that can be written",
        """
import glob, os
places = {"/tmp", "/var/tmp", "/dev/shm", "/scratch", "/run", "/run/lock", "/upload", os.path.expanduser("~")}
for place in places:
    if os.path.exists(f"{place}/left-behind"): print("GAINED: a message in", place)
    try: open(f"{place}/left-behind", "w").write("hello")
    except OSError: continue
    reached("a message in " + place)
""",
    ),
    Attack(
        "shared-memory",
        "leaves shared memory for the next test",
        """
from multiprocessing import shared_memory
try:
    shared_memory.SharedMemory("left_behind")
    print("GAINED: shared memory")
except OSError: pass
try:
    shared_memory.SharedMemory("left_behind", create=True, size=100)
    reached("shared memory")
except OSError: pass
""",
    ),
    Attack(
        "links-for-the-cleaner",
        "leaves links to files of the system, for a cleaner that follows them",
        """
import os
for number, target in enumerate(("/", "/etc", "/usr", "/kit", "/upload", "/proc/1/root", "..")):
    try: os.symlink(target, f"link{number}")
    except OSError: continue
    reached("a link to " + target)
""",
    ),
    Attack(
        "locked-folders",
        "leaves folders that cannot be read",
        """
import os
try:
    os.makedirs("locked/inner/innermost")
    open("locked/inner/file", "w").close()
    for folder in ("locked/inner/innermost", "locked/inner", "locked"): os.chmod(folder, 0)
    reached("locked")
except OSError: pass
""",
    ),
    Attack(
        "nested-folders",
        "leaves folders that are nested deeper than a cleaner can recurse",
        """
import os
try:
    for _ in range(3000):
        os.mkdir("d")
        os.chdir("d")
    reached("3000 folders")
except OSError: pass
""",
    ),
    Attack(
        "odd-names",
        "leaves files whose names are not text",
        """
for name in (b"\\xff\\xfe", b"-rf", b"a\\nb", b" ", b"\\x1b[2J"):
    try: open(name, "w").close()
    except OSError: continue
    reached("a file")
""",
    ),
    Attack(
        "special-files",
        "leaves pipes, sockets and devices",
        """
import os, socket
def pipe(): os.mkfifo("pipe")
def device(): os.mknod("null", 0o20666, 259)
def sock(): socket.socket(socket.AF_UNIX).bind("sock")
for make in (pipe, device, sock):
    try: make()
    except OSError: continue
    if make is sock: reached("a socket")
if os.path.exists("null"): print("GAINED: a device")
""",
    ),
    Attack(
        "unreadable-log",
        "changes how the file works that its output goes to",
        called(
            """
import fcntl, os
def attack(*a, **k):
    print("x" * 100, flush=True)
    fcntl.fcntl(1, fcntl.F_SETFL, os.O_DIRECT)
    try: reached("changed")
    except OSError: pass
    return 0.0
"""
        ),
    ),
    Attack(
        "sticky-folders",
        "leaves folders in which only the owner may remove files",
        called(
            """
import os
def attack(*a, **k):
    os.mkdir("d")
    os.chmod("d", 0o1777)
    open("d/f", "w").close()
    reached("a sticky folder")
    return 0.0
"""
        ),
    ),
    Attack(
        "many-folders",
        "makes folders faster than they can be removed",
        called(
            """
import os, time
def attack(*a, **k):
    end = time.time() + 1
    number = 0
    while time.time() < end:
        os.mkdir(f"{os.getpid()}-{number}")
        number += 1
        if number == 10: reached("10 folders")
    return 0.0
"""
        ),
    ),
    Attack(
        "other-uploads",
        "reads the uploads of other sandboxes",
        """
import glob, os
for path in glob.glob("/tmp/proj4-*/**/part*.py", recursive=True):
    if os.path.dirname(path) != os.path.dirname(__file__):
        try: print("GAINED:", path, len(open(path).read()))
        except OSError: pass
""",
    ),
)
