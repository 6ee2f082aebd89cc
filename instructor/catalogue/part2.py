"""Known mistakes of part 2, the dilated ResNet."""

from instructor.catalogue.edits import Edit

_RECEPTIVE_FIELD = (
    Edit(
        "2-field-kernel",
        "each layer adds its whole kernel to the receptive field",
        "Two 3×3 convolutions see 5 pixels, not 6: the kernel's middle is already counted.",
        "side += (kernel - 1) * dilation * step",
        "side += kernel * dilation * step",
    ),
    Edit(
        "2-field-from-0",
        "the receptive field of no layer at all is 0",
        "Without any layer, an output is an input pixel: how many pixels does it see?",
        "side, step = 1, 1",
        "side, step = 0, 1",
    ),
    Edit(
        "2-field-no-dilation",
        "dilation does not widen the receptive field",
        "Dilated by 2, a kernel of three taps spans five pixels: the gaps count (handout, part 2, figure).",
        "side += (kernel - 1) * dilation * step",
        "side += (kernel - 1) * step",
    ),
    Edit(
        "2-field-dilated-side",
        "a dilated kernel is taken to be kernel times dilation wide",
        "Three taps have two gaps between them, and only the gaps grow: dilated by 2 they span 5 pixels, not 6.",
        "side += (kernel - 1) * dilation * step",
        "side += (kernel * dilation - 1) * step",
    ),
    Edit(
        "2-field-dilation-stays",
        "dilation spreads the layers that follow too",
        "Dilation moves the taps of its own layer apart; its outputs lie as close together as its inputs.",
        "step *= stride",
        "step *= stride * dilation",
    ),
    Edit(
        "2-field-no-stride",
        "strides are left out of the receptive field",
        "After a stride of 2, neighbours in the map are two input pixels apart: what then does the next kernel span?",
        "        step *= stride\n",
        "",
    ),
    Edit(
        "2-field-last-stride",
        "only the stride of the layer before counts",
        "Two strides of 2 put neighbours four input pixels apart: strides multiply, from the first layer on.",
        "step *= stride",
        "step = stride",
    ),
    Edit(
        "2-field-strides-added",
        "strides are added up instead of multiplied",
        "After three strides of 2, neighbours in the map are eight input pixels apart, not four: each one doubles.",
        "step *= stride",
        "step += stride - 1",
    ),
    Edit(
        "2-field-own-stride",
        "the stride of a layer spreads the layer itself",
        "A layer's taps lie on the map that it reads, which is not strided yet: its stride is for those after it.",
        """\
        side += (kernel - 1) * dilation * step
        step *= stride
""",
        """\
        step *= stride
        side += (kernel - 1) * dilation * step
""",
    ),
    Edit(
        "2-field-backwards",
        "the layers are taken in the reverse order",
        "The layers are listed from the first to the last: a stride spreads those that come after it.",
        "in layers:",
        "in reversed(layers):",
    ),
)

