"""Known mistakes of part 3, PSPNet."""

from instructor.catalogue.edits import Edit

_CLASSIFIER = (
    Edit(
        "3-hidden-bias",
        "the 3×3 convolution of the classifiers has a bias",
        "Batch norm follows and subtracts the mean: a bias before it is a weight that does nothing.",
        "kernel_size=3, padding=1, bias=False",
        "kernel_size=3, padding=1",
    ),
    Edit(
        "3-no-logit-bias",
        "the 1×1 convolution of the classifiers has no bias",
        "Nothing comes after the last convolution: how could a class be likelier than others from the start?",
        "nn.Conv2d(hidden_channels, num_classes, kernel_size=1)",
        "nn.Conv2d(hidden_channels, num_classes, kernel_size=1, bias=False)",
    ),
    Edit(
        "3-no-padding",
        "the 3×3 convolution of the classifiers has no padding",
        "Without padding the map loses its outermost cells; upsampling hides that, and shifts everything.",
        "kernel_size=3, padding=1, bias=False",
        "kernel_size=3, bias=False",
    ),
    Edit(
        "3-one-by-one",
        "the first convolution of the classifiers is 1×1",
        "Before the logits, every cell looks at its neighbours once more: compare the kernels (handout, part 3).",
        "kernel_size=3, padding=1, bias=False",
        "kernel_size=1, bias=False",
    ),
    Edit(
        "3-dilated-classifier",
        "the 3×3 convolution of the classifiers is dilated",
        "Other networks classify with dilated convolutions; in PSPNet only the backbone has them.",
        "kernel_size=3, padding=1, bias=False",
        "kernel_size=3, padding=2, dilation=2, bias=False",
    ),
    Edit(
        "3-logits-three-by-three",
        "the last convolution of the classifiers is 3×3",
        "Two convolutions, two kernels: only the first one looks at neighbours (handout, part 3).",
        "num_classes, kernel_size=1)",
        "num_classes, kernel_size=3, padding=1)",
    ),
    Edit(
        "3-no-batch-norm",
        "the classifiers have no batch norm",
        "A classifier has five layers: the docstring of `classifier` lists them.",
        "        nn.BatchNorm2d(hidden_channels),\n",
        "",
    ),
    Edit(
        "3-no-relu",
        "the classifiers have no ReLU",
        "Without something between them that is not linear, two convolutions are one (handout, part 3).",
        "        nn.ReLU(inplace=True),\n",
        "",
    ),
    Edit(
        "3-relu-first",
        "ReLU comes before batch norm in the classifiers",
        "As in ResNet, batch norm comes directly after the convolution; ReLU after it (handout, part 3).",
        """\
        nn.BatchNorm2d(hidden_channels),
        nn.ReLU(inplace=True),
""",
        """\
        nn.ReLU(inplace=True),
        nn.BatchNorm2d(hidden_channels),
""",
    ),
    Edit(
        "3-no-dropout",
        "the classifiers have no dropout",
        "A classifier has five layers: the docstring of `classifier` lists them.",
        "        nn.Dropout2d(dropout),\n",
        "",
    ),
    Edit(
        "3-dropout-of-values",
        "dropout drops single values, not whole channels",
        "Neighbouring cells say nearly the same: what is dropped in one cell is still there in the next.",
        "nn.Dropout2d(dropout)",
        "nn.Dropout(dropout)",
    ),
    Edit(
        "3-dropout-fixed",
        "dropout is 0.1, whatever is asked for",
        "0.1 is only the default of `dropout`: the classifier is told what its share is.",
        "nn.Dropout2d(dropout)",
        "nn.Dropout2d(0.1)",
    ),
    Edit(
        "3-dropout-share-kept",
        "dropout drops 1 - dropout of the channels",
        "In PyTorch the number is the share that is dropped, not the share that is kept.",
        "nn.Dropout2d(dropout)",
        "nn.Dropout2d(1 - dropout)",
    ),
    Edit(
        "3-dropout-first",
        "dropout comes before the 3×3 convolution",
        "The hidden channels are dropped, not those of the features: where in the row is dropout (handout, part 3)?",
        """\
        nn.Conv2d(in_channels, hidden_channels, kernel_size=3, padding=1, bias=False),
        nn.BatchNorm2d(hidden_channels),
        nn.ReLU(inplace=True),
        nn.Dropout2d(dropout),
""",
        """\
        nn.Dropout2d(dropout),
        nn.Conv2d(in_channels, hidden_channels, kernel_size=3, padding=1, bias=False),
        nn.BatchNorm2d(hidden_channels),
        nn.ReLU(inplace=True),
""",
    ),
    Edit(
        "3-dropout-before-norm",
        "dropout comes before batch norm",
        "Batch norm would take the dropped zeros into its statistics: dropout has its place further on.",
        """\
        nn.BatchNorm2d(hidden_channels),
        nn.ReLU(inplace=True),
        nn.Dropout2d(dropout),
""",
        """\
        nn.Dropout2d(dropout),
        nn.BatchNorm2d(hidden_channels),
        nn.ReLU(inplace=True),
""",
    ),
    Edit(
        "3-dropout-of-logits",
        "dropout comes last, and drops the logits of whole classes",
        "A logit that is dropped is still a vote, of 0: dropout has its place before the last convolution.",
        """\
        nn.Dropout2d(dropout),
        nn.Conv2d(hidden_channels, num_classes, kernel_size=1),
""",
        """\
        nn.Conv2d(hidden_channels, num_classes, kernel_size=1),
        nn.Dropout2d(dropout),
""",
    ),
    Edit(
        "3-class-for-void",
        "there is a logit more than classes, for void",
        "Void is no class that the network could predict: the loss leaves its pixels out (handout, conventions).",
        "nn.Conv2d(hidden_channels, num_classes, kernel_size=1)",
        "nn.Conv2d(hidden_channels, num_classes + 1, kernel_size=1)",
    ),
    Edit(
        "3-logits-rectified",
        "the logits are rectified",
        "Logits may be negative: nothing comes after the last convolution (handout, part 3).",
        "        nn.Conv2d(hidden_channels, num_classes, kernel_size=1),\n",
        "        nn.Conv2d(hidden_channels, num_classes, kernel_size=1),\n        nn.ReLU(inplace=True),\n",
    ),
)

