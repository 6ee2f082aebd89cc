"""Honest code is not suspected, and is graded as it ran at home; or the student is told before, everywhere alike."""

import ast
import importlib.metadata
import sys
from contextlib import closing

import pytest

from instructor.attacks import by_code
from instructor.grading.code_review import find_oddities
from instructor.grading.grade import grade
from instructor.grading.policy import read_policy
from instructor.grading.upload import open_upload
from instructor.platforms.requirements import locked_requirements
from instructor.proofs.review import list_alternatives
from instructor.release.skeletons import SOLUTION
from instructor.sandbox.sandbox import Sandbox
from instructor.tests.grading.graders import part_files, write_parts
from instructor.tests.warm import run_python
from proj4_code.given import hand_in
from proj4_code.given.basics.imports import GRADER_PACKAGES, encoding_problem, follow_imports, list_imports, own_code
from proj4_unit_tests.harness.submission import KIT

HONEST = '''# put the model into eval() mode; no globals; frames are in data/processed
import gc  # gc.collect() after each epoch
import os
"""Calls exec() and reads /proc in no line."""
from torchvision.models import resnet


def eval(model, depth=50):
    """Take proj4_unit_tests as they are."""
    maker = getattr(resnet, f"resnet{depth}")
    gc.collect()
    return model.eval(), maker, os.path.join("data", "processed"), __name__
'''


def test_comments_docstrings_and_longer_words_are_not_suspected():
    assert find_oddities("part6_training.py", HONEST.encode()) == []


def test_neither_the_reference_nor_any_alternative_is_suspected():
    for path in [*SOLUTION.glob("part*.py"), *(path for _, path in list_alternatives())]:
        assert find_oddities(path.name, path.read_bytes()) == []


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("from sys import modules", "uses sys.modules"),
        ("import sys as s\ns.modules", "uses sys.modules"),
        ("import sys\ngetattr(sys, 'mod' + 'ules')", "takes from sys"),
        ("import sys\ngetattr(sys, '_getframe')()", "uses sys._getframe"),
        ("import torch\ntorch.sys.modules", "uses sys"),
        ("import gc\ngc.get_objects()", "uses gc.get_objects"),
        ("exec('x = 1')", "uses exec"),
        ("ｅｘｅｃ('x = 1')", "uses exec"),
        ("import ctypes", "imports ctypes"),
        ("import importlib.util as u", "imports importlib"),
        ("__builtins__['ev' + 'al']", "uses __builtins__"),
        ("().__class__.__base__.__subclasses__()", "uses __subclasses__"),
        ("class A:\n    def __eq__(self, other): return True", "defines __eq__"),
        ("open('/proc/self/mem')", "has the text '/proc/'"),
        ("import torch\ntorch.allclose = print", "changes torch.allclose"),
        ("from torch import nn\nnn.Module.__call__ = print", "changes torch.nn.Module.__call__"),
        ("# coding: utf-7\nx = 1", "declares the encoding utf-7"),
        ("# coding: unicode_escape\nx = 1", "not saved as UTF-8|declares the encoding"),
    ],
)
def test_what_no_part_needs_is_found_however_it_is_written(code, what):
    found = find_oddities("part1_ppm.py", code.encode())
    assert any(word in line for line in found for word in what.split("|")), found


def test_every_attack_by_code_is_found(tmp_path):
    for number, attack in enumerate(by_code.ATTACKS):
        folder = tmp_path / str(number)
        attack.write(folder)
        assert any(find_oddities(path.name, path.read_bytes()) for path in folder.glob("*.py")), attack.name


@pytest.mark.parametrize("text", ["-" * 200_000 + "1", "a" + ".b" * 50_000, "(" * 100_000, "a+" * 50_000 + "1"])
def test_code_that_overfills_a_parser_harms_nobody(text):
    find_oddities("part1_ppm.py", text.encode())
    assert follow_imports({"part1_ppm.py": text.encode()}, lambda path: None).modules == {}


def _problems(code, **others):
    files = {f"{name}.py": content.encode() for name, content in others.items()}
    found = follow_imports({"part5_iou.py": code.encode()}, files.get)
    return [problem.partition(": ")[::2] for problem in found.problems]


