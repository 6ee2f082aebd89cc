"""The known mistakes, part by part."""

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
        """nn.ModuleList(
            nn.Sequential(
                nn.AdaptiveAvgPool2d(cells),
                nn.Conv2d(in_channels, branch_channels, kernel_size=1, bias=False),
                nn.BatchNorm2d(branch_channels),
                nn.ReLU(inplace=True),
            )
            for cells in bins
        )""",
        """[
            nn.Sequential(
                nn.AdaptiveAvgPool2d(cells),
                nn.Conv2d(in_channels, branch_channels, kernel_size=1, bias=False),
                nn.BatchNorm2d(branch_channels),
                nn.ReLU(inplace=True),
            )
            for cells in bins
        ]""",
    ),
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
    Edit(
        "3-aux-in-eval",
        "the auxiliary logits are returned in eval mode too",
        "The auxiliary classifier helps while training, and costs time afterwards: a module knows which mode it is in.",
        "if self.training and self.aux_classifier is not None:",
        "if self.aux_classifier is not None:",
    ),
    Edit(
        "3-softmax",
        "the output is softmaxed",
        "Cross-entropy applies the softmax itself: the network gives logits.",
        'outputs = {"out": self.classifier(self.ppm(features))}',
        'outputs = {"out": self.classifier(self.ppm(features)).softmax(dim=1)}',
    ),
    Edit(
        "3-no-size-check",
        "sizes that are not 8n+1 are accepted",
        "With such a size, cells and pixels do not lie on each other: the docstring of `forward` says what to raise.",
        "if any(side % 8 != 1 for side in size):",
        "if False:",
    ),
    Edit(
        "4-void-as-11",
        "void becomes class 11",
        "Void is no class: the loss and the IoU skip 255 (`VOID`).",
        "VOID if group is None",
        "11 if group is None",
    ),
    Edit(
        "4-not-normalised",
        "images for evaluation are not normalised",
        "The weights of ImageNet expect its mean and standard deviation, in training and in evaluation.",
        "[pad_to_stride, v2.ToDtype(torch.float32, scale=True), v2.Normalize(IMAGENET_MEAN, IMAGENET_STD)]",
        "[pad_to_stride, v2.ToDtype(torch.float32, scale=True)]",
    ),
    Edit(
        "4-sorted",
        "the frames are sorted by name",
        "The split file's order is the order of the items.",
        'find_file(Path(root), f"{split}.txt").read_text().split()',
        'sorted(find_file(Path(root), f"{split}.txt").read_text().split())',
    ),
    Edit(
        "5-transposed",
        "rows are the prediction and columns the target",
        "Row i is the truth i: which of the two must count K times as much in the number of a pair?",
        "target[counts].long() * num_classes + prediction[counts].long()",
        "prediction[counts].long() * num_classes + target[counts].long()",
    ),
    Edit(
        "5-absent-is-zero",
        "classes that are nowhere count as IoU 0",
        "A class that is neither in the target nor in the prediction has no IoU; the mean leaves it out.",
        "return intersection / union",
        "return intersection / union.clamp(min=1)",
    ),
    Edit(
        "5-minlength",
        "bincount is not told how many pairs there are",
        "`torch.bincount` stops at the largest number that it sees: a class that is absent makes the matrix too small.",
        ", minlength=num_classes**2)",
        ")",
    ),
    Edit(
        "6-no-aux",
        "the auxiliary loss is left out",
        "Section 4 of the paper: the loss of the auxiliary classifier is added, with a weight.",
        'if "aux" in outputs:',
        "if False:",
    ),
    Edit(
        "6-gradients-kept",
        "the gradients are never cleared",
        "`backward` adds to the gradients that are there: without clearing them, each step repeats all steps before.",
        "        optimizer.zero_grad()\n",
        "",
    ),
    Edit(
        "6-schedule-per-epoch",
        "the scheduler steps once an epoch",
        "The poly schedule falls with every iteration, not with every epoch (section 5.1).",
        "        scheduler.step()\n\n        total +=",
        "        total +=",
    ),
    Edit(
        "6-mode-not-restored",
        "the model is left in eval mode",
        "Whoever called `evaluate` in the middle of training goes on training: give the model back as it was.",
        "    model.train(was_training)\n",
        "",
    ),
)
