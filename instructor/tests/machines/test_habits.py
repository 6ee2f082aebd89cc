"""The tests are run in all the ways that people run tests."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from instructor.release.skeletons import SOLUTION
from instructor.tests.unit_tests.suites import run_suite, write_kit
from instructor.tests.warm import run_python
from proj4_unit_tests.harness.reports.work import keep_log

WRONG = ("matrix.trace().double() / matrix.sum()", "matrix.trace().double() / matrix.sum() / 2")
BACKWARDS = "def pytest_collection_modifyitems(items):\n    items.reverse()\n"


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A kit with one mistake, in part 5."""
    folder = write_kit(SOLUTION, tmp_path_factory.mktemp("course") / "kit")
    part = folder / "proj4_code" / "part5_iou.py"
    assert WRONG[0] in part.read_text()
    part.write_text(part.read_text().replace(*WRONG))
    (folder / "backwards.py").write_text(BACKWARDS)
    return folder


def total(printed: str) -> str:
    """Return the last line of the scoreboard."""
    return next(line for line in reversed(printed.splitlines()) if line.startswith("total"))


@pytest.fixture(scope="module")
def plain(kit: Path) -> str:
    return total(run_suite("-k", "part5", folder=kit)[1])


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(("--reruns", 1), marks=pytest.mark.deep),
        pytest.param(("-n", 2), marks=pytest.mark.deep),
        ("-n", 2, "--reruns", 1),
        ("-p", "backwards"),
        ("--pdb",),
        pytest.param(("-s", "-v"), marks=pytest.mark.deep),
    ],
    ids=lambda options: " ".join(map(str, options)),
)
def test_the_points_are_the_same(kit: Path, plain: str, options: tuple) -> None:
    _, printed, status = run_suite("-k", "part5", *options, folder=kit)
    assert (total(printed), status) == (plain, 1) or ("--pdb" in options and "(Pdb)" in printed), printed
    assert "INTERNALERROR" not in printed


def test_only_what_failed_is_run_again(kit: Path) -> None:
    first, _, _ = run_suite("-k", "part5", folder=kit)
    failed = [outcome.test for outcome in first if outcome.status == "wrong"]
    again, printed, status = run_suite("-k", "part5", "--lf", folder=kit)
    assert failed
    assert [outcome.test for outcome in again] == failed
    assert status == 1 and "pixel" in printed


def test_it_stops_at_the_first_failure(kit: Path) -> None:
    outcomes, printed, status = run_suite("-k", "part5", "-x", folder=kit)
    assert [outcome.status for outcome in outcomes].count("wrong") == 1
    assert outcomes[-1].status == "wrong"
    assert status != 0 and "scoreboard" in printed


@pytest.mark.parametrize("arguments", [(), ("part5_iou.py",)], ids=["folder", "file"])
def test_pytest_among_the_parts_says_where_the_tests_are(kit: Path, arguments: tuple[str, ...]) -> None:
    done = run_python("-m", "pytest", *arguments, cwd=kit / "proj4_code")
    assert done.returncode == pytest.ExitCode.NO_TESTS_COLLECTED
    assert f"No tests were chosen. In {kit}: pytest proj4_unit_tests" in " ".join(done.stdout.split())


def test_a_file_of_tests_that_is_run_as_a_program_runs_its_tests(kit: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(kit)}
    command = [sys.executable, "proj4_unit_tests/test_part5_iou.py"]
    done = subprocess.run(command, cwd=kit, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert total(done.stdout).startswith("total") and "part 5" in done.stdout


def test_commands_say_where_they_work_if_pytest_was_started_elsewhere(kit: Path) -> None:
    said = f"Commands work in {kit}"
    assert said in run_suite("-k", "perfect", folder=kit, cwd=kit / "proj4_unit_tests")[1]
    assert said not in run_suite("-k", "perfect", folder=kit)[1]


def test_the_tests_run_without_pytests_terminal(kit: Path, plain: str) -> None:
    outcomes, printed, status = run_suite("-k", "part5", "-p", "no:terminal", folder=kit)
    assert f"{sum(outcome.points for outcome in outcomes):g} of" in plain
    assert (printed, status) == ("", 1)


def test_results_for_a_folder_that_is_not_there_are_refused_before_the_tests_run(kit: Path) -> None:
    _, printed, status = run_suite("-k", "part5", "--record", kit / "nowhere" / "record", folder=kit)
    assert f"{kit / 'nowhere'} is no folder: record cannot be written there" in printed
    assert status == pytest.ExitCode.USAGE_ERROR


def test_a_log_that_cannot_be_written_is_not_promised(tmp_path: Path) -> None:
    assert keep_log([], begin=True, path=tmp_path / "log")
    assert not keep_log([], begin=True, path=tmp_path / "nowhere" / "log")
