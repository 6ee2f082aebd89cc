"""Known mistakes of part 1, pyramid pooling."""

from instructor.catalogue.edits import Edit

_POOLING = (
    Edit(
        "1-max-pooling",
        "the branches take the maximum of each cell, not the average",
        "A branch says what its surroundings look like on average (handout, part 1); one bright pixel is no average.",
        "nn.AdaptiveAvgPool2d(cells)",
        "nn.AdaptiveMaxPool2d(cells)",
    ),
    Edit(
        "1-bins-as-window",
        "each number in bins is taken for the side of the pooling window",
        "Bin 2 means a grid of 2×2 cells, however large the map is: the number of cells is fixed, not their size.",
        "nn.AdaptiveAvgPool2d(cells)",
        "nn.AvgPool2d(cells)",
    ),
    Edit(
        "1-fixed-windows",
        "pooling uses windows of H // b by W // b pixels",
        "Into how many windows of 6 pixels do 13 pixels go? Cells of adaptive pooling may overlap (handout, part 1).",
        "        context = [F.interpolate(branch(x), size,",
        """\
        def pool(cells: int) -> Tensor:
            return F.avg_pool2d(x, (size[0] // cells, size[1] // cells))

        context = [F.interpolate(branch[1:](pool(branch[0].output_size)), size,""",
    ),
    Edit(
        "1-own-bins",
        "the grids are always 1, 2, 3 and 6, whatever bins says",
        "The paper's four grids are only the default of `bins`: make a branch for each number that is given.",
        "for cells in bins",
        "for cells in (1, 2, 3, 6)",
    ),
    Edit(
        "1-last-bin",
        "every branch pools to the last of the bins",
        "Each branch has a grid of its own. A function made in a loop looks its variables up only when it is called.",
        "nn.AdaptiveAvgPool2d(cells)",
        "nn.AdaptiveAvgPool2d(bins[-1])",
    ),
    Edit(
        "1-sorted-bins",
        "the branches are in ascending order of their bins",
        "Whatever reads the output counts on its channels: the branches stand in the order in which `bins` lists them.",
        "for cells in bins",
        "for cells in sorted(bins)",
    ),
    Edit(
        "1-reversed",
        "the branches are in the reverse order of bins",
        "The first number in `bins` is the first branch after the input.",
        "[x, *context]",
        "[x, *context[::-1]]",
    ),
    Edit(
        "1-no-default",
        "bins has no default",
        "The paper's grids are the default of `bins`: the signature is given, so leave it as it was.",
        "bins: Sequence[int] = (1, 2, 3, 6)",
        "bins: Sequence[int]",
    ),
    Edit(
        "1-pooled-last",
        "pooling comes after convolution, batch norm and ReLU",
        "Figure 3c of the paper pools first. The average of rectified values is not the rectified average.",
        """\
                nn.AdaptiveAvgPool2d(cells),
                nn.Conv2d(in_channels, branch_channels, kernel_size=1, bias=False),
                nn.BatchNorm2d(branch_channels),
                nn.ReLU(inplace=True),
""",
        """\
                nn.Conv2d(in_channels, branch_channels, kernel_size=1, bias=False),
                nn.BatchNorm2d(branch_channels),
                nn.ReLU(inplace=True),
                nn.AdaptiveAvgPool2d(cells),
""",
    ),
)

