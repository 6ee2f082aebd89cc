"""The machinery behind the tests."""
