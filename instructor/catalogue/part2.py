"""Known mistakes of part 2, the dilated ResNet."""

from instructor.catalogue.edits import Edit

_STRIDES_ADDED = "strides are added instead of multiplied"
_FOUR_OR_EIGHT = "After three strides of 2, are neighbouring cells four input pixels apart, or eight?"

_RECEPTIVE_FIELD = (
    Edit(
        "2-field-kernel",
        "each layer adds its whole kernel to the receptive field",
        "Two 3×3 convolutions see 5 pixels, not 6. Which tap of the kernel was counted before?",
        "side += (kernel - 1) * dilation * step",
        "side += kernel * dilation * step",
    ),
    Edit(
        "2-field-from-0",
        "with no layers, the receptive field is 0",
        "Without any layer, an output is an input pixel. How many pixels does it see?",
        "side, step = 1, 1",
        "side, step = 0, 1",
    ),
    Edit(
        "2-field-no-dilation",
        "dilation does not widen the receptive field",
        "How many pixels do three taps span when they are dilated by 2, gaps included (handout, part 2, figure)?",
        "side += (kernel - 1) * dilation * step",
        "side += (kernel - 1) * step",
    ),
    Edit(
        "2-field-dilated-side",
        "a dilated kernel is counted as kernel times dilation wide",
        "How many gaps are there between three taps? Only the gaps grow with the dilation.",
        "side += (kernel - 1) * dilation * step",
        "side += (kernel * dilation - 1) * step",
    ),
    Edit(
        "2-field-dilation-stays",
        "dilation also spreads the layers that follow",
        "Dilation moves the taps of its own layer apart. Does it also move that layer's outputs apart?",
        "step *= stride",
        "step *= stride * dilation",
    ),
    Edit(
        "2-field-no-stride",
        "strides are left out of the receptive field",
        "After a stride of 2, neighbouring cells are two input pixels apart. What does the next kernel span, then?",
        "        step *= stride\n",
        "",
    ),
    Edit(
        "2-field-last-stride",
        "only the stride of the layer just before counts",
        "After two strides of 2, how many input pixels apart are neighbouring cells?",
        "step *= stride",
        "step = stride",
    ),
    Edit(
        "2-field-strides-added",
        _STRIDES_ADDED,
        _FOUR_OR_EIGHT,
        "step *= stride",
        "step += stride - 1",
    ),
    Edit(
        "2-field-strides-added-to-1",
        _STRIDES_ADDED,
        _FOUR_OR_EIGHT,
        "step *= stride",
        "step += stride",
    ),
    Edit(
        "2-field-own-stride",
        "a layer's stride is applied to its own kernel, not only to later layers",
        "On which map do a layer's taps lie: the one that it reads, or the one that it produces?",
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
        "2-field-exchanged",
        "stride and dilation of a layer are exchanged",
        "A layer has three numbers. Which of them comes second (docstring of `receptive_field`)?",
        "for kernel, stride, dilation in layers",
        "for kernel, dilation, stride in layers",
    ),
    Edit(
        "2-field-backwards",
        "the layers are read in reverse order",
        "Which layers does a stride spread: those before it, or those after it?",
        "in layers:",
        "in reversed(layers):",
    ),
)

