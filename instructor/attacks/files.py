"""Attacks on files: results, tests, other uploads, and traps for whoever cleans up."""

from instructor.attacks import Attack

_CALLED = "\nconfusion_matrix = iou_per_class = mean_iou = pixel_accuracy = attack\n"

ATTACKS = (
    Attack(
        "results-file",
        "writes results of its own wherever a grader may look for them, and exits",
        """
import json, os
forged = json.dumps({"score": 100, "tests": [{"score": 100, "max_score": 100}]})
for folder in (".", "..", "/autograder/results", "/tmp", "/scratch"):
    try: open(f"{folder}/results.json", "w").write(forged)
    except OSError: pass
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
import glob, os
paths = [*glob.glob("/kit/*/*.py"), *glob.glob("/sandbox/*"), *glob.glob("/upload/*/*"), torch.__file__, os.__file__]
for path in paths:
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
for folder in (".", "/scratch", "/tmp", "/upload", "/kit"):
    for name in ("json.py", "numpy.py", "sitecustomize.py", "usercustomize.py", "conftest.py", "pytest.ini"):
        try: open(os.path.join(folder, name), "w").write("print('GAINED: imported')")
        except OSError: pass
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
    except OSError: pass
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
try: shared_memory.SharedMemory("left_behind", create=True, size=100)
except OSError: pass
""",
    ),
    Attack(
        "links-for-the-cleaner",
        "leaves links to files of the system, for a cleaner that follows them",
        """
import os
for number, target in enumerate(("/", "/etc", "/usr", "/kit", "/upload", "/proc/1/root", "..")):
    try: os.symlink(target, f"/scratch/link{number}")
    except OSError: pass
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
except OSError: pass
""",
    ),
    Attack(
        "odd-names",
        "leaves files whose names are no text",
        """
for name in (b"\\xff\\xfe", b"-rf", b"a\\nb", b" ", b"\\x1b[2J"):
    try: open(name, "w").close()
    except OSError: pass
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
    except OSError: pass
if os.path.exists("null"): print("GAINED: a device")
""",
    ),
    Attack(
        "unreadable-log",
        "changes how the file works that its output goes to",
        """
import fcntl, os
def attack(*a, **k):
    print("x" * 100, flush=True)
    fcntl.fcntl(1, fcntl.F_SETFL, os.O_DIRECT)
    return 0.0
"""
        + _CALLED,
    ),
    Attack(
        "sticky-folders",
        "leaves folders in which only the owner may remove files",
        """
import os
def attack(*a, **k):
    os.mkdir("d")
    os.chmod("d", 0o1777)
    open("d/f", "w").close()
    return 0.0
"""
        + _CALLED,
    ),
    Attack(
        "many-folders",
        "makes folders faster than they can be removed",
        """
import os, time
def attack(*a, **k):
    end = time.time() + 1
    number = 0
    while time.time() < end:
        os.mkdir(f"{os.getpid()}-{number}")
        number += 1
    return 0.0
"""
        + _CALLED,
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
