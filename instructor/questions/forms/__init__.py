"""The quiz files that course systems import: every form renders the same sheets."""
