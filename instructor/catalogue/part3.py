"""Known mistakes of part 3, PSPNet."""

from instructor.catalogue.by_hand import CELLS_COUNTED, PLACES, STEPS, enlarging
from instructor.catalogue.edits import Edit

_CLASSIFIER = (
    Edit(
        "3-hidden-bias",
        "the 3×3 convolution of the classifiers has a bias",
        "What does batch norm, which comes next, do with a constant that is added to every value?",
        "kernel_size=3, padding=1, bias=False",
        "kernel_size=3, padding=1",
    ),
    Edit(
        "3-no-logit-bias",
        "the 1×1 convolution of the classifiers has no bias",
        "No batch norm follows the last convolution. What could make a class likelier than others from the start?",
        "nn.Conv2d(hidden_channels, num_classes, kernel_size=1)",
        "nn.Conv2d(hidden_channels, num_classes, kernel_size=1, bias=False)",
    ),
    Edit(
        "3-no-padding",
        "the 3×3 convolution of the classifiers has no padding",
        "How many of 4×4 cells does a 3×3 convolution leave? Upsampling hides the loss, and everything shifts.",
        "kernel_size=3, padding=1, bias=False",
        "kernel_size=3, bias=False",
    ),
    Edit(
        "3-one-by-one",
        "the first convolution of the classifiers is 1×1",
        "Should a cell look at its neighbours once more before the logits? Compare the two kernels (handout, part 3).",
        "kernel_size=3, padding=1, bias=False",
        "kernel_size=1, bias=False",
    ),
    Edit(
        "3-dilated-classifier",
        "the 3×3 convolution of the classifiers is dilated",
        "Other networks classify with dilated convolutions. Where is the dilation in PSPNet (handout, part 3)?",
        "kernel_size=3, padding=1, bias=False",
        "kernel_size=3, padding=2, dilation=2, bias=False",
    ),
    Edit(
        "3-logits-three-by-three",
        "the last convolution of the classifiers is 3×3",
        "Which of the two convolutions looks at neighbours, and which only at its own cell (handout, part 3)?",
        "num_classes, kernel_size=1)",
        "num_classes, kernel_size=3, padding=1)",
    ),
    Edit(
        "3-no-batch-norm",
        "the classifiers have no batch norm",
        "A classifier has five layers. Which one is missing (docstring of `classifier`)?",
        "        nn.BatchNorm2d(hidden_channels),\n",
        "",
    ),
    Edit(
        "3-no-relu",
        "the classifiers have no ReLU",
        "What do two convolutions amount to if nothing nonlinear stands between them (handout, part 3)?",
        "        nn.ReLU(inplace=True),\n",
        "",
    ),
    Edit(
        "3-relu-first",
        "ReLU comes before batch norm in the classifiers",
        "What comes directly after the convolution, batch norm or ReLU? The order is that of ResNet (handout, part 3).",
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
        "3-momentum",
        "the momentum of batch norm in the classifiers is 0.9",
        "In PyTorch, is momentum the weight of the new value, or that of the old one?",
        "nn.BatchNorm2d(hidden_channels)",
        "nn.BatchNorm2d(hidden_channels, momentum=0.9)",
    ),
    Edit(
        "3-momentum-0",
        "the running statistics of the classifiers' batch norm stay as they were: its momentum is 0",
        "What do the running statistics hold after training if each batch counts with a weight of 0?",
        "nn.BatchNorm2d(hidden_channels)",
        "nn.BatchNorm2d(hidden_channels, momentum=0.0)",
    ),
    Edit(
        "3-no-dropout",
        "the classifiers have no dropout",
        "A classifier has five layers. Which one is missing (docstring of `classifier`)?",
        "        nn.Dropout2d(dropout),\n",
        "",
    ),
    Edit(
        "3-dropout-of-values",
        "dropout drops single values, not whole channels",
        "Neighbouring cells say nearly the same. What is hidden if a value is dropped in only one of them?",
        "nn.Dropout2d(dropout)",
        "nn.Dropout(dropout)",
    ),
    Edit(
        "3-dropout-fixed",
        "dropout is always 0.1, whatever is asked for",
        "0.1 is only the default of `dropout`. Which share is the classifier asked to drop?",
        "nn.Dropout2d(dropout)",
        "nn.Dropout2d(0.1)",
    ),
    Edit(
        "3-aux-dropout-fixed",
        "the auxiliary classifier's dropout is always 0.1, whatever is asked for",
        "0.1 is only the default of `dropout`. Which share is each of the two classifiers asked to drop?",
        "backbone.aux_channels // 4, num_classes, dropout)",
        "backbone.aux_channels // 4, num_classes, 0.1)",
    ),
    Edit(
        "3-dropout-default",
        "dropout is always 0.5, whatever is asked for",
        "Which share does `Dropout2d` drop by default? Which argument should it get?",
        "nn.Dropout2d(dropout)",
        "nn.Dropout2d()",
    ),
    Edit(
        "3-dropout-share-kept",
        "dropout drops 1 - dropout of the channels",
        "In PyTorch, is the number the share that is dropped, or the share that is kept?",
        "nn.Dropout2d(dropout)",
        "nn.Dropout2d(1 - dropout)",
    ),
    Edit(
        "3-dropout-first",
        "dropout comes before the 3×3 convolution",
        "Which channels are dropped, those of the features or the hidden ones (handout, part 3)?",
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
        "Batch norm would count the dropped zeros in its statistics. Where in the sequence does dropout belong?",
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
        "A dropped logit is still a vote, of 0. Where in the sequence does dropout belong?",
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
        "there is one logit too many, for void",
        "Should the network ever predict void? How many logits does a pixel have (docstring of `classifier`)?",
        "nn.Conv2d(hidden_channels, num_classes, kernel_size=1)",
        "nn.Conv2d(hidden_channels, num_classes + 1, kernel_size=1)",
    ),
    Edit(
        "3-logits-rectified",
        "the logits pass through a ReLU",
        "May a logit be negative? What comes after the last convolution (handout, part 3)?",
        "        nn.Conv2d(hidden_channels, num_classes, kernel_size=1),\n",
        "        nn.Conv2d(hidden_channels, num_classes, kernel_size=1),\n        nn.ReLU(inplace=True),\n",
    ),
)

