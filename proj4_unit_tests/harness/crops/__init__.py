"""Measuring what an augmentation does, on frames whose colours say where each pixel comes from."""
