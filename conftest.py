"""What pytest says where it finds no tests."""

import pytest

from proj4_code.given.basics.printing import fold, unbroken


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int) -> None:
    """Say where the tests are."""
    if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
        folder, width = (
            unbroken(terminalreporter.config.rootpath),
            terminalreporter.config.get_terminal_writer().fullwidth,
        )
        command = unbroken("pytest proj4_unit_tests")
        said = f"No tests were chosen. In {folder}: {command}, or with {unbroken('-k part1')} to {unbroken('-k part6')}"
        for line in fold(said, width, "", " " * 6):
            terminalreporter.line(line)
