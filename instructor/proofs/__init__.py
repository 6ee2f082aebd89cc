"""Programs that show that the tests are right."""
