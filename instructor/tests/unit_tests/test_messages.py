"""Messages show values as a reader would write them, and lead to the line that is wrong."""

import re

import numpy as np
import pytest
from torch import nn

from instructor.catalogue import MISTAKES
from instructor.catalogue.edits import Edit
from instructor.tests.unit_tests.suites import run_suite, write_kit
from proj4_unit_tests.harness.compare import Wrong, difference, expect_equal
from proj4_unit_tests.harness.errors import forget_frames, kind_and_message, own_lines, raised_by_student, summary
from proj4_unit_tests.harness.fixtures import Student
from proj4_unit_tests.harness.outcome import WRONG

BY_NAME = {edit.name: edit for edit in MISTAKES}


@pytest.mark.parametrize(
    ("value", "expected", "shown"),
    [
        (15, 11, ("15", "11")),
        (15.0, 15, ("the float 15.0", "the int 15")),
        (None, 3, ("None", "3")),
        ([1, 2, 3, 6], [2, 5, 9], ("[1, 2, 3, 6]", "[2, 5, 9]")),
        ([False, True], [True, True], ("[False, True]", "[True, True]")),
        ([], ["scale", "step"], ("[]", "['scale', 'step']")),
        ({"out_channels": 256}, {"out_channels": 512}, ("out_channels: 256", "out_channels: 512")),
        (np.array([0.5, np.nan, 1]), np.array([0.5, 0, 1]), ("[0.5, nan, 1]", "[0.5, 0, 1]")),
        (np.array([[3, 1], [0, 2]]), np.array([[3, 0], [1, 2]]), ("[[3, 1], [0, 2]]", "[[3, 0], [1, 2]]")),
        (np.array(0.05211), np.array(0.052111), ("0.05211", "0.052111")),
        (np.array([0.052111]), np.array([0.0521112]), ("[0.052111]", "[0.0521112]")),
        (np.array(1.5, np.float32), 1.5, ("the float32 tensor 1.5", "the float 1.5")),
    ],
)
def test_small_values_are_shown_themselves_with_the_digits_that_differ(value, expected, shown):
    assert difference(value, expected) == shown


def test_of_a_large_array_the_largest_error_is_shown_with_what_it_should_be():
    expected = np.zeros((1, 7, 4, 5), np.float32)
    value = expected.copy()
    value[0, 6, 3, 4] = 1.497
    got, wanted = difference(value, expected)
    assert got == "float32 (1, 7, 4, 5), 1% of the values wrong, largest error at [0, 6, 3, 4]: 1.497 instead of 0"
    assert wanted == "float32 (1, 7, 4, 5), 0 at [0, 6, 3, 4]"


def test_a_value_can_be_called_by_its_name():
    with pytest.raises(Wrong, match=r"in evaluation, images: not moved; expected moved"):
        expect_equal({"images": "not moved"}, {"images": "moved"}, "moved", name="in evaluation")


def test_a_line_that_ends_in_a_colon_brings_what_it_announces():
    network = nn.Sequential(nn.Linear(2, 2))
    with pytest.raises(RuntimeError) as raised:
        network.load_state_dict({"conv1.weight": network[0].weight})
    shown = summary(raised.value)
    assert 'Missing key(s) in state_dict: "0.weight", "0.bias"' in shown
    assert 'Unexpected key(s) in state_dict: "conv1.weight"' in shown
    assert summary(ValueError("one line:")) == "one line:"


def _raised_in(folder, source: str) -> Exception:
    """Run a student's file, and return what it raises."""
    path = folder / "proj4_code" / "part5_iou.py"
    path.parent.mkdir()
    path.write_text(source)
    try:
        exec(compile(source, path, "exec"), {})
    except Exception as error:
        return error
    raise AssertionError("it raises nothing")


def test_a_students_line_is_found_in_what_an_exception_was_raised_from(tmp_path):
    cause = _raised_in(tmp_path, "import torch\ntorch.zeros(2) @ torch.zeros(3)\n")
    outer = RuntimeError("elsewhere")
    outer.__cause__ = cause
    assert (
        own_lines(outer) == own_lines(cause) == ["part5_iou.py, line 2, in <module>: torch.zeros(2) @ torch.zeros(3)"]
    )
    assert not raised_by_student(outer)


def test_how_a_students_own_error_is_worded_does_not_matter(tmp_path):
    error = _raised_in(tmp_path, "raise ValueError('nobody foresaw these words')\n")

    class Client:
        def call(self, name, arguments):
            raise error

    student = Student(Client())
    with pytest.raises(ValueError, match="foresaw"):
        student.anything()
    assert student.answers == [{"exception": "ValueError", "message": ""}]


def test_a_file_that_cannot_be_imported_is_said_once(tmp_path):
    (tmp_path / "part1_ppm.py").write_text("import torch\n\ndef broken(:\n    pass\n")
    outcomes, printed, _ = run_suite("-k", "part1", folder=write_kit(tmp_path, tmp_path / "kit"))
    assert len(outcomes) == 12
    assert printed.count("SyntaxError") == 1
    assert printed.count("part1_ppm.py, line 3: def broken(:") == 1


