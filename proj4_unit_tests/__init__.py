"""The specification of the assignment, runnable: `pytest proj4_unit_tests`."""
