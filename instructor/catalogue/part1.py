"""Known mistakes of part 1, pyramid pooling."""

from instructor.catalogue.by_hand import CELLS_COUNTED, PLACES, STEPS, enlarging
from instructor.catalogue.edits import Edit

_POOLING = (
    Edit(
        "1-max-pooling",
        "the branches take each cell's maximum, not its average",
        "What should a branch say about a cell: its largest value, or what it is like on average (handout, part 1)?",
        "nn.AdaptiveAvgPool2d(cells)",
        "nn.AdaptiveMaxPool2d(cells)",
    ),
    Edit(
        "1-bins-as-window",
        "each bin is used as the side of the pooling window",
        "Bin 2 means a grid of 2×2 cells, however large the map is. Is the number of cells fixed, or their size?",
        "nn.AdaptiveAvgPool2d(cells)",
        "nn.AvgPool2d(cells)",
    ),
    Edit(
        "1-bins-squared",
        "each branch pools to bin² by bin² cells",
        "Bin 3 means three cells along each side of the grid. How many cells does your branch of bin 3 have?",
        "nn.AdaptiveAvgPool2d(cells)",
        "nn.AdaptiveAvgPool2d(cells**2)",
    ),
    Edit(
        "1-fixed-windows",
        "every pooling window has H // b by W // b pixels",
        "Of 13 pixels, which one do two windows of 13 // 2 pixels leave out? Adaptive pooling copes (handout, part 1).",
        "        context = [F.interpolate(branch(x), size,",
        """\
        def pool(cells: int) -> Tensor:
            return F.avg_pool2d(x, (size[0] // cells, size[1] // cells))

        context = [F.interpolate(branch[1:](pool(branch[0].output_size)), size,""",
    ),
    Edit(
        "1-fixed-windows-of-a-pixel",
        "every pooling window has H // b by W // b pixels",
        "Of 13 pixels, which one do two windows of 13 // 2 pixels leave out? Adaptive pooling copes (handout, part 1).",
        "        context = [F.interpolate(branch(x), size,",
        """\
        def pool(cells: int) -> Tensor:
            return F.avg_pool2d(x, (max(1, size[0] // cells), max(1, size[1] // cells)))

        context = [F.interpolate(branch[1:](pool(branch[0].output_size)), size,""",
    ),
    Edit(
        "1-own-bins",
        "the grids are always 1, 2, 3 and 6, whatever bins says",
        "The paper's four grids are only the default of `bins`. Which grids did the caller ask for?",
        "for cells in bins",
        "for cells in (1, 2, 3, 6)",
    ),
    Edit(
        "1-last-bin",
        "every branch pools to the last bin",
        "Does each branch pool to its own bin? Print the size of what each one pools to.",
        "nn.AdaptiveAvgPool2d(cells)",
        "nn.AdaptiveAvgPool2d(bins[-1])",
    ),
    Edit(
        "1-sorted-bins",
        "the branches are sorted by their bins",
        "In which order does `bins` list them? What reads the output counts on that order.",
        "for cells in bins",
        "for cells in sorted(bins)",
    ),
    Edit(
        "1-reversed",
        "the branches are in reverse order",
        "Which bin belongs to the first branch after the input?",
        "[x, *context]",
        "[x, *context[::-1]]",
    ),
    Edit(
        "1-no-default",
        "bins has no default value",
        "What was the default of `bins` in the signature that you were given?",
        "bins: Sequence[int] = (1, 2, 3, 6)",
        "bins: Sequence[int]",
    ),
    Edit(
        "1-pooled-last",
        "pooling comes after convolution, batch norm and ReLU",
        "What comes first in figure 3c of the paper? The average of rectified values is not the rectified average.",
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
        "What does batch norm, which comes next, do with a constant that is added to every value?",
        "kernel_size=1, bias=False",
        "kernel_size=1",
    ),
    Edit(
        "1-padded",
        "the 1×1 convolutions pad their cells",
        "A 1×1 convolution of b×b cells gives b×b cells. How many does yours give?",
        "kernel_size=1, bias=False",
        "kernel_size=1, padding=1, bias=False",
    ),
    Edit(
        "1-three-by-three",
        "the convolutions in the branches are 3×3",
        "How many cells should a branch's convolution read at a time (paper, section 3.2)?",
        "kernel_size=1, bias=False",
        "kernel_size=3, padding=1, bias=False",
    ),
    Edit(
        "1-arguments-swapped",
        "the convolutions take branch_channels and return in_channels",
        "Which comes first in `nn.Conv2d`: the channels that come in, or those that go out?",
        "nn.Conv2d(in_channels, branch_channels,",
        "nn.Conv2d(branch_channels, in_channels,",
    ),
    Edit(
        "1-own-channels",
        "each branch has in_channels // len(bins) channels, whatever branch_channels says",
        "Who decides how many channels a branch has? The paper's 1/N is PSPNet's choice; a PPM is told.",
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
        "Is `branch_channels` the number of channels of each branch, or of all together (docstring of `PPM`)?",
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
        "Three layers come between pooling and upsampling. Which is missing (docstring of `PPM`)?",
        "                nn.BatchNorm2d(branch_channels),\n",
        "",
    ),
    Edit(
        "1-norm-not-applied",
        "batch norm is made, but not applied",
        "Which of your layers does `forward` call, and which are only there (docstring of `PPM`)?",
        "F.interpolate(branch(x), size",
        "F.interpolate(branch[3](branch[1](branch[0](x))), size",
    ),
    Edit(
        "1-no-relu",
        "the branches have no ReLU",
        "Can the values of your branches be negative? One more layer follows batch norm (handout, part 1).",
        "                nn.ReLU(inplace=True),\n",
        "",
    ),
    Edit(
        "1-relu-first",
        "ReLU comes before batch norm",
        "What comes directly after the convolution, batch norm or ReLU? The order is that of ResNet (handout, part 1).",
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
        "1-relu-last",
        "ReLU comes after the upsampling",
        "What lies between a negative and a positive cell, if ReLU comes before the interpolation, and what if after?",
        'F.interpolate(branch(x), size, mode="bilinear", align_corners=True) for',
        'F.interpolate(branch[:3](x), size, mode="bilinear", align_corners=True).relu() for',
    ),
    Edit(
        "1-leaky-relu",
        "negative values leak through: the branches have a leaky ReLU",
        "What becomes of a negative value in ReLU, and what in yours?",
        "nn.ReLU(inplace=True)",
        "nn.LeakyReLU()",
    ),
    Edit(
        "1-norm-first",
        "batch norm and ReLU come before the convolution",
        "In a pre-activation ResNet the convolution comes last. Where does it come here (handout, part 1)?",
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
        "batch norm is made for the channels of the input",
        "Batch norm follows the convolution. How many channels does the convolution return?",
        "nn.BatchNorm2d(branch_channels)",
        "nn.BatchNorm2d(in_channels)",
    ),
    Edit(
        "1-group-norm",
        "the branches use group norm instead of batch norm",
        "Which normalisation does the docstring of `PPM` name?",
        "nn.BatchNorm2d(branch_channels)",
        "nn.GroupNorm(1, branch_channels)",
    ),
    Edit(
        "1-instance-norm",
        "the branches use instance norm instead of batch norm",
        "Which normalisation does the docstring of `PPM` name?",
        "nn.BatchNorm2d(branch_channels)",
        "nn.InstanceNorm2d(branch_channels, affine=True)",
    ),
    Edit(
        "1-frozen-statistics",
        "batch norm keeps no running statistics",
        "In eval mode, should an image's result depend on the others in its batch? What else could batch norm use?",
        "nn.BatchNorm2d(branch_channels)",
        "nn.BatchNorm2d(branch_channels, track_running_stats=False)",
    ),
    Edit(
        "1-norm-without-weights",
        "batch norm has no scale and shift to learn",
        "Batch norm usually learns two numbers for each channel. Does yours?",
        "nn.BatchNorm2d(branch_channels)",
        "nn.BatchNorm2d(branch_channels, affine=False)",
    ),
    Edit(
        "1-momentum",
        "the momentum of batch norm is 0.9",
        "In PyTorch, is momentum the weight of the new value, or that of the old one?",
        "nn.BatchNorm2d(branch_channels)",
        "nn.BatchNorm2d(branch_channels, momentum=0.9)",
    ),
    Edit(
        "1-momentum-0",
        "the running statistics of batch norm stay as they were: its momentum is 0",
        "What do the running statistics hold after training if each batch counts with a weight of 0?",
        "nn.BatchNorm2d(branch_channels)",
        "nn.BatchNorm2d(branch_channels, momentum=0.0)",
    ),
    Edit(
        "1-dropout",
        "the branches have dropout",
        "Which layers does a branch have (docstring of `PPM`)? In PSPNet, only the classifiers have dropout.",
        "                nn.ReLU(inplace=True),\n",
        "                nn.ReLU(inplace=True),\n                nn.Dropout2d(0.1),\n",
    ),
    Edit(
        "1-shared-weights",
        "all branches share one convolution and one batch norm",
        "A module that is made once and used in many places is one module. Does each branch have its own weights?",
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
        "1-shared-convolution",
        "all branches share one convolution",
        "How many 1×1 convolutions does your module list? One that is made once is one, however often it is used.",
        """\
        self.branches = nn.ModuleList(
            nn.Sequential(
                nn.AdaptiveAvgPool2d(cells),
                nn.Conv2d(in_channels, branch_channels, kernel_size=1, bias=False),
""",
        """\
        reduce = nn.Conv2d(in_channels, branch_channels, kernel_size=1, bias=False)
        self.branches = nn.ModuleList(
            nn.Sequential(
                nn.AdaptiveAvgPool2d(cells),
                reduce,
""",
    ),
    Edit(
        "1-shared-norm",
        "all branches share one batch norm",
        "How many batch norms does your module list? One that is made once is one, however often it is used.",
        """\
        self.branches = nn.ModuleList(
            nn.Sequential(
                nn.AdaptiveAvgPool2d(cells),
                nn.Conv2d(in_channels, branch_channels, kernel_size=1, bias=False),
                nn.BatchNorm2d(branch_channels),
""",
        """\
        norm = nn.BatchNorm2d(branch_channels)
        self.branches = nn.ModuleList(
            nn.Sequential(
                nn.AdaptiveAvgPool2d(cells),
                nn.Conv2d(in_channels, branch_channels, kernel_size=1, bias=False),
                norm,
""",
    ),
    Edit(
        "1-one-branch",
        "one branch is used in place of all",
        "Each pass of the loop has its own branch. Does your code use that one?",
        "F.interpolate(branch(x), size",
        "F.interpolate(self.branches[0](x), size",
    ),
    Edit(
        "1-plain-list",
        "the branches are not registered, for example because they are in a plain list or dict",
        "Does `model.parameters()` list their weights? Does `.to(device)` move them?",
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
    *(
        Edit(
            f"1-cells-counted-{name}",
            CELLS_COUNTED,
            STEPS,
            '        context = [F.interpolate(branch(x), size, mode="bilinear", align_corners=True)',
            f"{enlarging(places)}        context = [enlarge(branch(x))",
        )
        for name, places in PLACES.items()
    ),
    Edit(
        "1-nearest",
        "the branches are upsampled with nearest, not bilinearly",
        "Should a grid of 2×2 cells become a smooth map, or four blocks? Look at the `mode` of the upsampling.",
        'mode="bilinear", align_corners=True',
        'mode="nearest"',
    ),
    Edit(
        "1-bicubic",
        "the branches are upsampled bicubically",
        "Bicubic curves overshoot: between positive cells they can fall below 0. Which mode does the docstring name?",
        'mode="bilinear", align_corners=True',
        'mode="bicubic", align_corners=True',
    ),
    Edit(
        "1-upsampled-first",
        "the branches are upsampled before convolution, batch norm and ReLU",
        "Do the layers work on the few cells of the grid, or on the enlarged map (paper, figure 3c)?",
        'F.interpolate(branch(x), size, mode="bilinear", align_corners=True)',
        'branch[1:](F.interpolate(branch[0](x), size, mode="bilinear", align_corners=True))',
    ),
    Edit(
        "1-integer-scale",
        "the branches are upsampled by a whole number, H // b",
        "What is 6 times 13 // 6, and what should it be? The map must fit the input (handout, part 1).",
        "F.interpolate(branch(x), size, mode",
        "F.interpolate(branch(x), scale_factor=[side // branch[0].output_size for side in size], mode",
    ),
    Edit(
        "1-size-swapped",
        "the branches are upsampled to W×H instead of H×W",
        "Which comes first in a shape, height or width? Try a map of 9×13 cells.",
        "size = x.shape[2:]",
        "size = (x.shape[3], x.shape[2])",
    ),
    Edit(
        "1-square",
        "the branches are upsampled to a square",
        "A single number as the size makes a square. Is every map as high as it is wide?",
        "size = x.shape[2:]",
        "size = x.shape[2]",
    ),
    Edit(
        "1-size-remembered",
        "the branches are upsampled to the size of the first map that the module saw",
        "Crops in training, whole frames afterwards: from which map should the size be read, and when?",
        "size = x.shape[2:]",
        'self.size = size = getattr(self, "size", x.shape[2:])',
    ),
    Edit(
        "1-fixed-size",
        "the branches are always upsampled to the same fixed size",
        "What if the next map has another size? Where could the module read it (handout, part 1)?",
        "size = x.shape[2:]",
        "size = (26, 26)",
    ),
)

_CONCATENATION = (
    Edit(
        "1-no-input",
        "the branches are concatenated without the input",
        "Figure 3c of the paper concatenates one more map with the branches. Which one?",
        "torch.cat([x, *context], dim=1)",
        "torch.cat(context, dim=1)",
    ),
    Edit(
        "1-input-last",
        "the input is concatenated after the branches",
        "Which comes first, the input or the branches (docstring of `forward`)?",
        "torch.cat([x, *context], dim=1)",
        "torch.cat([*context, x], dim=1)",
    ),
    Edit(
        "1-no-dim",
        "the maps are concatenated along the batch dimension",
        "Unless told otherwise, concatenation is along the first dimension, the images. Which one should it be here?",
        "torch.cat([x, *context], dim=1)",
        "torch.cat([x, *context])",
    ),
    Edit(
        "1-summed",
        "the branches are added together instead of concatenated",
        "Each branch keeps its own channels (figure 3c of the paper). How many should there be in all?",
        "torch.cat([x, *context], dim=1)",
        "torch.cat([x, sum(context)], dim=1)",
    ),
    Edit(
        "1-not-concatenated",
        "forward returns a list of maps, not a tensor",
        "What comes next expects a single map. Which shape does the docstring of `forward` promise?",
        "return torch.cat([x, *context], dim=1)",
        "return [x, *context]",
    ),
    Edit(
        "1-chained",
        "each branch reads the concatenation so far instead of the input",
        "All branches read the same input. Is your variable still the input in the second pass of the loop?",
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
        "Should the negative values of the input survive? To which maps does the ReLU belong (handout, part 1)?",
        "torch.cat([x, *context], dim=1)",
        "torch.cat([x, *context], dim=1).relu()",
    ),
    Edit(
        "1-relu-in-place",
        "a ReLU changes the input in place",
        "The caller still needs the input. Which of your operations write into it?",
        "        size = x.shape[2:]\n",
        "        x = F.relu(x, inplace=True)\n        size = x.shape[2:]\n",
    ),
    Edit(
        "1-branches-detached",
        "no gradient passes through the branches",
        "A tensor that is detached, or rebuilt from its numbers, has no history. What then can still learn?",
        "torch.cat([x, *context], dim=1)",
        "torch.cat([x, *(maps.detach() for maps in context)], dim=1)",
    ),
    Edit(
        "1-pooling-detached",
        "no gradient passes through the pooling",
        "Pooling has no weights, but the backbone before it does. Can gradients reach it through the branches?",
        "F.interpolate(branch(x), size,",
        "F.interpolate(branch(x.detach()), size,",
    ),
)

MISTAKES = (*_POOLING, *_LAYERS, *_UPSAMPLING, *_CONCATENATION)
