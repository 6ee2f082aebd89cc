"""Known mistakes of part 1, pyramid pooling."""

from instructor.mistakes.edits import Edit

MISTAKES = (
    Edit(
        "1-no-input",
        "the branches are concatenated without the input",
        "Figure 3c of the paper: the pooled maps are added to the original one, which keeps the fine detail.",
        "torch.cat([x, *context], dim=1)",
        "torch.cat(context, dim=1)",
    ),
    Edit(
        "1-corners",
        "the branches are upsampled with align_corners=False",
        "Where do the corner cells end up? `align_corners` decides whether they lie on the corner pixels.",
        'mode="bilinear", align_corners=True',
        'mode="bilinear", align_corners=False',
    ),
    Edit(
        "1-nearest",
        "the branches are upsampled with nearest instead of bilinearly",
        "A pooled map of 2×2 should become a smooth map, not four blocks: look at the `mode` of the upsampling.",
        'mode="bilinear", align_corners=True',
        'mode="nearest"',
    ),
    Edit(
        "1-bias",
        "the 1×1 convolutions have a bias",
        "Batch norm follows and subtracts the mean: a bias before it is a weight that does nothing.",
        "kernel_size=1, bias=False",
        "kernel_size=1",
    ),
    Edit(
        "1-plain-list",
        "the branches sit in a plain Python list",
        "Modules in a plain list are not registered: no optimizer sees their weights, and `.to(device)` leaves them.",
        "self.branches = nn.ModuleList(",
        "self.branches = list(",
    ),
)
