"""Known mistakes of part 4, CamVid."""

from instructor.mistakes.edits import Edit

MISTAKES = (
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
)