_MAKING = (
    Edit(
        "3-no-pooling",
        "there is no pyramid pooling",
        "Without it this is a dilated FCN: between features and classifier stands part 1 (figure 3 of the paper).",
        "        if bins:\n",
        "        if False:\n",
    ),
    Edit(
        "3-empty-bins",
        "pyramid pooling is made although bins is empty",
        "An empty sequence is not None: what is `out_channels // len(bins)` when there is no bin?",
        "        if bins:\n",
        "        if bins is not None:\n",
    ),
    Edit(
        "3-own-bins",
        "pyramid pooling always has its default bins",
        "Two defaults that agree hide it: who passes the `bins` on to the pyramid pooling?",
        "PPM(channels, channels // len(bins), bins)",
        "PPM(channels, channels // len(bins))",
    ),
    Edit(
        "3-always-a-quarter",
        "each branch has a quarter of the channels, however many bins there are",
        "The paper has four bins, so a quarter each; with N bins it is the Nth part (section 3.2).",
        """\
            self.ppm = PPM(channels, channels // len(bins), bins)
            channels += len(bins) * (channels // len(bins))
""",
        """\
            self.ppm = PPM(channels, channels // 4, bins)
            channels += len(bins) * (channels // 4)
""",
    ),
    Edit(
        "3-branches-of-all",
        "each branch has as many channels as the features",
        "Together the branches have as many channels as the features: neither outweighs the other (section 3.2).",
        """\
            self.ppm = PPM(channels, channels // len(bins), bins)
            channels += len(bins) * (channels // len(bins))
""",
        """\
            self.ppm = PPM(channels, channels, bins)
            channels += len(bins) * channels
""",
    ),
    Edit(
        "3-doubled",
        "the classifier expects twice the channels of the features",
        "`//` rounds down, and three branches of 20 // 3 channels are 18: count what PPM returns (handout, part 3).",
        "channels += len(bins) * (channels // len(bins))",
        "channels *= 2",
    ),
    Edit(
        "3-not-counted",
        "the classifier expects the channels of the features alone",
        "Pyramid pooling returns more channels than it gets: those of the features, and those of the branches.",
        "            channels += len(bins) * (channels // len(bins))\n",
        "",
    ),
    Edit(
        "3-hidden-512",
        "the classifier always has 512 hidden channels",
        "512 is a quarter of 2048, the channels of ResNet-50: other backbones have other numbers (handout, part 3).",
        "classifier(channels, backbone.out_channels // 4, num_classes, dropout)",
        "classifier(channels, 512, num_classes, dropout)",
    ),
    Edit(
        "3-hidden-of-all",
        "the hidden channels are a quarter of those after pyramid pooling",
        "A quarter of what? `out_channels` are the channels of the backbone's features (handout, part 3).",
        "classifier(channels, backbone.out_channels // 4, num_classes, dropout)",
        "classifier(channels, channels // 4, num_classes, dropout)",
    ),
    Edit(
        "3-aux-hidden",
        "the hidden channels of both classifiers are a quarter of out_channels",
        "The auxiliary classifier reads a narrower map, and is narrower itself (handout, part 3).",
        "classifier(backbone.aux_channels, backbone.aux_channels // 4, num_classes, dropout)",
        "classifier(backbone.aux_channels, backbone.out_channels // 4, num_classes, dropout)",
    ),
    Edit(
        "3-arguments-swapped",
        "hidden channels and classes are exchanged",
        "Compare the order of the arguments with the signature of `classifier`: how many logits has a cell?",
        "classifier(channels, backbone.out_channels // 4, num_classes, dropout)",
        "classifier(channels, num_classes, backbone.out_channels // 4, dropout)",
    ),
    Edit(
        "3-aux-without-dropout",
        "the auxiliary classifier has no dropout",
        "Which dropout for the auxiliary classifier? The same (handout, part 3).",
        "backbone.aux_channels // 4, num_classes, dropout)",
        "backbone.aux_channels // 4, num_classes, 0.0)",
    ),
    Edit(
        "3-aux-always",
        "there are auxiliary logits although aux is False",
        "`aux` says whether there is an auxiliary classifier: who asks it?",
        "        if aux:\n",
        "        if True:\n",
    ),
    Edit(
        "3-aux-never-run",
        "the auxiliary classifier is made although aux is False",
        "Weights that are never used stand in every checkpoint: make only what `aux` asks for.",
        """\
        self.aux_classifier = None
        if aux:
            self.aux_classifier = classifier(backbone.aux_channels, backbone.aux_channels // 4, num_classes, dropout)
""",
        """\
        self.made = classifier(backbone.aux_channels, backbone.aux_channels // 4, num_classes, dropout)
        self.aux_classifier = self.made if aux else None
""",
    ),
    Edit(
        "3-backbone-copied",
        "the backbone is a copy of the one that was given",
        "Whoever made the backbone goes on using it, for its weights or its optimizer: keep the very module.",
        "        self.backbone = backbone\n",
        "        from copy import deepcopy\n\n        self.backbone = deepcopy(backbone)\n",
    ),
    Edit(
        "3-backbone-wrapped",
        "the attribute backbone holds the backbone inside another module",
        "A wrapper changes the names in every checkpoint: keep the backbone as it was given.",
        "        self.backbone = backbone\n",
        "        self.backbone = nn.DataParallel(backbone)\n",
    ),
    Edit(
        "3-backbone-frozen",
        "the backbone is frozen",
        "The backbone learns too, only more slowly than the rest (part 6): ImageNet's weights are where it starts.",
        "        self.backbone = backbone\n",
        "        self.backbone = backbone.requires_grad_(False)\n",
    ),
)

