"""How outcomes are grouped and shown."""