def test_what_the_grader_lacks_is_named_with_its_line():
    assert _problems("import torch\n\nimport cv2.data as c\n")[0][0] == "part5_iou.py, line 3"
    assert "imports cv2, which the grader does not have" in _problems("import cv2")[0][1]
    assert "proj4_code.utils is missing" in _problems("from proj4_code.utils import cat")[0][1]
    assert "proj4_code.utils is missing" in _problems("from . import utils")[0][1]
    assert "import proj4_code.helpers instead" in _problems("import helpers", helpers="")[0][1]
    assert _problems("from .helpers import x", helpers="\nimport pandas\n")[0][0] == "helpers.py, line 2"


@pytest.mark.parametrize(
    "code",
    [
        "from proj4_code.part1_ppm import PPM\nfrom proj4_code.given.classes import VOID",
        "from proj4_code import part2_dilated_resnet",
        "import os, sys, json\nimport matplotlib.pyplot as plt\nfrom PIL import Image",
        "try:\n    import cv2\nexcept ImportError:\n    cv2 = None",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pandas",
        "if __name__ == '__main__':\n    import pandas",
        "from . import part1_ppm\nfrom .given import classes",
    ],
)
def test_what_the_grader_has_is_no_problem(code):
    assert _problems(code) == []


def test_newer_syntax_is_found_by_any_newer_python():
    if sys.version_info < (3, 12):
        pytest.skip("this Python is the oldest that a grader may have, and refuses the syntax itself")
    ((place, problem),) = _problems("x = 1\n\ntype Pair = tuple[int, int]\n")
    assert place == "part5_iou.py, line 3"
    assert "the grader's Python may be 3.11" in problem


def test_relative_imports_are_resolved():
    tree = ast.parse("from . import a\nfrom .b import c\nfrom ..d import e")
    assert [found.module for found in list_imports(tree, "tools/x.py")] == [
        "proj4_code.tools",
        "proj4_code.tools.b",
        "proj4_code.d",
    ]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "latin-1"])
def test_a_file_that_is_not_utf8_is_named(encoding):
    assert "save it as UTF-8" in encoding_problem("# é\nx = 1\n".encode(encoding))
    assert encoding_problem("# é\nx = 1\n".encode("utf-8-sig")) == ""


def test_the_grader_has_what_students_are_told_it_has():
    files = locked_requirements()
    installed = importlib.metadata.packages_distributions()
    pinned = {line.partition("==")[0] for line in files["constraints.txt"].splitlines()}
    names = {name: {own.lower().replace("_", "-") for own in installed[name]} for name in GRADER_PACKAGES}
    assert {name for name, own in names.items() if not own & pinned} == set()
    wanted = {line for line in files["requirements.txt"].splitlines() if not line.startswith("--")}
    told = set.union(*names.values())
    assert wanted - told == {"py7zr", "pyseccomp"}


def _odd_but_right(folder):
    """Write the reference, with a module of the student's own, torch.compile, a window of pyplot, and leftovers."""
    source = {name: content.decode() for name, content in part_files().items()}
    write_parts(folder)
    changed = {
        "part1_ppm.py": source["part1_ppm.py"]
        .replace(
            "import torch\n",
            "import matplotlib\nmatplotlib.use('TkAgg')\nimport matplotlib.pyplot as plt\nimport torch\n",
            1,
        )
        .replace("    def forward", "    @torch.compile\n    def forward"),
        "part2_dilated_resnet.py": source["part2_dilated_resnet.py"] + "\n\nclass Stack[T]:\n    pass\n",
        "part4_camvid.py": source["part4_camvid.py"].replace("    red, green", "    breakpoint()\n    red, green"),
        "part5_iou.py": f"from proj4_code.helpers import divide\n{source['part5_iou.py']}".replace(
            "return intersection / union", "return divide(intersection, union)"
        ),
        "helpers.py": "def divide(a, b):\n    return a / b\n",
        "part6_training.py": f"NAME = input('data folder? ')\n{source['part6_training.py']}",
    }
    for name, content in changed.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder


def test_odd_habits_cost_what_they_cost_at_home_and_each_leftover_has_its_sentence(tmp_path, book):
    folder = _odd_but_right(tmp_path / "upload")
    policy = read_policy()
    with closing(Sandbox(policy.patience)) as sandbox:
        graded = grade([folder], book, sandbox, policy, tmp_path / "results.json")
    lost = {test.outcome.test.split("/")[0] for test in graded.tests if test.outcome.status != "passed"}
    assert not lost & {"test_part1_ppm", "test_part3_pspnet", "test_part5_iou"}
    said = {(test.outcome.got, test.outcome.where.partition(":")[0]) for test in graded.tests}
    line = next(
        n for n, text in enumerate((folder / "part4_camvid.py").read_text().splitlines(), 1) if "breakpoint" in text
    )
    debugger = "RuntimeError: breakpoint() waits for somebody to debug, and nobody is there: remove it"
    assert (debugger, f"part4_camvid.py, line {line}, in encode_labels") in said
    question = "EOFError: input() waits for somebody to type, and nobody is there: remove it"
    assert (question, "part6_training.py, line 1, in <module>") in said
    if sys.version_info < (3, 12):
        last = len((folder / "part2_dilated_resnet.py").read_text().splitlines()) - 1
        assert any(
            f"says Python {sys.version_info.major}.{sys.version_info.minor}." in got and where.endswith(f"line {last}")
            for got, where in said
        )
    assert graded.oddities == ()


def test_pytest_names_the_import_and_the_line_and_takes_own_modules_along(tmp_path):
    folder = write_parts(tmp_path / "upload")
    source = (folder / "part5_iou.py").read_text()
    (folder / "part5_iou.py").write_text(f"from proj4_code.helpers import cat\n{source}")
    (folder / "helpers.py").write_text("def cat():\n    import cv2\n    return cv2\n")
    options = ("--submission", folder, "-q", "-k", "part5")
    done = run_python("-m", "pytest", "proj4_unit_tests", *options, cwd=KIT)
    assert done.returncode == 0, done.stdout
    said = " ".join(done.stdout.split())
    assert "Before you hand in: helpers.py, line 2: imports cv2, which the grader does not have" in said


def test_the_double_of_another_part_is_seen_through_a_module_of_the_students_own(tmp_path):
    folder = write_parts(tmp_path / "upload", "part3")
    source = (folder / "part3_pspnet.py").read_text()
    (folder / "part3_pspnet.py").write_text(source.replace("proj4_code.part1_ppm", "proj4_code.blocks"))
    (folder / "blocks.py").write_text("from proj4_code.part1_ppm import PPM\n")
    (folder / "part1_ppm.py").write_text("raise ImportError('broken')\n")
    assert own_code(folder).problems == []
    options = ("--submission", folder, "-q", "-k", "part3")
    done = run_python("-m", "pytest", "proj4_unit_tests", *options, cwd=KIT)
    assert done.returncode == 0, done.stdout


def test_what_is_handed_in_holds_own_modules_and_says_what_the_grader_lacks(tmp_path, monkeypatch):
    package = write_parts(tmp_path / "proj4_code", "part5")
    source = (package / "part5_iou.py").read_text(encoding="utf-8")
    (package / "part5_iou.py").write_text(f"from . import helpers\n{source}", encoding="utf-8")
    (package / "helpers.py").write_text("import pandas\n")
    (package / "unused.py").write_text("")
    monkeypatch.setattr(hand_in, "PACKAGE", package)
    (tmp_path / "run").mkdir()
    names = hand_in.pack_results(tmp_path / "run", tmp_path / "proj4_results.zip")
    assert names == ["proj4_code/part5_iou.py", "proj4_code/helpers.py"]
    said = hand_in.contents(names)
    assert "your 1 part, as they are now, with helpers.py, which they import" in said
    assert "change this first: helpers.py, line 1: imports pandas" in said
    assert sorted(open_upload(tmp_path / "proj4_results.zip").modules) == ["helpers.py"]