_MAKING = (
    Edit(
        "3-no-pooling",
        "there is no pyramid pooling",
        "What stands between the features and the classifier in figure 3 of the paper? It is the subject of part 1.",
        "        if bins:\n",
        "        if False:\n",
    ),
    Edit(
        "3-empty-bins",
        "the channels are divided by the number of bins even where there are none",
        "What is `out_channels // len(bins)` when there are no bins, and what needs to be made then (handout, part 3)?",
        "        if bins:\n",
        "        if bins is not None:\n",
    ),
    Edit(
        "3-own-bins",
        "the pyramid pooling always has its default bins",
        "Which `bins` reach the pyramid pooling? As long as two defaults agree, nobody sees the difference.",
        "PPM(channels, channels // len(bins), bins)",
        "PPM(channels, channels // len(bins))",
    ),
    Edit(
        "3-bins-ignored",
        "bins is ignored: there are always four branches of a quarter of the channels",
        "1, 2, 3 and 6 are only the default of `bins`. Which branches did the caller ask for, if any?",
        """\
        if bins:
            self.ppm = PPM(channels, channels // len(bins), bins)
            channels += len(bins) * (channels // len(bins))
""",
        """\
        self.ppm = PPM(channels, channels // 4)
        channels += 4 * (channels // 4)
""",
    ),
    Edit(
        "3-ppm-without-branches",
        "a PPM without branches is made where bins is empty",
        "Empty `bins` mean no PPM at all. Does your code ask whether there are any before it makes one?",
        """\
        if bins:
            self.ppm = PPM(channels, channels // len(bins), bins)
            channels += len(bins) * (channels // len(bins))
""",
        """\
        branch = channels // max(len(bins), 1)
        self.ppm = PPM(channels, branch, bins)
        channels += len(bins) * branch
""",
    ),
    Edit(
        "3-always-a-quarter",
        "each branch has a quarter of the channels, however many bins there are",
        "With four bins, each branch has a quarter. Which share does it have with N bins (paper, section 3.2)?",
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
        "How many channels should the branches have together, compared with the features (paper, section 3.2)?",
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
        "`//` rounds down. How many channels do three branches of 20 // 3 have? Count those of PPM (handout, part 3).",
        "channels += len(bins) * (channels // len(bins))",
        "channels *= 2",
    ),
    Edit(
        "3-not-counted",
        "the classifier expects only the channels of the features",
        "Pyramid pooling returns the channels of the features, and which others?",
        "            channels += len(bins) * (channels // len(bins))\n",
        "",
    ),
    Edit(
        "3-hidden-512",
        "the classifier always has 512 hidden channels",
        "512 is a quarter of ResNet-50's 2048 channels. What is it for another backbone (handout, part 3)?",
        "classifier(channels, backbone.out_channels // 4, num_classes, dropout)",
        "classifier(channels, 512, num_classes, dropout)",
    ),
    Edit(
        "3-hidden-of-all",
        "the hidden channels are a quarter of the channels after pyramid pooling",
        "A quarter of what? Which attribute does the docstring of `PSPNet` divide by four?",
        "classifier(channels, backbone.out_channels // 4, num_classes, dropout)",
        "classifier(channels, channels // 4, num_classes, dropout)",
    ),
    Edit(
        "3-aux-hidden",
        "the auxiliary classifier has out_channels // 4 hidden channels",
        "The auxiliary classifier reads a narrower map. A quarter of which channels does it have (handout, part 3)?",
        "classifier(backbone.aux_channels, backbone.aux_channels // 4, num_classes, dropout)",
        "classifier(backbone.aux_channels, backbone.out_channels // 4, num_classes, dropout)",
    ),
    Edit(
        "3-arguments-swapped",
        "the number of hidden channels and that of classes are swapped",
        "Compare the order of your arguments with the signature of `classifier`. How many logits does a cell have?",
        "classifier(channels, backbone.out_channels // 4, num_classes, dropout)",
        "classifier(channels, num_classes, backbone.out_channels // 4, dropout)",
    ),
    Edit(
        "3-aux-without-dropout",
        "the auxiliary classifier has no dropout",
        "Which dropout does the auxiliary classifier have (handout, part 3, questions)?",
        "backbone.aux_channels // 4, num_classes, dropout)",
        "backbone.aux_channels // 4, num_classes, 0.0)",
    ),
    Edit(
        "3-aux-always",
        "there are auxiliary logits even with aux=False",
        "`aux` says whether there is an auxiliary classifier. Where does your code ask?",
        "        if aux:\n",
        "        if True:\n",
    ),
    Edit(
        "3-aux-never-run",
        "the auxiliary classifier is made even with aux=False",
        "Unused weights go into every checkpoint. What needs to be made when `aux` is False?",
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
        "the backbone is a copy of the one given",
        "The caller goes on using its backbone, in an optimizer perhaps. Is yours the same object?",
        "        self.backbone = backbone\n",
        "        from copy import deepcopy\n\n        self.backbone = deepcopy(backbone)\n",
    ),
    Edit(
        "3-backbone-wrapped",
        "model.backbone holds the backbone inside another module",
        "A wrapper changes the names in every checkpoint. Is `model.backbone` the very module that was given?",
        "        self.backbone = backbone\n",
        "        self.backbone = nn.DataParallel(backbone)\n",
    ),
    Edit(
        "3-backbone-frozen",
        "the backbone does not learn",
        "Pretrained weights are only a start. Should the backbone learn too (handout, part 6)?",
        "        self.backbone = backbone\n",
        "        self.backbone = backbone.requires_grad_(False)\n",
    ),
)