_STAGE = (
    Edit(
        "2-stride-left",
        "the strides of the stage are still 2",
        "Does dilation alone keep the height and width? What still halves the map (handout, part 2)?",
        "conv.stride = (1, 1)",
        "pass",
    ),
    Edit(
        "2-shortcut-stride",
        "the stride of the shortcut is still 2",
        "A block has two paths, which are added at the end. Which of them still has a stride (handout, part 2)?",
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
        "2-main-stride",
        "the stride of the main path is still 2",
        "A block has two paths, which are added at the end. Which of them still has a stride (handout, part 2)?",
        "        conv.stride = (1, 1)\n",
        "        if conv.kernel_size == (1, 1):\n            conv.stride = (1, 1)\n",
    ),
    Edit(
        "2-pair-and-number",
        "the strides are still 2, as if a pair had been compared with a number",
        "Does your code find the convolution that has the stride? Look at its `stride`: is that a number?",
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
        "With stride 1 alone, neighbours are too close for the weights. What moves the taps apart (handout, part 2)?",
        "            conv.dilation = conv.padding = (rate, rate)\n",
        "            pass\n",
    ),
    Edit(
        "2-no-padding",
        "the padding does not follow the dilation",
        "A dilated 3×3 kernel reaches further beyond the edge. How much padding does it need (handout, part 2)?",
        "conv.dilation = conv.padding = (rate, rate)",
        "conv.dilation = (rate, rate)",
    ),
    Edit(
        "2-padding-doubled",
        "the padding is twice what keeps height and width",
        "How far does a dilated 3×3 kernel reach beyond its middle tap, to each side (handout, part 2)?",
        "conv.dilation = conv.padding = (rate, rate)",
        "conv.dilation, conv.padding = (rate, rate), (2 * rate, 2 * rate)",
    ),
    Edit(
        "2-padding-only",
        "the padding was increased, but not the dilation",
        "More padding alone makes the map larger. What should grow with it (handout, part 2)?",
        "conv.dilation = conv.padding = (rate, rate)",
        "conv.padding = (rate, rate)",
    ),
    Edit(
        "2-first-block",
        "the convolution that had the stride gets the dilation of those after it",
        "Its input still lies on the grid of the stage before. Which dilation did that stage have?",
        "rate = dilation_before if had_stride else dilation",
        "rate = dilation",
    ),
    Edit(
        "2-conv1-had-the-stride",
        "in a Bottleneck, conv1 is taken for the convolution that had the stride",
        "Which of a Bottleneck's three convolutions has the stride in torchvision? Print a stage and see.",
        "rate = dilation_before if had_stride else dilation",
        'rate = dilation_before if had_stride and not hasattr(stage[0], "conv3") else dilation',
    ),
    Edit(
        "2-whole-first-block",
        "the whole first block keeps the dilation of the stage before",
        "A first block of BasicBlocks has two 3×3 convolutions. Do both of them read the map of the stage before?",
        "rate = dilation_before if had_stride else dilation",
        "rate = dilation_before if conv in set(stage[0].modules()) else dilation",
    ),
    Edit(
        "2-every-block-anew",
        "the first 3×3 convolution of every block keeps the dilation of the stage before",
        "How many convolutions of a stage had the stride? Which map does the second block read (handout, part 2)?",
        "rate = dilation_before if had_stride else dilation",
        """first = [block.conv2 if hasattr(block, "conv3") else block.conv1 for block in stage]
            rate = dilation_before if any(conv is one for one in first) else dilation""",
    ),
    Edit(
        "2-later-blocks-like-before",
        "the blocks after the first one keep the dilation of the stage before",
        "The stride was removed in the first block. Which map do the blocks after it read (handout, part 2)?",
        "rate = dilation_before if had_stride else dilation",
        "rate = dilation_before if had_stride or conv not in set(stage[0].modules()) else dilation",
    ),
    Edit(
        "2-never-dilated-further",
        "every 3×3 convolution keeps the dilation of the stage before",
        "After the removed stride, the map is finer than the weights expect. What must change there (handout, part 2)?",
        "rate = dilation_before if had_stride else dilation",
        "rate = dilation_before",
    ),
    Edit(
        "2-rates-swapped",
        "the two dilations are swapped",
        "Which map does the convolution that had the stride read, and which do those after it (handout, part 2)?",
        "rate = dilation_before if had_stride else dilation",
        "rate = dilation if had_stride else dilation_before",
    ),
    Edit(
        "2-only-first-block",
        "only the first block of the stage is changed",
        "The other blocks have no stride, but which map do they read? What do their 3×3 convolutions need, then?",
        "for conv in stage.modules():",
        "for conv in stage[0].modules():",
    ),
    Edit(
        "2-first-block-left-out",
        "the first block of the stage is left as it was",
        "Which block of a stage has the stride? Does your code come across it?",
        "stage.modules()",
        "stage[1:].modules()",
    ),
    Edit(
        "2-children",
        "the stage is as it was before",
        "Which convolutions does your function come across? Print them: a stage holds blocks, and blocks hold layers.",
        "for conv in stage.modules():",
        "for conv in stage.children():",
    ),
    Edit(
        "2-bottlenecks-only",
        "only conv2 and the shortcut are changed, which is right for Bottlenecks alone",
        "Which convolution of a BasicBlock has the stride? Look at what a layer does, not at its name.",
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
        "A kernel of one tap has nothing to move apart. And what does padding do to its map (handout, part 2)?",
        "if conv.kernel_size == (3, 3):",
        "if conv.kernel_size:",
    ),
    Edit(
        "2-main-path-padded",
        "the 1×1 convolutions of a block are padded too, but not the shortcut's",
        "What does padding do to the map of a kernel of one tap, and to its sum with the shortcut (handout, part 2)?",
        "if conv.kernel_size == (3, 3):",
        "if not any(conv is shortcut for block in stage for shortcut in block.downsample or ()):",
    ),
    Edit(
        "2-shortcut-padded",
        "the 1×1 convolution of the shortcut is dilated and padded too",
        "A kernel of one tap has nothing to move apart. What does padding do to the shortcut's map (handout, part 2)?",
        """\
        if conv.kernel_size == (3, 3):
            rate = dilation_before if had_stride else dilation
""",
        """\
        shortcut = conv.kernel_size == (1, 1) and had_stride
        if conv.kernel_size == (3, 3) or shortcut:
            rate = dilation_before if had_stride and not shortcut else dilation
""",
    ),
    Edit(
        "2-shortcut-padded-like-before",
        "the 1×1 convolution of the shortcut is dilated and padded too",
        "A kernel of one tap has nothing to move apart. What does padding do to the shortcut's map (handout, part 2)?",
        "if conv.kernel_size == (3, 3):",
        "if conv.kernel_size == (3, 3) or had_stride:",
    ),
    Edit(
        "2-new-convolutions",
        "the 3×3 convolutions have other weights than before",
        "Which weights does a 3×3 convolution have after your function, and where are those it had (handout, part 2)?",
        "conv.dilation = conv.padding = (rate, rate)",
        "conv.__init__(conv.in_channels, conv.out_channels, 3, padding=rate, dilation=rate, bias=False)",
    ),
)

