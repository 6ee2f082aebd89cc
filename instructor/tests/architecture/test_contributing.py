"""What CONTRIBUTING.md says of adding mistakes, alternatives, tests, questions, attacks or experiments, done."""

import re
import shutil
from pathlib import Path

import pytest

from instructor.sandbox.bubblewrap import Bubblewrap
from instructor.tests.warm import run_python
from proj4_unit_tests.harness.submission import KIT

COPIED = ("instructor", "proj4_code", "proj4_unit_tests", "pyproject.toml", "setup.cfg")
MAKE_BOOK = """
from pathlib import Path
from instructor.catalogue import MISTAKES
from instructor.proofs.record_book import make_book
make_book(Path("new.npz"), 1, [edit for edit in MISTAKES if edit.name == {name!r}])
"""


@pytest.fixture(scope="module")
def examples() -> dict[str, str]:
    """The code of each section, by its heading."""
    page = (KIT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^### An? (\w+)\n(?:(?!^#).*\n)*?^```python\n((?:.*\n)*?)^```$", page, re.MULTILINE))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the project, to be changed."""
    ignored = shutil.ignore_patterns("__pycache__")
    for name in COPIED:
        if (KIT / name).is_dir():
            shutil.copytree(KIT / name, tmp_path / name, ignore=ignored)
        else:
            shutil.copy(KIT / name, tmp_path)
    return tmp_path


def insert(file: Path, after: str, code: str) -> None:
    """Insert code after a line that stands once in a file."""
    text = file.read_text(encoding="utf-8")
    assert text.count(after) == 1, f"{file.name} has {after!r} {text.count(after)} times"
    file.write_text(text.replace(after, after + code), encoding="utf-8")


def run(folder: Path, *arguments: object) -> str:
    """Run Python in a copy of the project; return what it prints."""
    done = run_python(*arguments, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_mistake(examples: dict[str, str], copy: Path) -> None:
    insert(copy / "instructor/catalogue/part5.py", "\n_MEASURES = (\n", examples["mistake"])
    run(copy, "-c", MAKE_BOOK.format(name="5-median"))
    printed = run(copy, "-m", "instructor", "mistakes", "--answers", "new.npz", "--only", "5-median")
    assert printed.endswith("1 submissions, 1 answer books, 0 problems\n")


def test_an_alternative(examples: dict[str, str], copy: Path) -> None:
    (copy / "instructor/catalogue/alternatives/part5_iou/add_at.py").write_text(examples["alternative"])
    book = "proj4_unit_tests/public_answers.npz"
    printed = run(copy, "-m", "instructor", "mistakes", "--answers", book, "--only", "part5_iou/add_at")
    assert printed.endswith("1 submissions, 1 answer books, 0 problems\n")


def test_a_test(examples: dict[str, str], copy: Path) -> None:
    file = copy / "proj4_unit_tests/test_part5_iou.py"
    file.write_text(f"{file.read_text(encoding='utf-8')}\n\n{examples['test']}", encoding="utf-8")
    options = ("--submission", "instructor/solution", "-k", "which_of_the_two_is_the_truth")
    printed = run(copy, "-m", "pytest", "proj4_unit_tests", *options)
    assert re.search(r"^part 5 .* 0\.5 of +0\.5 points", printed, re.MULTILINE), printed


def test_a_question(examples: dict[str, str], copy: Path) -> None:
    file = copy / "proj4_code/given/questions/part5.py"
    before, after = file.read_text(encoding="utf-8").split("TEMPLATES = (")
    file.write_text(f"{before}{examples['question']}\n\nTEMPLATES = (hits, {after}", encoding="utf-8")
    script = "from random import Random; from proj4_code.given.questions.part5 import *; d = hits(Random(1)); "
    script += (
        "import torch; assert d.find(lambda name, a: torch.from_numpy(a['matrix']).trace() / a['matrix'].sum()) == "
    )
    run(copy, "-c", script + "d.expected; assert len(set(d.wrong) - {d.expected}) >= 3; assert hits in TEMPLATES")


@pytest.mark.deep
@pytest.mark.skipif(not Bubblewrap.works(), reason="without bubblewrap no attack is rehearsed")
def test_an_attack(examples: dict[str, str], copy: Path) -> None:
    insert(copy / "instructor/attacks/by_code/objects.py", "\nATTACKS = (\n", examples["attack"])
    run(copy, "-c", MAKE_BOOK.format(name="none of them"))
    printed = run(copy, "-m", "instructor", "attacks", "--answers", "new.npz", "--only", "never-ending")
    assert printed.endswith("1 attacks, 1 shown to run without the sandbox, 0 problems\n")


def test_an_experiment(examples: dict[str, str], copy: Path) -> None:
    explore = copy / "proj4_code/given/explore"
    (explore / "shares.py").write_text(examples["experiment"], encoding="utf-8")
    insert(explore / "index.py", "\nNAMES = (\n", '    "shares",\n')
    shutil.copy(KIT / "proj4_explore.ipynb", copy)
    assert run(copy, "-m", "instructor", "release") == "wrote proj4_explore.ipynb\n"
    assert "shares-page-question" in (copy / "proj4_explore.ipynb").read_text(encoding="utf-8")
    assert "| Road | 0." in run(copy, "-m", "proj4_code.given.explore", "shares", "--quickest", "--out", copy / "out")


def test_a_rung(examples: dict[str, str], copy: Path) -> None:
    insert(copy / "instructor/benchmarks/ladder/plan.py", "\nROWS = (\n", examples["rung"])
    printed = run(copy, "-c", "from instructor.benchmarks.ladder.plan import ROWS; print([row.slug for row in ROWS])")
    assert "'pspnet-34'" in printed


def test_files_that_the_page_names_exist() -> None:
    page = (KIT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    now = re.sub(r"^.* \|  \|\n", "", page, flags=re.MULTILINE)  # without rooms that are gone
    named = set(re.findall(r"`((?:instructor|proj4_\w+|docs)/[\w/.]+)`", now))
    made = {"instructor/catalogue/alternatives/part5_iou/add_at.py"}
    assert len(named) > 15
    assert not [name for name in named - made if "partN" not in name and not (KIT / name).exists()]