_LAYERS = (
    Edit(
        "1-bias",
        "the 1×1 convolutions have a bias",
        "Batch norm follows and subtracts the mean: a bias before it is a weight that does nothing.",
        "kernel_size=1, bias=False",
        "kernel_size=1",
    ),
    Edit(
        "1-three-by-three",
        "the convolutions of the branches are 3×3",
        "Section 3.2: the convolution of a branch only makes fewer channels; it reads one cell at a time.",
        "kernel_size=1, bias=False",
        "kernel_size=3, padding=1, bias=False",
    ),
    Edit(
        "1-arguments-swapped",
        "the convolutions turn branch_channels into in_channels",
        "A convolution is told first how many channels come in, then how many go out.",
        "nn.Conv2d(in_channels, branch_channels,",
        "nn.Conv2d(branch_channels, in_channels,",
    ),
    Edit(
        "1-own-channels",
        "each branch has in_channels // len(bins) channels, whatever branch_channels says",
        "The paper's rule, 1/N of the channels, is for whoever makes a PPM: the PPM is told what each branch gives.",
        """\
                nn.Conv2d(in_channels, branch_channels, kernel_size=1, bias=False),
                nn.BatchNorm2d(branch_channels),
""",
        """\
                nn.Conv2d(in_channels, in_channels // len(bins), kernel_size=1, bias=False),
                nn.BatchNorm2d(in_channels // len(bins)),
""",
    ),
    Edit(
        "1-channels-shared-out",
        "branch_channels is divided among the branches",
        "`branch_channels` is what each branch gives, not all of them together: the docstring of `PPM` counts them.",
        """\
                nn.Conv2d(in_channels, branch_channels, kernel_size=1, bias=False),
                nn.BatchNorm2d(branch_channels),
""",
        """\
                nn.Conv2d(in_channels, branch_channels // len(bins), kernel_size=1, bias=False),
                nn.BatchNorm2d(branch_channels // len(bins)),
""",
    ),
    Edit(
        "1-no-batch-norm",
        "the branches have no batch norm",
        "Four things happen between pooling and upsampling: the list in the docstring of `PPM` names them.",
        "                nn.BatchNorm2d(branch_channels),\n",
        "",
    ),
    Edit(
        "1-no-relu",
        "the branches have no ReLU",
        "Can your branches be negative? After batch norm comes one thing more (handout, part 1).",
        "                nn.ReLU(inplace=True),\n",
        "",
    ),
    Edit(
        "1-relu-first",
        "ReLU comes before batch norm",
        "As in ResNet, batch norm comes directly after the convolution; ReLU after it (handout, part 1).",
        """\
                nn.BatchNorm2d(branch_channels),
                nn.ReLU(inplace=True),
""",
        """\
                nn.ReLU(inplace=True),
                nn.BatchNorm2d(branch_channels),
""",
    ),
    Edit(
        "1-norm-first",
        "batch norm and ReLU come before the convolution",
        "That is the order of a pre-activation ResNet. Here the convolution is first; batch norm sees what it made.",
        """\
                nn.Conv2d(in_channels, branch_channels, kernel_size=1, bias=False),
                nn.BatchNorm2d(branch_channels),
                nn.ReLU(inplace=True),
""",
        """\
                nn.BatchNorm2d(in_channels),
                nn.ReLU(inplace=True),
                nn.Conv2d(in_channels, branch_channels, kernel_size=1, bias=False),
""",
    ),
    Edit(
        "1-norm-channels",
        "batch norm expects the channels of the input",
        "Batch norm follows the convolution: how many channels does that one give?",
        "nn.BatchNorm2d(branch_channels)",
        "nn.BatchNorm2d(in_channels)",
    ),
    Edit(
        "1-group-norm",
        "group norm stands in place of batch norm",
        "One image alone stops batch norm at bin 1 in training mode; the cure is a second image (handout, part 1).",
        "nn.BatchNorm2d(branch_channels)",
        "nn.GroupNorm(1, branch_channels)",
    ),
    Edit(
        "1-frozen-statistics",
        "batch norm keeps no running statistics",
        "In eval mode an image must not depend on others in its batch: batch norm then uses what it saw in training.",
        "nn.BatchNorm2d(branch_channels)",
        "nn.BatchNorm2d(branch_channels, track_running_stats=False)",
    ),
    Edit(
        "1-norm-without-weights",
        "batch norm has no weights of its own",
        "Batch norm learns a scale and a shift for every channel; only the convolution before it does without a bias.",
        "nn.BatchNorm2d(branch_channels)",
        "nn.BatchNorm2d(branch_channels, affine=False)",
    ),
    Edit(
        "1-momentum",
        "the momentum of batch norm is 0.9",
        "In PyTorch momentum is the share of the new value, elsewhere that of the old: what would 0.9 do here?",
        "nn.BatchNorm2d(branch_channels)",
        "nn.BatchNorm2d(branch_channels, momentum=0.9)",
    ),
    Edit(
        "1-dropout",
        "there is dropout in the branches",
        "Some repositories add dropout to the pooling module; in the paper's network, only the classifiers have it.",
        "                nn.ReLU(inplace=True),\n",
        "                nn.ReLU(inplace=True),\n                nn.Dropout2d(0.1),\n",
    ),
    Edit(
        "1-shared-weights",
        "all branches share one convolution and one batch norm",
        "Each branch learns weights of its own: a module that is made once, and put in many places, is one module.",
        """\
        self.branches = nn.ModuleList(
            nn.Sequential(
                nn.AdaptiveAvgPool2d(cells),
                nn.Conv2d(in_channels, branch_channels, kernel_size=1, bias=False),
                nn.BatchNorm2d(branch_channels),
                nn.ReLU(inplace=True),
            )
            for cells in bins
        )
""",
        """\
        reduce = nn.Sequential(
            nn.Conv2d(in_channels, branch_channels, kernel_size=1, bias=False),
            nn.BatchNorm2d(branch_channels),
            nn.ReLU(inplace=True),
        )
        self.branches = nn.ModuleList(nn.Sequential(nn.AdaptiveAvgPool2d(cells), reduce) for cells in bins)
""",
    ),
    Edit(
        "1-plain-list",
        "the branches sit in a plain Python list",
        "Modules in a plain list are not registered: no optimizer sees their weights, and `.to(device)` leaves them.",
        "self.branches = nn.ModuleList(",
        "self.branches = list(",
    ),
)

