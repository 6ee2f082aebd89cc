"""Known mistakes of part 2, the dilated ResNet."""

from instructor.mistakes.edits import Edit

MISTAKES = (
    Edit(
        "2-stride-left",
        "the strides of the stage are left at 2",
        "Dilation does not replace the stride by itself: without stride 1 the map is still halved (handout, part 2).",
        "conv.stride = (1, 1)",
        "pass",
    ),
    Edit(
        "2-first-block",
        "the convolution that had the stride is dilated like those after it",
        "Its input still lies on the grid of the stage before: which dilation did that stage have?",
        "rate = dilation_before if had_stride else dilation",
        "rate = dilation",
    ),
    Edit(
        "2-no-padding",
        "the padding does not follow the dilation",
        "A dilated 3×3 kernel reaches further: how many pixels must lie around the map so that it keeps its size?",
        "conv.dilation = conv.padding = (rate, rate)",
        "conv.dilation = (rate, rate)",
    ),
    Edit(
        "2-weights-ignored",
        "the weights that are given are not loaded",
        "`weights` is a state dict: without it, training starts from nothing.",
        "network.load_state_dict(weights, strict=True)",
        "pass",
    ),
)