_STAGE = (
    Edit(
        "2-stride-left",
        "the strides of the stage are left at 2",
        "Dilation does not replace the stride by itself: without stride 1 the map is still halved (handout, part 2).",
        "conv.stride = (1, 1)",
        "pass",
    ),
    Edit(
        "2-shortcut-stride",
        "the stride of the shortcut is left at 2",
        "A block has two paths, which are added at the end: the second one has a stride too (handout, part 2).",
        """\
        conv.stride = (1, 1)
        if conv.kernel_size == (3, 3):
""",
        """\
        if conv.kernel_size == (3, 3):
            conv.stride = (1, 1)
""",
    ),
    Edit(
        "2-pair-and-number",
        "the stride, a pair, is compared with a number, so it stays at 2",
        "A `Conv2d` keeps its stride as a pair of numbers, and a pair never equals a number (handout, part 2).",
        """\
        had_stride = conv.stride != (1, 1)
        conv.stride = (1, 1)
""",
        """\
        had_stride = conv.stride == 2
        if had_stride:
            conv.stride = (1, 1)
""",
    ),
    Edit(
        "2-no-dilation",
        "the strides are removed, but nothing is dilated",
        "With stride 1 alone weights meet neighbours that are too close: what moves the taps apart (handout, part 2)?",
        "            conv.dilation = conv.padding = (rate, rate)\n",
        "            pass\n",
    ),
    Edit(
        "2-no-padding",
        "the padding does not follow the dilation",
        "A dilated 3×3 kernel reaches further: how many pixels must lie around the map so that it keeps its size?",
        "conv.dilation = conv.padding = (rate, rate)",
        "conv.dilation = (rate, rate)",
    ),
    Edit(
        "2-padding-only",
        "the padding grows, but not the dilation",
        "Padding makes a map larger, dilation smaller: only together do they keep its size (handout, part 2).",
        "conv.dilation = conv.padding = (rate, rate)",
        "conv.padding = (rate, rate)",
    ),
    Edit(
        "2-first-block",
        "the convolution that had the stride is dilated like those after it",
        "Its input still lies on the grid of the stage before: which dilation did that stage have?",
        "rate = dilation_before if had_stride else dilation",
        "rate = dilation",
    ),
    Edit(
        "2-whole-first-block",
        "the whole first block keeps the dilation of the stage before",
        "The first block of a ResNet-18 has two 3×3 convolutions. Only one of them reads the map of the stage before.",
        "rate = dilation_before if had_stride else dilation",
        "rate = dilation_before if conv in set(stage[0].modules()) else dilation",
    ),
    Edit(
        "2-never-dilated-further",
        "every 3×3 convolution keeps the dilation of the stage before",
        "What comes after the removed stride meets a map that is finer than it expects (handout, part 2).",
        "rate = dilation_before if had_stride else dilation",
        "rate = dilation_before",
    ),
    Edit(
        "2-rates-swapped",
        "the two dilations are exchanged",
        "Which map does the convolution read that had the stride, and which do those after it (handout, part 2)?",
        "rate = dilation_before if had_stride else dilation",
        "rate = dilation if had_stride else dilation_before",
    ),
    Edit(
        "2-only-first-block",
        "only the first block of the stage is changed",
        "The other blocks have no stride, but they read the finer map too: their 3×3 convolutions need the dilation.",
        "for conv in stage.modules():",
        "for conv in stage[0].modules():",
    ),
    Edit(
        "2-children",
        "the stage stays as it was: its convolutions are not found",
        "The children of a stage are blocks; the convolutions lie deeper, inside the blocks.",
        "for conv in stage.modules():",
        "for conv in stage.children():",
    ),
    Edit(
        "2-bottlenecks-only",
        "only conv2 and the shortcut are changed, which is right for Bottlenecks alone",
        "In a BasicBlock another convolution has the stride: look at what a layer does, not at what it is called.",
        """\
    for conv in stage.modules():
        if not isinstance(conv, nn.Conv2d):
            continue
""",
        """\
    for name, conv in stage.named_modules():
        if not name.endswith(("conv2", "downsample.0")):
            continue
""",
    ),
    Edit(
        "2-one-by-one",
        "the 1×1 convolutions are dilated and padded too",
        "One tap has nothing to be moved apart from, and padding makes its map larger (handout, part 2).",
        "if conv.kernel_size == (3, 3):",
        "if conv.kernel_size:",
    ),
    Edit(
        "2-new-convolutions",
        "the convolutions are replaced, and their weights lost",
        "New convolutions begin with random weights; those of ImageNet were in the old ones (handout, part 2).",
        "conv.dilation = conv.padding = (rate, rate)",
        "conv.__init__(conv.in_channels, conv.out_channels, 3, padding=rate, dilation=rate, bias=False)",
    ),
)