_NETWORK = (
    Edit(
        "2-never-dilated",
        "no stage is dilated: the network has all its strides",
        "The features have 1/32 of the resolution. Which two stages should keep an eighth (handout, part 2)?",
        """\
        dilate_stage(network.layer3, dilation_before=1, dilation=2)
        dilate_stage(network.layer4, dilation_before=2, dilation=4)
""",
        "",
    ),
    Edit(
        "2-stage-2-too",
        "stage 2 is dilated as well",
        "Which stages keep their strides, so that an eighth of the resolution is left (handout, part 2)?",
        "        dilate_stage(network.layer3, dilation_before=1, dilation=2)\n",
        "        dilate_stage(network.layer2, dilation_before=1, dilation=2)\n"
        "        dilate_stage(network.layer3, dilation_before=1, dilation=2)\n",
    ),
    Edit(
        "2-stage-4-strided",
        "stage 3 is dilated, but stage 4 is still strided",
        "The features have 1/16 of the resolution. Which stride is left?",
        "        dilate_stage(network.layer4, dilation_before=2, dilation=4)\n",
        "",
    ),
    Edit(
        "2-stage-3-strided",
        "stage 4 is dilated, but stage 3 is still strided",
        "The dilations of stage 4 assume that an earlier stride is gone as well. Which one?",
        "        dilate_stage(network.layer3, dilation_before=1, dilation=2)\n",
        "",
    ),
    Edit(
        "2-official-rates",
        "both stages are dilated as in the official code: (2, 2) and (4, 4)",
        "The official code also dilates the convolution that had the stride. What should it keep (handout, part 2)?",
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
        "stage 4 is dilated from 1 to 2, like stage 3",
        "By the end of stage 4, two strides are gone. How far apart are the cells that its weights expect?",
        "network.layer4, dilation_before=2, dilation=4",
        "network.layer4, dilation_before=1, dilation=2",
    ),
    Edit(
        "2-stage-4-from-1",
        "stage 4 is dilated from 1 to 4",
        "Stage 4 reads the map of stage 3. Which dilation does stage 3 have by then?",
        "network.layer4, dilation_before=2, dilation=4",
        "network.layer4, dilation_before=1, dilation=4",
    ),
    Edit(
        "2-weights-ignored",
        "the network does not have the given weights",
        "`weights` is a state dict. Which line of yours hands it to the network?",
        "network.load_state_dict(weights, strict=True)",
        "pass",
    ),
    Edit(
        "2-loaded-under-other-names",
        "the weights are loaded into a module whose entries have other names",
        "The error lists the names that are missing and those left over. At what point do yours match torchvision's?",
        """\
        self.stem = nn.Sequential(network.conv1, network.bn1, network.relu, network.maxpool)
        self.layer1, self.layer2 = network.layer1, network.layer2
        self.layer3, self.layer4 = network.layer3, network.layer4
""",
        """\
        self.stem = nn.Sequential(network.conv1, network.bn1, network.relu, network.maxpool)
        self.layer1, self.layer2 = network.layer1, network.layer2
        self.layer3, self.layer4 = network.layer3, network.layer4
        if weights is not None:
            self.load_state_dict(weights)
""",
    ),
    Edit(
        "2-not-strict",
        "entries that do not fit are skipped without an error",
        "A misspelt name would leave a layer random. Would anyone notice (handout, part 2)?",
        "network.load_state_dict(weights, strict=True)",
        "network.load_state_dict(weights, strict=False)",
    ),
    Edit(
        "2-fc-removed",
        "the classifier's entries are removed from the caller's state dict",
        "The caller may still need the state dict whole. At what point does your network still have its `fc`?",
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
        "the network shares its tensors with the caller's state dict",
        "Training changes the network's tensors. Are they copies, or the caller's own?",
        "network.load_state_dict(weights, strict=True)",
        "network.load_state_dict(weights, strict=True, assign=True)",
    ),
    Edit(
        "2-downloads",
        "torchvision's weights are downloaded",
        "Which weights did the caller ask for? This network downloads nothing (handout, part 2).",
        "(weights=None)",
        '(weights="DEFAULT")',
    ),
    Edit(
        "2-always-50",
        "the network is always a ResNet-50, whatever the depth",
        "Which of torchvision's five networks does `depth` ask for?",
        'getattr(resnet, f"resnet{depth}")',
        "resnet.resnet50",
    ),
    Edit(
        "2-three-depths",
        "depths 18 and 34 are refused",
        "The official code knows three depths. Which does the docstring of `DilatedResNet` list?",
        "if depth not in DEPTHS:",
        "if depth not in (50, 101, 152):",
    ),
    Edit(
        "2-depth-unchecked",
        "a depth that no ResNet has is not refused with a ValueError",
        "What should happen for a depth that no ResNet has? The docstring of `DilatedResNet` names the exception.",
        "if depth not in DEPTHS:",
        "if False:",
    ),
    Edit(
        "2-depth-falls-back",
        "another depth quietly becomes 50",
        "Someone who asks for depth 42 gets a network of another depth. How would they notice (docstring)?",
        """\
            raise ValueError(f"depth must be one of {DEPTHS}, not {depth!r}")
""",
        "            depth = 50\n",
    ),
    Edit(
        "2-depth-asserted",
        "a depth that no ResNet has raises an AssertionError",
        "Assertions are for what cannot happen, and `python -O` skips them. Which exception does the docstring name?",
        """\
        if depth not in DEPTHS:
            raise ValueError(f"depth must be one of {DEPTHS}, not {depth!r}")
""",
        '        assert depth in DEPTHS, f"depth must be one of {DEPTHS}, not {depth!r}"\n',
    ),
    Edit(
        "2-channels-of-50",
        "out_channels and aux_channels are always those of ResNet-50",
        "BasicBlock stages end with a quarter of a Bottleneck's channels. Which module could tell you the number?",
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
        "`aux_channels` are the channels of stage 3. How do they relate to those of stage 4?",
        "self.aux_channels = self.out_channels // 2",
        "self.aux_channels = self.out_channels",
    ),
    Edit(
        "2-no-max-pooling",
        "the max pooling of the stem is missing",
        "The features are twice as large as they should be. What does ResNet do before its first stage?",
        "network.bn1, network.relu, network.maxpool)",
        "network.bn1, network.relu)",
    ),
    Edit(
        "2-stem-without-relu",
        "the ReLU of the stem is missing",
        "How many modules does torchvision's ResNet run before `layer1`? Compare its forward pass with yours.",
        "network.bn1, network.relu, network.maxpool)",
        "network.bn1, network.maxpool)",
    ),
    Edit(
        "2-stem-hidden",
        "the stem is not registered as part of the network",
        "Does `.parameters()` list the stem? What only a function or a plain list holds is invisible to PyTorch.",
        "nn.Sequential(network.conv1, network.bn1, network.relu, network.maxpool)",
        "lambda x: network.maxpool(network.relu(network.bn1(network.conv1(x))))",
    ),
    Edit(
        "2-fc-kept",
        "the network keeps torchvision's classifier",
        "A layer that never runs still takes memory, and space in every checkpoint. What do you keep of the network?",
        "        self.layer1, self.layer2 =",
        "        self.network = network\n        self.layer1, self.layer2 =",
    ),
    Edit(
        "2-frozen",
        "all weights are frozen",
        "Pretrained weights are where training starts. Is that also where it ends (handout, part 2)?",
        "        self.layer1, self.layer2 =",
        "        network.requires_grad_(False)\n        self.layer1, self.layer2 =",
    ),
    Edit(
        "2-stem-frozen",
        "the stem is frozen",
        "Some recipes freeze the first layers. Does this one (handout, part 2)?",
        "        self.layer1, self.layer2 =",
        "        self.stem.requires_grad_(False)\n        self.layer1, self.layer2 =",
    ),
    Edit(
        "2-detached",
        "no gradient passes from stage 4 to the earlier stages",
        "What is detached does not learn. Can the loss at the end of the network reach its first layer?",
        "features = self.layer4(aux_features)",
        "features = self.layer4(aux_features.detach())",
    ),
    Edit(
        "2-aux-detached",
        "no gradient passes from the aux features into the network",
        "The auxiliary loss is there for the backbone to learn from (handout, part 3). Can its gradients get through?",
        "return features, aux_features",
        "return features, aux_features.detach()",
    ),
    Edit(
        "2-outputs-swapped",
        "the aux features are returned first",
        "Which of the two does the docstring of `forward` name first?",
        "return features, aux_features",
        "return aux_features, features",
    ),
    Edit(
        "2-features-twice",
        "the features of stage 4 are returned twice",
        "Part 3 needs two different maps. Which stages do they come from (docstring of `forward`)?",
        "return features, aux_features",
        "return features, features",
    ),
    Edit(
        "2-pooled",
        "the features are averaged over the whole map, and the aux features are those of stage 4",
        "Which of torchvision's layers come after stage 4, and are they still in yours (docstring of `forward`)?",
        """\
        features = self.layer4(aux_features)
        return features, aux_features
""",
        """\
        features = self.layer4(aux_features)
        return features.mean(dim=(2, 3), keepdim=True), features
""",
    ),
    Edit(
        "2-one-output",
        "the aux features are not returned",
        "Part 3 needs two maps. Which stages do they come from (docstring of `forward`)?",
        "return features, aux_features",
        "return features",
    ),
    Edit(
        "2-dict",
        "the features are returned as a dictionary",
        "torchvision's backbones return dictionaries. What does the docstring of `forward` promise here?",
        "return features, aux_features",
        'return {"features": features, "aux_features": aux_features}',
    ),
    Edit(
        "2-aux-of-stage-2",
        "the aux features are those of stage 2",
        "The auxiliary classifier reads the last stage but one. Which one is that in a ResNet?",
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
