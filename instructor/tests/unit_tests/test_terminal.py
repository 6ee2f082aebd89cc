"""What a terminal shows: each mistake once, no broken word at any width, and colour only where it is wanted."""

import os
import pty
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from instructor.catalogue import MISTAKES
from instructor.tests.unit_tests.suites import run_suite
from proj4_unit_tests.harness.console import scoreboard, what_is_wrong
from proj4_unit_tests.harness.outcome import NOT_STARTED, PASSED, WRONG, Mistake, Outcome, title_of
from proj4_unit_tests.harness.reports.causes import find_causes
from proj4_unit_tests.harness.submission import KIT

CORNERS = Mistake(
    "1-corners", "the branches are upsampled with align_corners=False", "Where do the corner cells end up?"
)
TRANSPOSED = next(edit for edit in MISTAKES if edit.name == "5-transposed")
LINE, NO = "part2.py, line 7: f(", "SyntaxError: no"
WIDTHS = (60, 80, 140)
COLOUR = re.compile(r"\x1b\[\d+m")


def wrong(test: str, points: float = 1.0, mistake: Mistake | None = None, where: str = "", got: str = "0.5") -> Outcome:
    return Outcome(test, WRONG, 0.0, points, "It works.", got, "0.4", where, mistake)


OUTCOMES = [
    Outcome("test_part1_ppm/test_every_branch_learns", PASSED, 1.0, 1.0, "Every branch gets a gradient."),
    wrong("test_part1_ppm/test_one_bin_is_the_global_average", 3.0),
    wrong("test_part1_ppm/test_the_output_is_that_of_the_paper", 2.0, CORNERS),
    wrong("test_part1_ppm/test_maps_smaller_than_the_grid_work", 0.5, CORNERS, got="four values of 0.5"),
    wrong("test_part2_dilated_resnet/test_resnet18_gives_what_the_paper_says", where=LINE, got=NO),
    wrong("test_part2_dilated_resnet/test_all_five_depths_exist", where=LINE, got=NO),
    Outcome("test_part6_training/test_void_pixels_do_not_matter", NOT_STARTED, 0.0, 1.0, "They do not.", "TODO"),
    wrong("test_together/test_parts_1_2_3_make_a_pspnet", 2.0, CORNERS),
]


def test_all_that_one_mistake_makes_wrong_is_one_cause_and_known_mistakes_come_first() -> None:
    corners, alone, error = find_causes(OUTCOMES)
    assert (corners.lead, corners.wrong, corners.hint) == ("One mistake, 4.5 points", CORNERS.wrong, CORNERS.hint)
    assert corners.scope == "3 tests of part 1 and several parts together fail"
    assert (alone.lead, alone.wrong, alone.hint) == ("One wrong answer, 3 points", "one bin is the global average", "")
    assert (error.lead, error.wrong, error.where) == ("One error, 2 points", NO, LINE)
    assert sum(cause.points for cause in (corners, alone, error)) == 9.5
    assert find_causes([OUTCOMES[0]]) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_no_line_is_too_long_and_no_word_is_broken(width: int) -> None:
    lines = [*what_is_wrong(OUTCOMES, width), *scoreboard(OUTCOMES, width)]
    commands = [line for line in lines if line.startswith("      pytest ")]
    assert max(len(line) for line in lines if line not in commands) <= width
    words = " ".join(lines).split()
    assert all(" ".join(words).count(text) == 1 for text in (CORNERS.wrong, CORNERS.hint))
    assert "" in lines


def test_a_command_stays_whole_where_it_fits_into_a_line() -> None:
    outcome = replace(OUTCOMES[0], status=NOT_STARTED, points=0.0)
    lines = scoreboard([outcome], 80)
    assert lines[-1] == "      pytest proj4_unit_tests -k part1"
    assert lines[-2].endswith("then run:")
    assert scoreboard([outcome], 140)[-1].endswith("then run: pytest proj4_unit_tests -k part1")


def test_a_row_that_has_no_room_for_its_bar_has_none_and_stays_in_one_line() -> None:
    started = [replace(OUTCOMES[1], test=f"test_part4_camvid/test_{number}") for number in range(5)]
    waiting = [replace(OUTCOMES[6], test=f"test_part4_camvid/test_{number}") for number in range(5, 20)]
    passed = [replace(OUTCOMES[0], test=f"test_part1_ppm/test_{number}") for number in range(12)]
    row, *others = (line for line in scoreboard([*passed, *started, *waiting], 80) if line.startswith("part"))
    assert "[" not in row
    assert others == ["part 4   CamVid                0 of  30  5 wrong, 15 not started"]
    assert "[##########]  all passed" in scoreboard([*passed, *started, *waiting], 140)[0]
    assert "[##########]  all passed" in scoreboard(passed, 80)[0]


