"""What the local notebook plays with: a module a subject; and `drawing`, `frames` and `playing`, which they share."""

from proj4_code.given.notebooks.lessons import (
    dilation,
    frames,
    iou,
    labels,
    live_training,
    network,
    pooling,
    training,
    upsampling,
)

__all__ = ["dilation", "frames", "iou", "labels", "live_training", "network", "pooling", "training", "upsampling"]