_NETWORK = (
    Edit(
        "2-never-dilated",
        "the network is torchvision's, with all its strides",
        "The features have 1/32 of the resolution. Which two stages should keep an eighth (handout, part 2)?",
        """\
        dilate_stage(network.layer3, dilation_before=1, dilation=2)
        dilate_stage(network.layer4, dilation_before=2, dilation=4)
""",
        "",
    ),
    Edit(
        "2-stage-4-strided",
        "stage 3 is dilated, and stage 4 is still strided",
        "The features have 1/16 of the resolution: there is one stride more to be taken out.",
        "        dilate_stage(network.layer4, dilation_before=2, dilation=4)\n",
        "",
    ),
    Edit(
        "2-stage-3-strided",
        "stage 4 is dilated, and stage 3 is still strided",
        "Stage 3 has a stride too, and the dilations of stage 4 assume that it is gone.",
        "        dilate_stage(network.layer3, dilation_before=1, dilation=2)\n",
        "",
    ),
    Edit(
        "2-official-rates",
        "both stages are dilated in the official code's way, (2, 2) and (4, 4)",
        "That code dilates the first convolution fully too; then the strided network is not inside (handout, part 2).",
        """\
        dilate_stage(network.layer3, dilation_before=1, dilation=2)
        dilate_stage(network.layer4, dilation_before=2, dilation=4)
""",
        """\
        dilate_stage(network.layer3, dilation_before=2, dilation=2)
        dilate_stage(network.layer4, dilation_before=4, dilation=4)
""",
    ),
    Edit(
        "2-stage-4-like-3",
        "stage 4 is dilated from 1 to 2, as stage 3 is",
        "Two strides are gone before the end of stage 4: how far apart are the cells that its weights expect?",
        "network.layer4, dilation_before=2, dilation=4",
        "network.layer4, dilation_before=1, dilation=2",
    ),
    Edit(
        "2-stage-4-from-1",
        "stage 4 is dilated from 1 to 4",
        "Stage 4 reads the map of stage 3, which is dilated by then: that is what its first convolution must keep.",
        "network.layer4, dilation_before=2, dilation=4",
        "network.layer4, dilation_before=1, dilation=4",
    ),
    Edit(
        "2-weights-ignored",
        "the weights that are given are not loaded",
        "`weights` is a state dict: without it, training starts from nothing.",
        "network.load_state_dict(weights, strict=True)",
        "pass",
    ),
    Edit(
        "2-not-strict",
        "weights that do not fit are loaded as far as they fit",
        "A name that is misspelt would leave a layer random, and nobody would notice: load strictly (handout, part 2).",
        "network.load_state_dict(weights, strict=True)",
        "network.load_state_dict(weights, strict=False)",
    ),
    Edit(
        "2-fc-removed",
        "the classifier's entries are removed from the caller's state dict",
        "The state dict is the caller's, who may still need it whole. When does your network still have its `fc`?",
        "            network.load_state_dict(weights, strict=True)\n",
        """\
            fc, network.fc = network.fc, nn.Identity()
            del weights["fc.weight"], weights["fc.bias"]
            network.load_state_dict(weights, strict=True)
            network.fc = fc
""",
    ),
    Edit(
        "2-weights-shared",
        "the network trains in the tensors of the caller's state dict",
        "Assigned instead of copied, the tensors belong to both: training then changes what the caller keeps.",
        "network.load_state_dict(weights, strict=True)",
        "network.load_state_dict(weights, strict=True, assign=True)",
    ),
    Edit(
        "2-downloads",
        "torchvision's own weights are downloaded",
        "Which weights to start from is the caller's choice: `weights`, or nothing. Nothing is downloaded here.",
        "(weights=None)",
        '(weights="DEFAULT")',
    ),
    Edit(
        "2-always-50",
        "the network is a ResNet-50, whatever the depth",
        "`depth` chooses among torchvision's five networks.",
        'getattr(resnet, f"resnet{depth}")',
        "resnet.resnet50",
    ),
    Edit(
        "2-three-depths",
        "depths 18 and 34 are refused",
        "The official code knows three depths, this network five: BasicBlocks can be dilated as well.",
        "if depth not in DEPTHS:",
        "if depth not in (50, 101, 152):",
    ),
    Edit(
        "2-depth-unchecked",
        "a depth that no ResNet has is not noticed",
        "Say yourself what is wrong, before something else fails: the docstring names the exception.",
        "if depth not in DEPTHS:",
        "if False:",
    ),
    Edit(
        "2-depth-asserted",
        "a depth that no ResNet has is an AssertionError",
        "An assertion is for what cannot happen, and `python -O` leaves it out: the docstring names the exception.",
        """\
        if depth not in DEPTHS:
            raise ValueError(f"depth must be one of {DEPTHS}, not {depth!r}")
""",
        '        assert depth in DEPTHS, f"depth must be one of {DEPTHS}, not {depth!r}"\n',
    ),
    Edit(
        "2-channels-of-50",
        "out_channels and aux_channels are those of ResNet-50, whatever the depth",
        "Stages of BasicBlocks end with a quarter of a Bottleneck's channels: which module could tell you the number?",
        """\
        self.out_channels = network.fc.in_features
        self.aux_channels = self.out_channels // 2  # each stage has half the channels of the next
""",
        """\
        self.out_channels = 2048
        self.aux_channels = 1024
""",
    ),
    Edit(
        "2-aux-channels",
        "aux_channels equals out_channels",
        "`aux_channels` are the channels of stage 3: how do they relate to those of stage 4?",
        "self.aux_channels = self.out_channels // 2",
        "self.aux_channels = self.out_channels",
    ),
    Edit(
        "2-no-max-pooling",
        "the max pooling of the stem is left out",
        "The features are twice as large as they should be: what does ResNet do before its first stage?",
        "network.bn1, network.relu, network.maxpool)",
        "network.bn1, network.relu)",
    ),
    Edit(
        "2-stem-without-relu",
        "the ReLU of the stem is left out",
        "Four modules make the stem of ResNet: compare with the forward pass of torchvision's network.",
        "network.bn1, network.relu, network.maxpool)",
        "network.bn1, network.maxpool)",
    ),
    Edit(
        "2-stem-hidden",
        "the stem is not registered as part of the network",
        "What only a function or a plain list holds is invisible to `.parameters()`, `.to()` and `.train()`.",
        "nn.Sequential(network.conv1, network.bn1, network.relu, network.maxpool)",
        "lambda x: network.maxpool(network.relu(network.bn1(network.conv1(x))))",
    ),
    Edit(
        "2-fc-kept",
        "the network keeps torchvision's classifier",
        "A layer that is never run still costs memory and stands in every checkpoint: what do you keep of the network?",
        "        self.layer1, self.layer2 =",
        "        self.network = network\n        self.layer1, self.layer2 =",
    ),
    Edit(
        "2-frozen",
        "all weights are frozen",
        "ImageNet's weights are where training starts, not where it ends: nothing is frozen (handout, part 2).",
        "        self.layer1, self.layer2 =",
        "        network.requires_grad_(False)\n        self.layer1, self.layer2 =",
    ),
    Edit(
        "2-stem-frozen",
        "the stem is frozen",
        "Some train with the first layers frozen; here nothing is (handout, part 2).",
        "        self.layer1, self.layer2 =",
        "        self.stem.requires_grad_(False)\n        self.layer1, self.layer2 =",
    ),
    Edit(
        "2-detached",
        "no gradient passes from stage 4 to the stages before",
        "What is detached does not learn: the loss at the end of the network must reach its first layer.",
        "features = self.layer4(aux_features)",
        "features = self.layer4(aux_features.detach())",
    ),
    Edit(
        "2-aux-detached",
        "no gradient passes from the aux features to the network",
        "The auxiliary loss is there for the deep backbone to learn from (handout, part 3): it must get through.",
        "return features, aux_features",
        "return features, aux_features.detach()",
    ),
    Edit(
        "2-outputs-swapped",
        "the aux features come first",
        "Which of the two does the docstring of `forward` put first?",
        "return features, aux_features",
        "return aux_features, features",
    ),
    Edit(
        "2-one-output",
        "the aux features are not returned",
        "Part 3 needs two maps: that of the last stage, and that of the stage before.",
        "return features, aux_features",
        "return features",
    ),
    Edit(
        "2-dict",
        "the features are returned as a dictionary",
        "torchvision's backbones return dictionaries; here it is a pair, as the docstring of `forward` says.",
        "return features, aux_features",
        'return {"features": features, "aux_features": aux_features}',
    ),
    Edit(
        "2-aux-of-stage-2",
        "the aux features are those of stage 2",
        "The auxiliary classifier reads the stage before the last: how many stages has a ResNet?",
        """\
        aux_features = self.layer3(self.layer2(self.layer1(self.stem(x))))
        features = self.layer4(aux_features)
""",
        """\
        aux_features = self.layer2(self.layer1(self.stem(x)))
        features = self.layer4(self.layer3(aux_features))
""",
    ),
)

MISTAKES = (*_RECEPTIVE_FIELD, *_STAGE, *_NETWORK)
