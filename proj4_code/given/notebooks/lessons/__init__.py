"""What the local notebook plays with: a module a subject; and `drawing`, `frames` and `playing`, which they share."""

from . import dilation, frames, iou, labels, live_training, pooling, pspnet, training  # noqa: F401