_UPSAMPLING = (
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
        "1-bicubic",
        "the branches are upsampled bicubically",
        "Bicubic curves overshoot: between cells above zero they can fall below it. The paper interpolates bilinearly.",
        'mode="bilinear", align_corners=True',
        'mode="bicubic", align_corners=True',
    ),
    Edit(
        "1-upsampled-first",
        "the branches are upsampled before convolution, batch norm and ReLU",
        "Figure 3c of the paper: the layers work on the few cells of the grid, and what they give is upsampled.",
        'F.interpolate(branch(x), size, mode="bilinear", align_corners=True)',
        'branch[1:](F.interpolate(branch[0](x), size, mode="bilinear", align_corners=True))',
    ),
    Edit(
        "1-integer-scale",
        "the branches are upsampled by the whole number H // b",
        "6 cells times 13 // 6 are 12 pixels, not 13: the map must fit the size of the input (handout, part 1).",
        "F.interpolate(branch(x), size, mode",
        "F.interpolate(branch(x), scale_factor=[side // branch[0].output_size for side in size], mode",
    ),
    Edit(
        "1-size-swapped",
        "the branches are upsampled to W×H instead of H×W",
        "The last two dimensions of a map are height, then width: a map of 9×13 cells shows which is which.",
        "size = x.shape[2:]",
        "size = (x.shape[3], x.shape[2])",
    ),
    Edit(
        "1-square",
        "the branches are upsampled to a square",
        "One number for the size means as high as wide; a road scene is not.",
        "size = x.shape[2:]",
        "size = x.shape[2]",
    ),
    Edit(
        "1-size-remembered",
        "the branches are upsampled to the size of the first map that the module has seen",
        "One module meets maps of many sizes, crops in training and whole frames afterwards: ask each map for its own.",
        "size = x.shape[2:]",
        'self.size = size = getattr(self, "size", x.shape[2:])',
    ),
    Edit(
        "1-fixed-size",
        "the branches are upsampled to a size that is written down",
        "A module that knows only one size works until the first map of another (handout, part 1).",
        "size = x.shape[2:]",
        "size = (26, 26)",
    ),
)

_CONCATENATION = (
    Edit(
        "1-no-input",
        "the branches are concatenated without the input",
        "Figure 3c of the paper: the pooled maps are added to the original one, which keeps the fine detail.",
        "torch.cat([x, *context], dim=1)",
        "torch.cat(context, dim=1)",
    ),
    Edit(
        "1-input-last",
        "the input is concatenated behind the branches",
        "Which comes first, the input or the branches? The docstring of `forward` says it.",
        "torch.cat([x, *context], dim=1)",
        "torch.cat([*context, x], dim=1)",
    ),
    Edit(
        "1-no-dim",
        "the maps are concatenated along the batch",
        "Unless told otherwise, concatenation is along the first dimension, which counts images: which is it here?",
        "torch.cat([x, *context], dim=1)",
        "torch.cat([x, *context])",
    ),
    Edit(
        "1-summed",
        "the branches are added up instead of concatenated",
        "Each branch keeps channels of its own (figure 3c of the paper): how many should there be in all?",
        "torch.cat([x, *context], dim=1)",
        "torch.cat([x, sum(context)], dim=1)",
    ),
    Edit(
        "1-not-concatenated",
        "forward returns a list of maps",
        "Whatever comes next expects one map: put the input and the branches side by side, channel after channel.",
        "return torch.cat([x, *context], dim=1)",
        "return [x, *context]",
    ),
    Edit(
        "1-chained",
        "each branch reads what is concatenated so far",
        "All branches read the same input: a variable that is overwritten in the loop is not the input any more.",
        """\
        context = [F.interpolate(branch(x), size, mode="bilinear", align_corners=True) for branch in self.branches]
        return torch.cat([x, *context], dim=1)
""",
        """\
        for branch in self.branches:
            x = torch.cat([x, F.interpolate(branch(x), size, mode="bilinear", align_corners=True)], dim=1)
        return x
""",
    ),
    Edit(
        "1-relu-over-all",
        "the input passes through a ReLU too",
        "ReLU belongs to the branches. The input comes out as it went in, with its negative values.",
        "torch.cat([x, *context], dim=1)",
        "torch.cat([x, *context], dim=1).relu()",
    ),
    Edit(
        "1-relu-in-place",
        "a ReLU works on the input in place",
        "Whoever passed the input still needs it: what works in place changes the tensor of the caller.",
        "        size = x.shape[2:]\n",
        "        x = F.relu(x, inplace=True)\n        size = x.shape[2:]\n",
    ),
    Edit(
        "1-branches-detached",
        "no gradient passes through the branches",
        "A detached tensor, or a copy made of its numbers, has forgotten where it came from: nothing before it learns.",
        "torch.cat([x, *context], dim=1)",
        "torch.cat([x, *(maps.detach() for maps in context)], dim=1)",
    ),
    Edit(
        "1-pooling-detached",
        "no gradient passes through the pooling",
        "Pooling has no weights, but what comes before it has: the backbone learns through the branches, too.",
        "F.interpolate(branch(x), size,",
        "F.interpolate(branch(x.detach()), size,",
    ),
)

MISTAKES = (*_POOLING, *_LAYERS, *_UPSAMPLING, *_CONCATENATION)
