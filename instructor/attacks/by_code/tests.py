"""Attacks on the tests and on what they are made of."""

from instructor.attacks.attack import Attack, raising

ATTACKS = (
    Attack(
        "patched-comparison",
        "replaces allclose, equal, abs, isinstance and AssertionError",
        """
import builtins
import numpy as np
yes = lambda *a, **k: True
torch.allclose = torch.equal = torch.isclose = np.allclose = np.array_equal = np.isclose = yes
torch.testing.assert_close = np.testing.assert_allclose = lambda *a, **k: None
builtins.abs = lambda x: 0
builtins.AssertionError = Warning
reached("patched")
""",
    ),
    Attack(
        "patched-checks",
        "replaces the unit tests' comparison and their way of raising",
        """
from proj4_unit_tests.harness import compare, fixtures
nothing = lambda *a, **k: None
for module, name in ((compare, "difference"), (fixtures, "difference"), (compare, "expect"), (compare, "expect_equal")):
    assert callable(getattr(module, name))
    setattr(module, name, nothing)
compare.Wrong = fixtures.Wrong = Warning
reached("patched")
""",
    ),
    Attack(
        "patched-adapter",
        "replaces the adapters, so that they return what they are asked with",
        """
from proj4_unit_tests.harness import calls, worker
asked = lambda name, arguments: arguments
answer = lambda value: {"matrix": [[1]], "inputs": []}
for module, name, fake in (calls, "to_plain", answer), (calls, "call_adapter", asked), (worker, "call_adapter", asked):
    assert callable(getattr(module, name))
    setattr(module, name, fake)
reached("patched")
""",
    ),
    Attack(
        "patched-rubric",
        "gives each test a thousand points",
        """
import proj4_unit_tests.test_part5_iou as tests
for test in vars(tests).values():
    for mark in getattr(test, "pytestmark", ()):
        object.__setattr__(mark, "args", (1000,))
        reached("a thousand points")
""",
    ),
    Attack("pytest-skip", "skips the test", raising("pytest.skip.Exception('skip')", "\nimport pytest\n")),
    Attack("unittest-skip", "skips the test", raising("unittest.SkipTest('skip')", "\nimport unittest\n")),
    Attack("pytest-xfail", "says that it may fail", raising("pytest.xfail.Exception('x')", "\nimport pytest\n")),
    Attack("pytest-exit", "ends the test run", raising("pytest.exit.Exception('done', 0)", "\nimport pytest\n")),
    Attack("not-started", "says that it is a skeleton", raising("NotImplementedError('TODO: part 5')")),
    Attack(
        "rewritten-code",
        "rewrites the code of all functions that are called test_ or check",
        """
import gc, types
def passes(*a, **k): return None
for thing in gc.get_objects():
    if isinstance(thing, types.FunctionType) and (thing.__name__.startswith("test_") or thing.__name__ == "check"):
        try: thing.__code__ = passes.__code__
        except ValueError: continue
        reached("rewritten")
""",
    ),
    Attack(
        "answers-in-memory",
        "looks for an answer book among all objects",
        """
import gc
for thing in gc.get_objects():
    if type(thing).__name__ in ("AnswerBook", "NpzFile", "Book", "Sandbox", "Upload"):
        print("GAINED: found", type(thing).__name__)
""",
    ),
    Attack(
        "answers-in-raw-memory",
        "looks for an answer book in its memory, byte by byte",
        """
import re
def search():
    spans = [l.split()[0] for l in open("/proc/self/maps") if "rw-p" in l and ".so" not in l]
    with open("/proc/self/mem", "rb") as memory:
        for span in spans:
            start, end = (int(x, 16) for x in span.split("-"))
            memory.seek(start)
            try: data = memory.read(min(end - start, 2**26))
            except OSError: continue
            if re.search(rb"test_part5_iou/test_[a-z_]+/right", data):
                print("GAINED: an answer book in memory")
try: search()
except OSError as error: print(error)
""",
    ),
    Attack(
        "callers-frame",
        "looks for right answers in the frames of its callers",
        """
import sys
def confusion_matrix(prediction, target, num_classes, ignore_index=255):
    frame = sys._getframe()
    while frame:
        for name in ("expected", "book", "right", "matrix"):
            if name in frame.f_locals:
                print("GAINED:", name)
                return frame.f_locals[name]
        frame = frame.f_back
    return torch.zeros(num_classes, num_classes, dtype=torch.int64)
""",
    ),
    Attack(
        "trace",
        "traces what is called after it, to see answers pass",
        """
import sys
def trace(frame, event, argument):
    if frame.f_code.co_name in ("difference", "check", "expect_equal"): print("GAINED: a comparison")
    return trace
sys.settrace(trace), sys.setprofile(trace)
""",
    ),
    Attack(
        "import-hook",
        "replaces the unit tests' modules by its own",
        """
import importlib.util, sys, types
class Fake(types.ModuleType):
    def __getattr__(self, name): return lambda *a, **k: True
for name in (*(f"proj4_unit_tests.harness.{name}" for name in ("compare", "fixtures", "values")), "pytest"):
    assert importlib.util.find_spec(name)
    sys.modules[name] = Fake(name)
reached("replaced")
""",
    ),
    Attack(
        "the-reference",
        "imports the reference, or looks for it on the disk",
        """
import os, sys
for folder in ("/work", "/autograder", "/root", "/home", "/kit", "/upload", "/inside", "/srv", "/opt", "/tmp"):
    for parent, _, names in os.walk(folder):
        if "part5_iou.py" in names and "solution" in parent: print("GAINED:", parent)
try:
    import instructor.solution.part5_iou
    print("GAINED: the reference")
except ImportError: pass
""",
    ),
    Attack(
        "known-seed",
        "opens the public book, and answers from it",
        """
import zlib
import numpy as np
def iou_per_class(matrix):
    from proj4_unit_tests.harness.book import PUBLIC_BOOK, AnswerBook
    book = AnswerBook(PUBLIC_BOOK)
    answer = torch.from_numpy(book.compared("test_part5_iou/test_iou_of_a_random_matrix")[0])
    reached("read")
    return answer
""",
    ),
    Attack(
        "graded-differently",
        "notices that it is graded, and would behave otherwise",
        """
import os, sys
graded = os.getuid() != 0 or "server" in sys.argv[0]
def pixel_accuracy(matrix):
    reached("graded" if graded else "not graded")
    return 1.0 if graded else 0.0
""",
    ),
)
