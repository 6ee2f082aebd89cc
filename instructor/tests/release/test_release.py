"""The release step: skeletons, and the errors of badly marked references."""

import shutil

import pytest

from instructor.release import skeletons
from instructor.release.regions import find_regions
from instructor.tests.warm import run_python
from proj4_code.given.parts import PARTS
from proj4_unit_tests.harness.submission import KIT

BEGIN, END = "    ### BEGIN SOLUTION", "    ### END SOLUTION"


def test_the_committed_skeletons_are_what_the_reference_gives():
    assert skeletons.drift() == ""


def test_a_region_becomes_a_todo_in_its_place():
    for name, skeleton in skeletons.make_skeletons().items():
        source = (skeletons.SOLUTION / name).read_text()
        regions = find_regions(source, name)
        assert skeleton.count("raise NotImplementedError") == len(regions)
        for region in regions:
            assert f'{region.indent}raise NotImplementedError("TODO: part {name[4]}, {region.task}")\n' in skeleton
            for line in region.lines_between(source):
                assert len(line) < 25 or line not in skeleton
        kept = [line for line in skeleton.splitlines() if "NotImplementedError" not in line]
        assert all(line in source.splitlines() for line in kept)


def test_a_region_without_a_task_names_its_function():
    source = f"class A:\n    def b(self):\n    {BEGIN}\n        return 1\n    {END}\n"
    assert find_regions(source, "x.py")[0].task == "write A.b"


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["def f():", BEGIN, "    return 1"], r"part1.py:2: BEGIN SOLUTION without an END"),
        (["def f():", "    return 1", END], r"part1.py:3: END SOLUTION without a BEGIN"),
        (["def f():", BEGIN, BEGIN, "    return 1", END], r"part1.py:3: BEGIN SOLUTION inside .* line 2"),
        (["def f():", "    return 1"], r"part1.py:1: no solution region"),
    ],
)
def test_markers_that_do_not_pair_are_errors(lines, message):
    with pytest.raises(ValueError, match=message):
        find_regions("\n".join(lines), "part1.py")


@pytest.fixture
def own_reference(tmp_path, monkeypatch):
    """A copy of the reference that may be damaged."""
    folder = shutil.copytree(skeletons.SOLUTION, tmp_path / "solution")
    monkeypatch.setattr(skeletons, "SOLUTION", folder)
    return folder


def _damage(path, old: str, new: str) -> int:
    """Replace a text and return the number of its first line."""
    source = path.read_text()
    assert source.count(old) == 1
    path.write_text(source.replace(old, new))
    return source[: source.index(old)].count("\n") + 1


def test_a_region_at_the_top_of_a_module_is_an_error(own_reference):
    line = _damage(
        own_reference / "part5_iou.py",
        "def iou_per_class",
        "### BEGIN SOLUTION\nHELPER = 1\n### END SOLUTION\n\n\ndef iou_per_class",
    )
    with pytest.raises(ValueError, match=rf"part5_iou.py:{line}: .*cannot be imported: NotImplementedError"):
        skeletons.make_skeletons()


def test_a_region_that_cuts_a_statement_is_an_error(own_reference):
    _damage(own_reference / "part5_iou.py", "    pairs[target ==", "    pairs[\n    target ==")
    source = (own_reference / "part5_iou.py").read_text().splitlines()
    begin = next(i for i, text in enumerate(source) if text == "    pairs[")
    source.insert(begin + 1, "    ### END SOLUTION")
    end = next(i for i, text in enumerate(source) if i > begin + 1 and "### END SOLUTION" in text)
    del source[end]
    (own_reference / "part5_iou.py").write_text("\n".join(source))
    with pytest.raises(ValueError, match=r"part5_iou.py:\d+: .*cannot be imported: (SyntaxError|IndentationError)"):
        skeletons.make_skeletons()


def test_what_a_skeleton_needs_may_not_be_in_a_region(own_reference):
    line = _damage(own_reference / "part1_ppm.py", "class PPM(nn.Module):", "class PPM(Helper):")
    with pytest.raises(ValueError, match=rf"part1_ppm.py:{line}: .*NameError: name 'Helper' is not defined"):
        skeletons.make_skeletons()


def test_drift_is_shown_as_a_diff(tmp_path, monkeypatch):
    folder = tmp_path / "proj4_code"
    folder.mkdir()
    for part in PARTS:
        shutil.copy(skeletons.SKELETONS / part.file, folder)
    written = (folder / "part3_pspnet.py").read_text()
    (folder / "part3_pspnet.py").write_text("# edited by hand\n")
    monkeypatch.setattr(skeletons, "SKELETONS", folder)
    difference = skeletons.drift()
    assert "-# edited by hand" in difference
    assert "+class PSPNet(nn.Module):" in difference
    assert skeletons.write_skeletons() == ["part3_pspnet.py"]
    assert (folder / "part3_pspnet.py").read_text() == written


def test_the_command_checks_and_answers_in_a_line():
    done = run_python("-m", "instructor", "release", "--check", cwd=KIT)
    assert done.stdout == "the skeletons are what the reference gives, and the pages what the experiments say\n"