def test_an_import_that_fails_here_is_no_matter_of_handing_in(tmp_path):
    (tmp_path / "part1_ppm.py").write_text("import torhc\n")
    (tmp_path / "part5_iou.py").write_text("try:\n    import cv2\nfinally:\n    pass\n")
    _, printed, _ = run_suite("-k", "part1", folder=write_kit(tmp_path, tmp_path / "kit"))
    assert printed.count("torhc") == 2  # what is wrong, and the line
    assert "Before you hand in: part5_iou.py, line 2: imports cv2" in printed


def test_a_test_that_hangs_says_where_and_only_then(tmp_path):
    (tmp_path / "part5_iou.py").write_text("import time\n\ndef mean_iou(matrix):\n    time.sleep(3)\n")
    kit = write_kit(tmp_path, tmp_path / "kit")
    options = ("-k", "perfect_and", "--color=no", "-o")
    _, printed, _ = run_suite(*options, "faulthandler_timeout=1.5", folder=kit)
    assert re.search(r'part5_iou\.py", line 4 in mean_iou', printed)
    assert "Timeout" not in run_suite(*options, "faulthandler_timeout=60", folder=kit)[1]


def test_a_run_that_is_stopped_says_in_which_line_and_that_not_all_passed(tmp_path):
    source = "def mean_iou(matrix):\n    raise KeyboardInterrupt\n"
    (tmp_path / "part5_iou.py").write_text(source)
    _, printed, _ = run_suite("-k", "part5", folder=write_kit(tmp_path, tmp_path / "kit"))
    assert "Stopped in part5_iou.py, line 2, in mean_iou: raise KeyboardInterrupt" in printed


@pytest.mark.parametrize(
    ("value", "ends_in"), [("2.0", "proj4_unit_tests/test_part5_iou.py"), ("1 / 0", "proj4_code/part5_iou.py")]
)
def test_a_short_traceback_ends_in_the_tests_call_or_in_the_line_that_raises(tmp_path, value, ends_in):
    (tmp_path / "part5_iou.py").write_text(f"def pixel_accuracy(matrix):\n    return {value}\n")
    kit = write_kit(tmp_path, tmp_path / "kit")
    _, printed, _ = run_suite("-k", "accuracy_is_the_share", "--tb=short", folder=kit)
    places = re.findall(r"^(\S+\.py):\d+: in ", printed, re.MULTILINE)
    assert (places[0], places[-1]) == ("proj4_unit_tests/test_part5_iou.py", ends_in)
    assert not [place for place in places if "harness" in place]


def test_none_where_an_answer_should_be_asks_for_a_return(tmp_path):
    with pytest.raises(AttributeError) as raised:
        None.shape  # noqa: B018
    assert kind_and_message(raised.value).endswith("has no attribute 'shape' (is a `return` missing?)")
    own = _raised_in(tmp_path, "None.shape\n")
    assert kind_and_message(own) == "AttributeError: 'NoneType' object has no attribute 'shape'"


@pytest.mark.parametrize(
    ("name", "least"),
    [("1-shared-convolution", 3), ("2-frozen", 3), ("3-backbone-frozen", 3), ("3-own-bins", 2), ("3-bins-ignored", 2)],
)
def test_a_mistake_that_does_harm_costs_several_points(tmp_path, name, least):
    edit = BY_NAME[name]
    kit = write_kit(edit.write(tmp_path / "wrong"), tmp_path / "kit")
    outcomes, _, _ = run_suite("-k", edit.part.key, folder=kit)
    wrong = [outcome for outcome in outcomes if outcome.status == WRONG]
    assert sum(outcome.most_points for outcome in wrong) >= least
    assert {outcome.mistake.name for outcome in wrong if outcome.mistake} == {name}


@pytest.mark.parametrize(
    ("name", "right", "mistaken", "test", "shown"),
    [
        ("1-no-input", "return torch.cat([x, *context], dim=1)", "return None", "the_input_comes_first", "None"),
        ("4-sorted", "image = tv_tensors.Image(read_rgb(image_path))", "image = read_rgb(image_path)", "jpeg", "PIL"),
    ],
)
def test_what_a_test_cannot_read_is_shown_in_place_of_the_tests_own_exception(
    tmp_path, name, right, mistaken, test, shown
):
    part = BY_NAME[name].part
    submission = Edit(name, "", "", right, mistaken).write(tmp_path / "wrong")
    outcomes, _, _ = run_suite("-k", f"{part.key} and {test}", folder=write_kit(submission, tmp_path / "kit"))
    assert [outcome.status for outcome in outcomes] == [WRONG]
    assert shown in outcomes[0].got
    assert "Error" not in outcomes[0].got


def test_exceptions_in_a_circle_let_go_of_what_their_functions_held():
    first, second = ValueError("first"), ValueError("second")
    first.__context__, second.__context__ = second, first
    for error in (first, second):
        try:
            raise error
        except ValueError as raised:
            assert raised.__traceback__ is not None
    first.__context__, second.__context__ = second, first
    forget_frames(first)
    assert first.__traceback__ is second.__traceback__ is None