_LOGITS_ALONE = "forward returns the logits alone, not a dictionary"
_ENLARGED = "        return {name: enlarge(logits) for name, logits in outputs.items()}\n"
_UPSAMPLED = """\
        return {
            name: F.interpolate(logits, size, mode="bilinear", align_corners=True) for name, logits in outputs.items()
        }
"""
_BY_NAME = "Part 6 asks for the outputs by name. What do torchvision's networks return (handout, part 3)?"

_FORWARD = (
    Edit(
        "3-no-size-check",
        "sizes that are not 8n+1 are accepted",
        "For which sizes do cells lie on their pixels, and what should happen for others (docstring of `forward`)?",
        "if any(side % 8 != 1 for side in size):",
        "if False:",
    ),
    Edit(
        "3-multiples-of-8",
        "sizes must be multiples of 8",
        "Between n+1 cells lie n steps of eight pixels. How many pixels is that, counting the first (handout, part 3)?",
        "side % 8 != 1",
        "side % 8 != 0",
    ),
    Edit(
        "3-one-good-side",
        "a size is refused only if height and width are both wrong",
        "Is one wrong side enough to shift the labels? Try 16×17.",
        "if any(side % 8",
        "if all(side % 8",
    ),
    Edit(
        "3-height-only",
        "only the height is checked",
        "Can the labels shift sideways as well? Try 17×24.",
        "if any(side % 8 != 1 for side in size):",
        "if size[0] % 8 != 1:",
    ),
    Edit(
        "3-width-only",
        "only the width is checked",
        "Can the labels shift up and down as well? Try 16×17.",
        "if any(side % 8 != 1 for side in size):",
        "if size[1] % 8 != 1:",
    ),
    Edit(
        "3-checked-in-training",
        "sizes are checked only in training mode",
        "Do labels shift only in training? In which modes does your check run?",
        "if any(side % 8 != 1 for side in size):",
        "if self.training and any(side % 8 != 1 for side in size):",
    ),
    Edit(
        "3-asserted",
        "a wrong size raises an AssertionError",
        "Assertions are for what cannot happen, and `python -O` skips them. Which exception does the docstring name?",
        "raise ValueError(f",
        "raise AssertionError(f",
    ),
    Edit(
        "3-reason-missing",
        "the error about a wrong size does not say which sizes are right",
        "What would you want to know on reading the message: only what was wrong, or also what would have been right?",
        'f"height and width must be 8n+1, such as 201 or 241, not {height}×{width}"',
        'f"wrong size: {height}×{width}"',
    ),
    Edit(
        "3-aux-in-eval",
        "the auxiliary logits are returned in eval mode too",
        "Who needs the auxiliary logits after training? Every module knows which mode it is in.",
        "if self.training and self.aux_classifier is not None:",
        "if self.aux_classifier is not None:",
    ),
    Edit(
        "3-aux-only-in-eval",
        "the auxiliary logits are returned in eval mode instead of training mode",
        "In which of the two modes is there a loss to help with (handout, part 3)?",
        "if self.training and self.aux_classifier is not None:",
        "if not self.training and self.aux_classifier is not None:",
    ),
    Edit(
        "3-no-aux",
        "there are never auxiliary logits",
        "In training mode there are two outputs. Which one does part 6 miss (handout, part 3)?",
        "if self.training and self.aux_classifier is not None:",
        "if False:",
    ),
    Edit(
        "3-other-key",
        "the key of the auxiliary logits is not aux",
        "Which keys do torchvision's segmentation networks use (handout, part 3)? All should train in the same loop.",
        'outputs["aux"] =',
        'outputs["aux_out"] =',
    ),
    Edit(
        "3-aux-on-stage-4",
        "the auxiliary classifier reads the features of stage 4",
        "From which of the backbone's two maps does the auxiliary loss come (paper, figure 4)?",
        "self.aux_classifier(aux_features)",
        "self.aux_classifier(features)",
    ),
    Edit(
        "3-aux-head-on-features",
        "the auxiliary classifier is made for the features of stage 4, and reads them",
        "A nearer loss is to help the backbone. From which of its two maps does it come (paper, figure 4)?",
        """\
            self.aux_classifier = classifier(backbone.aux_channels, backbone.aux_channels // 4, num_classes, dropout)
""",
        """\
            self.aux_classifier = classifier(backbone.out_channels, backbone.aux_channels // 4, num_classes, dropout)
            backbone.register_forward_hook(lambda module, images, maps: (maps[0], maps[0]))
""",
    ),
    Edit(
        "3-maps-swapped",
        "the backbone's two maps are swapped",
        "In which order does the backbone return its two maps (handout, part 2)?",
        "features, aux_features = self.backbone(x)",
        "aux_features, features = self.backbone(x)",
    ),
    Edit(
        "3-aux-detached",
        "no gradient passes from the auxiliary classifier to the backbone",
        "The backbone is to learn from the auxiliary loss (paper, section 4). Can its gradients get through?",
        "self.aux_classifier(aux_features)",
        "self.aux_classifier(aux_features.detach())",
    ),
    Edit(
        "3-aux-weighted",
        "the auxiliary logits are multiplied by the weight of their loss",
        "Where is the auxiliary loss weighted: in the network, or in part 6?",
        'outputs["aux"] = self.aux_classifier(aux_features)',
        'outputs["aux"] = 0.4 * self.aux_classifier(aux_features)',
    ),
    Edit(
        "3-features-alone",
        "the classifier reads the features, bypassing the pyramid pooling",
        "What does the classifier read? Follow the arrows in figure 3 of the paper.",
        "self.classifier(self.ppm(features))",
        "self.classifier(features)",
    ),
    Edit(
        "3-softmax",
        "the output is softmaxed",
        "Cross-entropy applies the softmax itself. What should the network return (handout, part 3)?",
        'outputs = {"out": self.classifier(self.ppm(features))}',
        'outputs = {"out": self.classifier(self.ppm(features)).softmax(dim=1)}',
    ),
    Edit(
        "3-log-softmax",
        "the output is log-softmaxed",
        "Cross-entropy applies the log-softmax itself. What should the network return (handout, part 3)?",
        'outputs = {"out": self.classifier(self.ppm(features))}',
        'outputs = {"out": self.classifier(self.ppm(features)).log_softmax(dim=1)}',
    ),
    Edit(
        "3-softmax-at-the-end",
        "the upsampled main output is softmaxed",
        "Cross-entropy applies the softmax itself. What should the network return (handout, part 3)?",
        "for name, logits in outputs.items()\n        }\n",
        "for name, logits in outputs.items()\n        } | {"
        '"out": F.interpolate(outputs["out"], size, mode="bilinear", align_corners=True).softmax(dim=1)}\n',
    ),
    Edit(
        "3-softmax-of-both",
        "both upsampled outputs are softmaxed",
        "Cross-entropy applies the softmax itself. What should the network return (handout, part 3)?",
        "align_corners=True) for name",
        "align_corners=True).softmax(dim=1) for name",
    ),
    Edit(
        "3-log-softmax-at-the-end",
        "the upsampled main output is log-softmaxed",
        "Cross-entropy applies the log-softmax itself. What should the network return (handout, part 3)?",
        "for name, logits in outputs.items()\n        }\n",
        "for name, logits in outputs.items()\n        } | {"
        '"out": F.interpolate(outputs["out"], size, mode="bilinear", align_corners=True).log_softmax(dim=1)}\n',
    ),
    Edit(
        "3-log-softmax-of-both",
        "both upsampled outputs are log-softmaxed",
        "Cross-entropy applies the log-softmax itself. What should the network return (handout, part 3)?",
        "align_corners=True) for name",
        "align_corners=True).log_softmax(dim=1) for name",
    ),
    Edit(
        "3-sigmoid",
        "the output passes through a sigmoid",
        "A pixel has one class of K, and cross-entropy sees to that. What should the network return (handout, part 3)?",
        'outputs = {"out": self.classifier(self.ppm(features))}',
        'outputs = {"out": self.classifier(self.ppm(features)).sigmoid()}',
    ),
    Edit(
        "3-dropout-in-eval",
        "dropout is active in eval mode too",
        "Are two predictions in eval mode the same? Which of your layers still draws at random then?",
        "self.classifier(self.ppm(features))",
        "self.classifier[4](F.dropout2d(self.classifier[:3](self.ppm(features)), self.classifier[3].p))",
    ),
    Edit(
        "3-corners",
        "the logits are upsampled with align_corners=False",
        "Does cell 1 lie on pixel 8 afterwards? `align_corners` decides (handout, part 3).",
        'mode="bilinear", align_corners=True',
        'mode="bilinear", align_corners=False',
    ),
    Edit(
        "3-aux-corners",
        "the auxiliary logits are upsampled with align_corners=False",
        "Where do cells of stage 3 lie on the image? Both outputs are upsampled alike (handout, part 3).",
        'mode="bilinear", align_corners=True)',
        'mode="bilinear", align_corners=name == "out")',
    ),
    *(
        Edit(
            f"3-cells-counted-{name}",
            CELLS_COUNTED,
            STEPS,
            _UPSAMPLED,
            f"        import torch\n\n{enlarging(places)}{_ENLARGED}",
        )
        for name, places in PLACES.items()
    ),
    Edit(
        "3-nearest",
        "the logits are upsampled with nearest, not bilinearly",
        "Should the logits pass from one cell to the next smoothly, or in steps?",
        'mode="bilinear", align_corners=True',
        'mode="nearest"',
    ),
    Edit(
        "3-nearest-by-hand",
        "the logits are upsampled with nearest, not bilinearly",
        "Should the logits pass from one cell to the next smoothly, or in steps?",
        _UPSAMPLED,
        f"        import torch\n\n{enlarging('torch.linspace(0, cells - 1, pixels).round()')}{_ENLARGED}",
    ),
    Edit(
        "3-times-8",
        "the logits are upsampled by a factor of 8",
        "How many pixels are three cells times eight, and how many should there be (handout, part 3)?",
        "F.interpolate(logits, size,",
        "F.interpolate(logits, scale_factor=8,",
    ),
    Edit(
        "3-size-swapped",
        "the logits are upsampled to W×H instead of H×W",
        "Which comes first in a shape, height or width? Try an image of 17×25.",
        "        features, aux_features = self.backbone(x)\n",
        "        features, aux_features = self.backbone(x)\n        size = size[::-1]\n",
    ),
    Edit(
        "3-transposed",
        "height and width of the upsampled logits are swapped",
        "Which comes first in a shape, height or width? Try an image of 17×25.",
        "align_corners=True) for name",
        "align_corners=True).mT for name",
    ),
    Edit(
        "3-size-remembered",
        "the logits are upsampled to the size of the first image that the network saw",
        "Crops in training, whole frames in evaluation: from which image should the size be read, and when?",
        "size = x.shape[2:]",
        'self.size = size = getattr(self, "size", x.shape[2:])',
    ),
    Edit(
        "3-not-upsampled",
        "the logits are not upsampled",
        "The target has a class for every pixel. How do cells become pixels (handout, part 3)?",
        'name: F.interpolate(logits, size, mode="bilinear", align_corners=True) for name',
        "name: logits for name",
    ),
    Edit(
        "3-aux-not-upsampled",
        "the auxiliary logits are not upsampled",
        "The auxiliary loss compares with the same target. Which size must its logits have?",
        "align_corners=True) for name, logits in outputs.items()\n",
        'align_corners=True) if name == "out" else logits\n            for name, logits in outputs.items()\n',
    ),
    Edit(
        "3-upsampled-too-early",
        "the features are upsampled instead of the logits",
        "Should the classifier's 3×3 kernel see neighbouring cells, or neighbouring pixels?",
        "self.classifier(self.ppm(features))",
        'self.classifier(F.interpolate(self.ppm(features), size, mode="bilinear", align_corners=True))',
    ),
    Edit(
        "3-both-upsampled-too-early",
        "the features of both classifiers are upsampled instead of the logits",
        "Should a classifier's 3×3 kernel see neighbouring cells, or neighbouring pixels?",
        """        outputs = {"out": self.classifier(self.ppm(features))}
        if self.training and self.aux_classifier is not None:
            outputs["aux"] = self.aux_classifier(aux_features)
        return {
            name: F.interpolate(logits, size, mode="bilinear", align_corners=True) for name, logits in outputs.items()
        }
""",
        """        maps = {"out": self.ppm(features), "aux": aux_features}
        heads = {"out": self.classifier, "aux": self.aux_classifier if self.training else None}
        return {
            name: head(F.interpolate(maps[name], size, mode="bilinear", align_corners=True))
            for name, head in heads.items()
            if head is not None
        }
""",
    ),
    Edit(
        "3-argmax",
        "the network returns classes instead of logits",
        "Classes can be chosen from logits at any time. What could a loss learn from classes?",
        "align_corners=True) for name",
        "align_corners=True).argmax(dim=1) for name",
    ),
    Edit(
        "3-tensor",
        _LOGITS_ALONE,
        _BY_NAME,
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
    Edit(
        "3-tensor-in-training-too",
        _LOGITS_ALONE,
        _BY_NAME,
        """\
        return {
            name: F.interpolate(logits, size, mode="bilinear", align_corners=True) for name, logits in outputs.items()
        }
""",
        """\
        return F.interpolate(outputs["out"], size, mode="bilinear", align_corners=True)
""",
    ),
)

MISTAKES = (*_CLASSIFIER, *_MAKING, *_FORWARD)