_FORWARD = (
    Edit(
        "3-no-size-check",
        "sizes that are not 8n+1 are accepted",
        "With such a size, cells and pixels do not lie on each other: the docstring of `forward` says what to raise.",
        "if any(side % 8 != 1 for side in size):",
        "if False:",
    ),
    Edit(
        "3-multiples-of-8",
        "sizes must be multiples of 8",
        "Between n+1 cells lie n steps of eight pixels: how many pixels are that, with the first (handout, part 3)?",
        "side % 8 != 1",
        "side % 8 != 0",
    ),
    Edit(
        "3-one-good-side",
        "a size is refused only if both height and width are not 8n+1",
        "One wrong side is enough to shift the labels: test it with 16×17.",
        "if any(side % 8",
        "if all(side % 8",
    ),
    Edit(
        "3-height-only",
        "only the height is checked",
        "Width shifts as height does: test it with 17×24.",
        "if any(side % 8 != 1 for side in size):",
        "if size[0] % 8 != 1:",
    ),
    Edit(
        "3-width-only",
        "only the width is checked",
        "Height shifts as width does: test it with 16×17.",
        "if any(side % 8 != 1 for side in size):",
        "if size[1] % 8 != 1:",
    ),
    Edit(
        "3-checked-in-training",
        "sizes are checked in training mode only",
        "Labels shift in evaluation as they do in training: the check does not depend on the mode.",
        "if any(side % 8 != 1 for side in size):",
        "if self.training and any(side % 8 != 1 for side in size):",
    ),
    Edit(
        "3-asserted",
        "a wrong size is an AssertionError",
        "An assertion is for what cannot happen, and `python -O` leaves it out: the docstring names the exception.",
        "raise ValueError(f",
        "raise AssertionError(f",
    ),
    Edit(
        "3-reason-missing",
        "the error about a wrong size does not say which sizes are right",
        "Whoever reads the message wants to know what was wrong, and what would have been right (handout, part 3).",
        'f"height and width must be 8n+1, such as 201 or 241, not {height}×{width}"',
        'f"wrong size: {height}×{width}"',
    ),
    Edit(
        "3-aux-in-eval",
        "the auxiliary logits are returned in eval mode too",
        "The auxiliary classifier helps while training and costs time afterwards: a module knows which mode it is in.",
        "if self.training and self.aux_classifier is not None:",
        "if self.aux_classifier is not None:",
    ),
    Edit(
        "3-aux-only-in-eval",
        "the auxiliary logits are returned in eval mode instead of training mode",
        "Which of the two modes has a loss to help with (handout, part 3)?",
        "if self.training and self.aux_classifier is not None:",
        "if not self.training and self.aux_classifier is not None:",
    ),
    Edit(
        "3-no-aux",
        "there are never auxiliary logits",
        "While training, the network gives two outputs: part 6 adds the loss of the second (handout, part 3).",
        "if self.training and self.aux_classifier is not None:",
        "if False:",
    ),
    Edit(
        "3-other-key",
        "the auxiliary logits have another key than aux",
        "The keys are those of torchvision's segmentation networks, so that all train in the same loop.",
        'outputs["aux"] =',
        'outputs["aux_out"] =',
    ),
    Edit(
        "3-aux-on-stage-4",
        "the auxiliary classifier reads the features of stage 4",
        "The nearer loss is that of the stage before: which of the backbone's two maps is it (figure 4 of the paper)?",
        "self.aux_classifier(aux_features)",
        "self.aux_classifier(features)",
    ),
    Edit(
        "3-maps-swapped",
        "the backbone's two maps are exchanged",
        "In which order does the backbone return its features (handout, part 2)?",
        "features, aux_features = self.backbone(x)",
        "aux_features, features = self.backbone(x)",
    ),
    Edit(
        "3-aux-detached",
        "no gradient passes from the auxiliary classifier to the backbone",
        "The deep backbone is to learn from the auxiliary loss: it must get through (section 4 of the paper).",
        "self.aux_classifier(aux_features)",
        "self.aux_classifier(aux_features.detach())",
    ),
    Edit(
        "3-aux-weighted",
        "the auxiliary logits are multiplied by the weight of their loss",
        "The loss is weighted, and part 6 does it: a network does not know what its logits count for.",
        'outputs["aux"] = self.aux_classifier(aux_features)',
        'outputs["aux"] = 0.4 * self.aux_classifier(aux_features)',
    ),
    Edit(
        "3-features-alone",
        "the classifier reads the features, past the pyramid pooling",
        "Pyramid pooling was made and is not used: follow the arrows of figure 3.",
        "self.classifier(self.ppm(features))",
        "self.classifier(features)",
    ),
    Edit(
        "3-softmax",
        "the output is softmaxed",
        "Cross-entropy applies the softmax itself: the network gives logits.",
        'outputs = {"out": self.classifier(self.ppm(features))}',
        'outputs = {"out": self.classifier(self.ppm(features)).softmax(dim=1)}',
    ),
    Edit(
        "3-log-softmax",
        "the output is log-softmaxed",
        "Cross-entropy takes the logarithm itself too: the network gives logits.",
        'outputs = {"out": self.classifier(self.ppm(features))}',
        'outputs = {"out": self.classifier(self.ppm(features)).log_softmax(dim=1)}',
    ),
    Edit(
        "3-sigmoid",
        "the output passes through a sigmoid",
        "Each pixel has one class of K, and cross-entropy sees to that: the network gives logits.",
        'outputs = {"out": self.classifier(self.ppm(features))}',
        'outputs = {"out": self.classifier(self.ppm(features)).sigmoid()}',
    ),
    Edit(
        "3-dropout-in-eval",
        "dropout is active in eval mode too",
        "A dropout function does not know the mode of the network unless it is told: predictions become random.",
        "self.classifier(self.ppm(features))",
        "self.classifier[4](F.dropout2d(self.classifier[:3](self.ppm(features)), self.classifier[3].p))",
    ),
    Edit(
        "3-corners",
        "the logits are upsampled with align_corners=False",
        "Does cell 1 come to lie on pixel 8? `align_corners` decides it (handout, part 3).",
        'mode="bilinear", align_corners=True',
        'mode="bilinear", align_corners=False',
    ),
    Edit(
        "3-nearest",
        "the logits are upsampled with nearest instead of bilinearly",
        "Between two cells the logits should pass smoothly from one to the other, not in steps.",
        'mode="bilinear", align_corners=True',
        'mode="nearest"',
    ),
    Edit(
        "3-times-8",
        "the logits are upsampled by 8",
        "How many pixels are three cells times eight, and how many should there be (handout, part 3)?",
        "F.interpolate(logits, size,",
        "F.interpolate(logits, scale_factor=8,",
    ),
    Edit(
        "3-size-swapped",
        "the logits are upsampled to W×H instead of H×W",
        "The last two dimensions of an image are height, then width: one of 17×25 shows which is which.",
        "        features, aux_features = self.backbone(x)\n",
        "        features, aux_features = self.backbone(x)\n        size = size[::-1]\n",
    ),
    Edit(
        "3-size-remembered",
        "the logits are upsampled to the size of the first image that the network has seen",
        "Training sees crops and evaluation whole frames: each image has a size of its own, to be asked for anew.",
        "size = x.shape[2:]",
        'self.size = size = getattr(self, "size", x.shape[2:])',
    ),
    Edit(
        "3-not-upsampled",
        "the logits are not upsampled",
        "The target has a class for every pixel: cells must become pixels (handout, part 3).",
        'name: F.interpolate(logits, size, mode="bilinear", align_corners=True) for name',
        "name: logits for name",
    ),
    Edit(
        "3-aux-not-upsampled",
        "the auxiliary logits are not upsampled",
        "The auxiliary loss compares with the same target, pixel by pixel: both outputs have its size.",
        "align_corners=True) for name, logits in outputs.items()\n",
        'align_corners=True) if name == "out" else logits\n            for name, logits in outputs.items()\n',
    ),
    Edit(
        "3-upsampled-too-early",
        "the features are upsampled, not the logits",
        "The classifier looks at neighbouring cells, eight pixels away, and is 64 times as fast on them.",
        "self.classifier(self.ppm(features))",
        'self.classifier(F.interpolate(self.ppm(features), size, mode="bilinear", align_corners=True))',
    ),
    Edit(
        "3-argmax",
        "the network returns classes instead of logits",
        "One can choose the best class from logits, and learn from them; from classes nothing can be learned.",
        "align_corners=True) for name",
        "align_corners=True).argmax(dim=1) for name",
    ),
    Edit(
        "3-tensor",
        "forward returns the logits themselves, not a dictionary",
        "Part 6 asks for the outputs by name, as for those of torchvision's networks (handout, part 3).",
        """\
        return {
            name: F.interpolate(logits, size, mode="bilinear", align_corners=True) for name, logits in outputs.items()
        }
""",
        """\
        maps = [F.interpolate(logits, size, mode="bilinear", align_corners=True) for logits in outputs.values()]
        return tuple(maps) if self.training else maps[0]
""",
    ),
)

MISTAKES = (*_CLASSIFIER, *_MAKING, *_FORWARD)