def test_what_a_mistake_gives_is_whole_once_and_not_said_again() -> None:
    long = "RuntimeError: Sizes of tensors must match except in dimension 1. Expected size 9 but got size "
    gots = [f"{long}13", "0.5", f"{long}13", f"{long}17", f"float32 {long}", "0.5"]
    lines = what_is_wrong([wrong(f"test_part1_ppm/test_{got}", mistake=CORNERS, got=got) for got in gots], 80)
    said = [line for line in lines if line.startswith("  got")]
    assert f"got {long}13" in " ".join(" ".join(lines).split())
    assert [line[:18] for line in said] == ["  got RuntimeError", "  got 0.5", "  got float32 Runt"]
    assert said[-1].endswith(" ...")


@pytest.mark.parametrize("width", WIDTHS)
def test_of_one_test_alone_three_lines_are_whole(width: int) -> None:
    text = "word " * (3 * ((width - 12) // 5))
    alone = replace(OUTCOMES[1], checked=text, expected=text, got=text)
    assert " ".join(" ".join(what_is_wrong([alone], width)).split()).count(text.strip()) == 3


def test_the_longest_name_of_a_test_leaves_its_command_whole() -> None:
    name = "test_rows_are_the_target_and_columns_the_prediction"
    lines = scoreboard([wrong(f"test_part5_iou/{name}")], 80)
    assert f"      pytest -k {name} --tb=short" in lines
    assert f"pytest proj4_unit_tests -k {name} --tb=short" in " ".join(
        scoreboard([wrong(f"test_part5_iou/{name}")], 140)
    )


def test_several_parts_together_lead_to_the_part_that_is_wrong() -> None:
    alone = wrong("test_together/test_parts_1_2_3_make_a_pspnet", 2.0)
    assert "Hint: This may come from what is wrong in part 1: fix that first." in what_is_wrong([*OUTCOMES[:4], alone])
    assert not find_causes([alone])[0].hint


def test_names_keep_their_capitals() -> None:
    assert title_of("test_together/test_parts_1_2_3_make_a_pspnet") == "parts 1, 2 and 3 make a PSPNet"
    assert title_of("test_part5_iou/test_a_class_that_is_nowhere_has_no_iou") == "a class that is nowhere has no IoU"
    assert title_of("test_part6_training/test_the_auxiliary_loss_counts_0_4") == "the auxiliary loss counts 0.4"


@pytest.fixture(scope="module")
def submission(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A submission with one mistake in part 5."""
    return TRANSPOSED.write(tmp_path_factory.mktemp("submission") / "transposed")


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(("-q",), marks=pytest.mark.deep),
        ("-x",),
        pytest.param(("-n", 2, "--reruns", 1), marks=pytest.mark.deep),
        pytest.param(("--tb=short",), marks=pytest.mark.deep),
    ],
    ids=str,
)
def test_a_mistake_is_said_once(submission: Path, options: tuple[object, ...]) -> None:
    outcomes, printed, status = run_suite("--submission", submission, "-k", "part5", *options)
    told = printed.split(" what is wrong ")[1].split(" scoreboard ")[0]
    (cause,) = find_causes(outcomes)
    assert " ".join(told.split()).count(f"{cause.lead}: {TRANSPOSED.wrong} Hint: {TRANSPOSED.hint}") == 1
    assert all(title_of(outcome.test) in " ".join(told.split()) for outcome in cause.outcomes)
    assert ("FAILURES" in printed) == ("--tb=short" in options)
    assert re.search(rf"\b{len(cause.outcomes)} failed", printed)
    assert status == 1


def on_a_terminal(submission: Path, **environment: str) -> str:
    """Run the tests of part 5 on a pseudo-terminal; return what appears on it."""
    controller, terminal = pty.openpty()
    command = [sys.executable, "-m", "pytest", "proj4_unit_tests", "--submission", submission, "-k", "part5"]
    chosen = {name: value for name, value in os.environ.items() if not name.endswith(("_COLOR", "_COLORS"))}
    chosen |= {"TERM": "xterm", "COLUMNS": "80", **environment}
    with subprocess.Popen(command, cwd=KIT, env=chosen, stdout=terminal, stderr=terminal):
        os.close(terminal)
        shown = b""
        while chunk := _read(controller):
            shown += chunk
    os.close(controller)
    return shown.decode().replace("\r\n", "\n")


def _read(controller: int) -> bytes:
    try:
        return os.read(controller, 65536)
    except OSError:  # the other end is closed
        return b""


def test_a_terminal_shows_weight_and_colour(submission: Path) -> None:
    shown = on_a_terminal(submission)
    assert re.search(rf"\x1b\[1mOne mistake, [\d.]+ points: {TRANSPOSED.wrong}\x1b\[0m", shown)
    assert "\x1b[33mHint: " in shown
    assert re.search(r"\[\x1b\[32m#+\x1b\[0m\x1b\[31m\.+\x1b\[0m\]", shown)
    assert max(len(COLOUR.sub("", line)) for line in shown.splitlines()) <= 80


def test_no_color_and_pipes_show_none(submission: Path) -> None:
    assert not COLOUR.search(on_a_terminal(submission, NO_COLOR="1"))
    assert not COLOUR.search(run_suite("--submission", submission, "-k", "part5")[1])
