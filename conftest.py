"""What pytest says where it finds no tests."""

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int) -> None:
    """Say where the tests are."""
    if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
        folder = terminalreporter.config.rootpath
        terminalreporter.line(
            f"No tests were chosen. In {folder}: pytest proj4_unit_tests, or with -k part1 to -k part6"
        )
