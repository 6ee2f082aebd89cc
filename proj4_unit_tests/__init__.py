"""The specification of the assignment, runnable: `pytest proj4_unit_tests`."""

import proj4_code  # noqa: F401  it says so if this Python is too old
