"""Training: settings, a run and its folder, checkpoints, precision, several processes."""
