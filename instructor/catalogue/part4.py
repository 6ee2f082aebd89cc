"""Known mistakes of part 4, CamVid: labels, the data set, the augmentation, evaluation."""

from instructor.catalogue.edits import Edit

_LABELS = (
    Edit(
        "4-void-as-11",
        "void becomes class 11",
        "Void is not a class. Which value do the loss and the IoU skip (handout, part 4)?",
        "VOID if group is None",
        "11 if group is None",
    ),
    Edit(
        "4-void-as-0",
        "void becomes class 0, Building",
        "If void is class 0, what does the network learn about pixels that nobody labelled (handout, part 4)?",
        "VOID if group is None",
        "0 if group is None",
    ),
    Edit(
        "4-ids-from-1",
        "train ids run from 1 to 11",
        "With K classes, cross-entropy and the confusion matrix expect 0 to K-1. Where do train ids start?",
        "TRAIN_NAMES.index(group)",
        "TRAIN_NAMES.index(group) + 1",
    ),
    Edit(
        "4-32-ids",
        "labels are numbered by the 32 classes, not by the 11 groups",
        "32 classes were painted, but how many are scored? Each has a `group` in `classes.py` (handout, part 4).",
        """    for _, (r, g, b), group in CLASSES:
        train_ids[(red == r) & (green == g) & (blue == b)] = VOID if group is None else TRAIN_NAMES.index(group)""",
        """    for place, (_, (r, g, b), group) in enumerate(CLASSES):
        train_ids[(red == r) & (green == g) & (blue == b)] = VOID if group is None else place""",
    ),
    Edit(
        "4-32-ids-void-too",
        "labels are numbered by the 32 classes, not by the 11 groups",
        "32 classes were painted, but how many are scored? Each has a `group` in `classes.py` (handout, part 4).",
        """    for _, (r, g, b), group in CLASSES:
        train_ids[(red == r) & (green == g) & (blue == b)] = VOID if group is None else TRAIN_NAMES.index(group)""",
        """    for place, (_, (r, g, b), _) in enumerate(CLASSES):
        train_ids[(red == r) & (green == g) & (blue == b)] = place""",
    ),
    Edit(
        "4-alphabetical-ids",
        "the 11 classes are numbered alphabetically",
        "The train id of a group is its place in `TRAIN_NAMES`. Which group comes first there?",
        "TRAIN_NAMES.index(group)",
        "sorted(TRAIN_NAMES).index(group)",
    ),
    Edit(
        "4-segnet-ids",
        "the 11 classes are numbered in SegNet's order, Sky first",
        "Other repositories use another order. Which group comes first in `TRAIN_NAMES`?",
        "TRAIN_NAMES.index(group)",
        '"Sky Building Column_Pole Road Sidewalk Tree SignSymbol Fence Car Pedestrian Bicyclist".split().index(group)',
    ),
    Edit(
        "4-strict-subset",
        "trucks and text are void, as in the strict subset",
        "Which groups does the table give `Truck_Bus` and `Misc_Text` (handout, part 4)?",
        """    for _, (r, g, b), group in CLASSES:
        train_ids[(red == r) & (green == g) & (blue == b)] = VOID if group is None else TRAIN_NAMES.index(group)""",
        """    for name, (r, g, b), group in CLASSES:
        void = group is None or name in ("Truck_Bus", "Misc_Text")
        train_ids[(red == r) & (green == g) & (blue == b)] = VOID if void else TRAIN_NAMES.index(group)""",
    ),
    Edit(
        "4-no-groups",
        "only the 11 classes that give a group its name are labelled; the others are void",
        "Which group do lane markings belong to, and which does a child (handout, part 4)?",
        """    for _, (r, g, b), group in CLASSES:
        train_ids[(red == r) & (green == g) & (blue == b)] = VOID if group is None else TRAIN_NAMES.index(group)""",
        """    for name, (r, g, b), group in CLASSES:
        train_ids[(red == r) & (green == g) & (blue == b)] = TRAIN_NAMES.index(name) if name == group else VOID""",
    ),
    Edit(
        "4-void-refused",
        "the colours of void are refused as unknown",
        "Void is among CamVid's 32 colours. What becomes of a colour whose class has no group (handout, part 4)?",
        "    for _, (r, g, b), group in CLASSES:\n",
        "    for _, (r, g, b), group in CLASSES:\n        if group is None:\n            continue\n",
    ),
    Edit(
        "4-other-colours-refused",
        "only colours of the 11 classes that give a group its name are known; those of the others are errors",
        "Which colours does the table in `classes.py` have, and how many of them does yours (handout, part 4)?",
        "    for _, (r, g, b), group in CLASSES:\n",
        "    for name, (r, g, b), group in CLASSES:\n        if group not in (name, None):\n            continue\n",
    ),
    Edit(
        "4-labels-bgr",
        "red and blue of the label colours are swapped",
        "In which order are the channels of the label image, and in which those of the table?",
        "red, green, blue = colors",
        "blue, green, red = colors",
    ),
    Edit(
        "4-uint8-overflow",
        "colours are packed into one number in uint8, which overflows",
        "What is the largest number that uint8 can hold, and how large do yours become?",
        "(red == r) & (green == g) & (blue == b)",
        "(red * 256 + green) * 256 + blue == (r * 256 + g) * 256 + b",
    ),
    Edit(
        "4-uint8-as-index",
        "colours are packed into one number in uint8, which overflows",
        "What is the largest number that uint8 can hold, and how large do yours become?",
        "train_ids = torch.full(red.shape, -1)",
        "train_ids = torch.full((2**24,), -1)[red * 65536 + green * 256 + blue]",
    ),
    Edit(
        "4-uint8-shifted",
        "colours are packed into one number in uint8, which overflows",
        "What is the largest number that uint8 can hold, and how large do yours become?",
        "(red == r) & (green == g) & (blue == b)",
        "(red << 16 | green << 8 | blue).long() == (r << 16 | g << 8 | b)",
    ),
    Edit(
        "4-sum-of-channels",
        "colours are told apart by the sum of their channels",
        "Bridge and Car have the same sum. Can two colours become the same number in your code?",
        "(red == r) & (green == g) & (blue == b)",
        "colors.sum(dim=0) == r + g + b",
    ),
    Edit(
        "4-blue-ignored",
        "only red and green are compared",
        "Pedestrian and Fence differ only in blue. Which channels do you compare?",
        "(red == r) & (green == g) & (blue == b)",
        "(red == r) & (green == g)",
    ),
    Edit(
        "4-any-channel",
        "a pixel gets a class if any of its channels matches the colour",
        "A colour is three numbers. Must one of them match, or all?",
        "(red == r) & (green == g) & (blue == b)",
        "(red == r) | (green == g) | (blue == b)",
    ),
    Edit(
        "4-any-channel-but-for-void",
        "a pixel gets a class if any of its channels matches the colour",
        "A colour is three numbers. Must one of them match, or all?",
        """\
        train_ids[(red == r) & (green == g) & (blue == b)] = VOID if group is None else TRAIN_NAMES.index(group)
""",
        """\
        fits = (red == r) | (green == g) | (blue == b)
        train_ids[fits & (train_ids == -1)] = VOID
        if group is not None:
            train_ids[fits] = TRAIN_NAMES.index(group)
""",
    ),
    Edit(
        "4-unknown-as-void",
        "colours that are not CamVid's become void",
        "What does an unknown colour tell you about the labels? As void, nobody would see it (handout, part 4).",
        "torch.full(red.shape, -1)",
        "torch.full(red.shape, VOID)",
    ),
    Edit(
        "4-unknown-as-nearest",
        "colours that are not CamVid's get the class of the nearest colour",
        "Halfway between two colours may lie that of a third class. Can a blended label be guessed (handout, part 4)?",
        """        color = tuple(colors[:, unknown][:, 0].tolist())
        raise ValueError(f"{color} is not one of CamVid's 32 colours: were the labels resampled, or saved as JPEG?")
""",
        """        palette = torch.tensor([c.color for c in CLASSES])
        nearest = torch.cdist(colors[:, unknown].T.float(), palette.float()).argmin(dim=1)
        train_ids[unknown] = encode_labels(palette[nearest].T[..., None])[:, 0]
""",
    ),
    Edit(
        "4-colour-not-named",
        "the error about an unknown colour does not name the colour",
        "How would you look for the damaged file? What about the colour should the message say?",
        """raise ValueError(f"{color} is not one""",
        """raise ValueError(f"some colour is not one""",
    ),
    Edit(
        "4-colour-key-error",
        "an unknown colour raises a KeyError",
        "A dictionary raises its own error for a key that it lacks. Which one does the docstring name?",
        'raise ValueError(f"{color} is not one',
        'raise KeyError(f"{color} is not one',
    ),
    Edit(
        "4-beyond-the-table",
        "a colour above all of CamVid's, such as white, raises an IndexError",
        "Where does `searchsorted` put a number that is larger than all others, and what stands there?",
        "    unknown = train_ids == -1\n",
        """\
    table = torch.tensor(sorted((r * 256 + g) * 256 + b for _, (r, g, b), _ in CLASSES))
    packed = (red.long() * 256 + green) * 256 + blue
    unknown = table[torch.searchsorted(table, packed)] != packed
""",
    ),
    Edit(
        "4-uint8-ids",
        "train ids are uint8",
        "Train ids would fit into uint8, but which type does cross-entropy want (docstring of `encode_labels`)?",
        "    return train_ids\n",
        "    return train_ids.to(torch.uint8)\n",
    ),
    Edit(
        "4-sides-exchanged",
        "height and width of the train ids are swapped",
        "PIL's sizes are (width, height), shapes of tensors (height, width). Which order does the result need?",
        "torch.full(red.shape, -1)",
        "torch.full(red.shape[::-1], -1)",
    ),
)

_DATASET = (
    Edit(
        "4-missing-is-none",
        "a missing file is not noticed when the data set is made, and reading it fails with another error",
        "What does your code do if the file that it looks for is not there, and who notices (handout, part 4)?",
        """raise FileNotFoundError(f"{' or '.join(map(str, paths))} is missing")""",
        "return None",
    ),
    Edit(
        "4-missing-not-named",
        "the error about a missing file does not name the file",
        "Which of 701 frames is it? What should the message say (handout, part 4)?",
        """raise FileNotFoundError(f"{' or '.join(map(str, paths))} is missing")""",
        """raise FileNotFoundError("a file of the data set is missing")""",
    ),
    Edit(
        "4-missing-value-error",
        "a missing file raises a ValueError",
        "Python has a built-in error for a missing file. Which one does the docstring name?",
        "raise FileNotFoundError(f",
        "raise ValueError(f",
    ),
    Edit(
        "4-label-noticed-late",
        "a missing label is noticed only when its frame is read",
        "Better to know at the start than halfway through a night of training: when are all files looked for?",
        'find_file(labels, f"{name}_L.png")',
        'labels / f"{name}_L.png"',
    ),
    Edit(
        "4-noticed-late",
        "missing images and labels are noticed only when they are read",
        "Better to know at the start than halfway through a night of training: when are all files looked for?",
        """\
            (find_file(images, f"{name}.png", f"{name}.jpg"), find_file(labels, f"{name}_L.png")) for name in names
""",
        """\
            (
                images / (f"{name}.jpg" if (images / f"{name}.jpg").is_file() else f"{name}.png"),
                labels / f"{name}_L.png",
            )
            for name in names
""",
    ),
    Edit(
        "4-frames-skipped",
        "frames without a label are skipped silently",
        "Can scores be compared if the data set shrinks by itself? What should happen for a missing file?",
        'find_file(labels, f"{name}_L.png")) for name in names\n',
        'labels / f"{name}_L.png") for name in names if (labels / f"{name}_L.png").is_file()\n',
    ),
    Edit(
        "4-png-only",
        "images are found only as PNG",
        "An image may also be `NAME.jpg`. How many names does `find_file` take (handout, part 4)?",
        'f"{name}.png", f"{name}.jpg"',
        'f"{name}.png"',
    ),
    Edit(
        "4-sorted",
        "the frames are sorted by name",
        "What decides the order of the items, the names or the split file (handout, part 4)?",
        'read_split(find_file(Path(root), f"{split}.txt"))',
        'sorted(read_split(find_file(Path(root), f"{split}.txt")))',
    ),
    Edit(
        "4-shuffled",
        "the data set shuffles its frames",
        "Is shuffling the data set's business, or the data loader's (handout, part 4)?",
        """        images, labels = Path(root) / "images", Path(root) / "labels"
""",
        """        names = [names[place] for place in torch.randperm(len(names))]
        images, labels = Path(root) / "images", Path(root) / "labels"
""",
    ),
    Edit(
        "4-labels-sorted",
        "the labels are sorted by name, but the images follow the split file",
        "Do image i and label i come from the same frame? One name leads to both; two lists can differ.",
        """(find_file(images, f"{name}.png", f"{name}.jpg"), find_file(labels, f"{name}_L.png")) for name in names""",
        """(find_file(images, f"{name}.png", f"{name}.jpg"), find_file(labels, f"{other}_L.png"))
            for name, other in zip(names, sorted(names), strict=True)""",
    ),
    Edit(
        "4-whole-folder",
        "all images in the folder are read, whatever the split file lists",
        "Frames of all three splits share one folder. Which of them belong to this split (handout, part 4)?",
        'names = read_split(find_file(Path(root), f"{split}.txt"))',
        'names = sorted(path.stem for path in (Path(root) / "images").iterdir())',
    ),
    Edit(
        "4-always-train",
        "every split reads train.txt",
        "Which file does `split` ask for? Scores on frames that were learnt by heart say nothing.",
        'f"{split}.txt"',
        '"train.txt"',
    ),
    Edit(
        "4-val-and-test-exchanged",
        "val reads test.txt, and test reads val.txt",
        "Which file does each split read? Scores on the wrong one cannot be compared with anyone's.",
        'f"{split}.txt"',
        """f"{dict(val='test', test='val').get(split, split)}.txt\"""",
    ),
    Edit(
        "4-empty-line",
        "an empty line at the end of the split file counts as a frame",
        "A text file often ends with a line break. What is left after it if you cut at every break?",
        'read_split(find_file(Path(root), f"{split}.txt"))',
        'find_file(Path(root), f"{split}.txt").read_text().split("\\n")',
    ),
    Edit(
        "4-root-as-string",
        "a root given as a string does not work",
        "`/` joins a `Path` to a name, but does it join two strings? `root` may be either.",
        'images, labels = Path(root) / "images", Path(root) / "labels"',
        'images, labels = root / "images", root / "labels"',
    ),
    Edit(
        "4-image-bgr",
        "images are BGR: blue comes first",
        "Which colour comes first in PIL's images and ImageNet's statistics, and which in OpenCV's (handout, part 4)?",
        "image = tv_tensors.Image(read_rgb(image_path))",
        "image = tv_tensors.Image(tv_tensors.Image(read_rgb(image_path)).flip(0))",
    ),
    Edit(
        "4-image-of-pil",
        "the image is one of PIL's, not a tensor",
        "Two libraries have a type named Image. Which of them is the docstring of `__getitem__` about?",
        "image = tv_tensors.Image(read_rgb(image_path))",
        "image = read_rgb(image_path)",
    ),
    Edit(
        "4-channels-last",
        "images are (H, W, 3), not (3, H, W)",
        "PIL and NumPy put the channels last. Where does PyTorch expect them (handout, part 4)?",
        "image = tv_tensors.Image(read_rgb(image_path))",
        "image = tv_tensors.Image(tv_tensors.Image(read_rgb(image_path)).permute(1, 2, 0))",
    ),
    Edit(
        "4-image-float",
        "images are floats between 0 and 1 before any transform",
        "Which type does the docstring of `__getitem__` promise for an image?",
        "image = tv_tensors.Image(read_rgb(image_path))",
        "image = tv_tensors.Image(tv_tensors.Image(read_rgb(image_path)) / 255)",
    ),
    Edit(
        "4-image-untyped",
        "the image is a plain tensor",
        "The transforms of `v2` go by the type of a tensor. Which type marks it as a picture (handout, part 4)?",
        "image = tv_tensors.Image(read_rgb(image_path))",
        "image = v2.functional.pil_to_tensor(read_rgb(image_path))",
    ),
    Edit(
        "4-mask-untyped",
        "the mask is a plain tensor",
        "The transforms of `v2` go by the type of a tensor. Which type marks it as labels (handout, part 4)?",
        "mask = tv_tensors.Mask(encode_labels(colors))",
        "mask = encode_labels(colors)",
    ),
    Edit(
        "4-mask-transposed",
        "height and width of the mask are swapped",
        "PIL and NumPy have (H, W, 3), PyTorch has (3, H, W). What becomes of height and width on the way?",
        "mask = tv_tensors.Mask(encode_labels(colors))",
        "mask = tv_tensors.Mask(encode_labels(colors).mT)",
    ),
    Edit(
        "4-mask-as-image",
        "the mask is a tv_tensors.Image",
        "As a picture, train ids would be blended and normalised. Which type marks them as labels?",
        "mask = tv_tensors.Mask(encode_labels(colors))",
        "mask = tv_tensors.Image(encode_labels(colors))",
    ),
    Edit(
        "4-mask-with-channel",
        "the mask is (1, H, W), not (H, W)",
        "Does a target have channels? Think of the shape that cross-entropy takes for a batch of N masks.",
        "mask = tv_tensors.Mask(encode_labels(colors))",
        "mask = tv_tensors.Mask(encode_labels(colors)[None])",
    ),
    Edit(
        "4-transforms-ignored",
        "the transforms are not applied",
        "What makes the item if `transforms` is given (docstring of `__getitem__`)?",
        "return (image, mask) if self.transforms is None else self.transforms(image, mask)",
        "return image, mask",
    ),
    Edit(
        "4-transforms-once",
        "a frame is transformed only when it is first read, and stays the same afterwards",
        "Augmentation draws new numbers at every read. If anything is kept between reads, what may it be?",
        "        return (image, mask) if self.transforms is None else self.transforms(image, mask)",
        """\
        self.kept = getattr(self, "kept", {})
        if index not in self.kept:
            self.kept[index] = (image, mask) if self.transforms is None else self.transforms(image, mask)
        return self.kept[index]""",
    ),
    Edit(
        "4-no-dataset",
        "CamVid is not a subclass of torch.utils.data.Dataset",
        "A caller may ask a data set for its type. What does the first line of your class say?",
        "class CamVid(Dataset):",
        "class CamVid:",
    ),
    Edit(
        "4-transforms-image-only",
        "the transforms are applied only to the image",
        "Whatever happens to an image happens to its label too. What do you hand over (handout, part 4)?",
        "return (image, mask) if self.transforms is None else self.transforms(image, mask)",
        "return (image, mask) if self.transforms is None else (self.transforms(image), mask)",
    ),
    Edit(
        "4-transforms-twice",
        "the transforms are called twice, once for the image and once for the mask",
        "Do two calls draw the same random numbers? Image and label must fit afterwards (handout, part 4).",
        "return (image, mask) if self.transforms is None else self.transforms(image, mask)",
        "return (image, mask) if self.transforms is None else (self.transforms(image), self.transforms(mask))",
    ),
    Edit(
        "4-transforms-tuple",
        "the transforms get image and mask as one tuple",
        "How many arguments does `transforms` take (docstring of `CamVid`)?",
        "return (image, mask) if self.transforms is None else self.transforms(image, mask)",
        "return (image, mask) if self.transforms is None else self.transforms((image, mask))",
    ),
    Edit(
        "4-encoded-late",
        "the colours are encoded after the transforms",
        "What happens to colours that are scaled and rotated like a picture? Which step comes first (handout, part 4)?",
        """        mask = tv_tensors.Mask(encode_labels(colors))
        return (image, mask) if self.transforms is None else self.transforms(image, mask)""",
        """        if self.transforms is not None:
            image, colors = self.transforms(image, colors)
        return image, tv_tensors.Mask(encode_labels(colors))""",
    ),
)

_CROP = "v2.RandomCrop(crop_size, pad_if_needed=True, fill=OUTSIDE)"
_NORMALISE = "            v2.Normalize(IMAGENET_MEAN, IMAGENET_STD),\n        ]"
_ROTATE = "RandomRotation(10, interpolation=v2.InterpolationMode.BILINEAR, fill=OUTSIDE)"
_ROTATE_SOMETIMES = f"v2.RandomApply([v2.{_ROTATE}], p=0.5)"
_FLIP = "v2.RandomHorizontalFlip()"
_GEOMETRY = f"""\
            {_ROTATE_SOMETIMES},
            {_FLIP},
            {_CROP},
"""
_FLOAT = "            v2.ToDtype(torch.float32, scale=True),\n"

_AUGMENTATION = (
    Edit(
        "4-scale-missing",
        "frames are not scaled",
        "The paper scales every frame at random, to learn things at many sizes (section 5.1). What does yours do?",
        "            RandomScale(0.5, 2.0),\n",
        "",
    ),
    Edit(
        "4-scale-only-up",
        "frames are enlarged, but never reduced",
        "Between which two factors does the scale lie (paper, section 5.1)? Cars can be further away, too.",
        "RandomScale(0.5, 2.0)",
        "RandomScale(1.0, 2.0)",
    ),
    Edit(
        "4-scale-only-down",
        "frames are reduced, but never enlarged",
        "Between which two factors does the scale lie (paper, section 5.1)? Cars can be nearer, too.",
        "RandomScale(0.5, 2.0)",
        "RandomScale(0.5, 1.0)",
    ),
    Edit(
        "4-scale-drawn-once",
        "all frames of a data set are scaled by the same factor",
        "When is your factor drawn: once, as the transform is made, or for every frame (docstring of `RandomScale`)?",
        "self.smallest, self.largest = smallest, largest",
        "self.smallest = self.largest = torch.empty(()).uniform_(smallest, largest).item()",
    ),
    Edit(
        "4-scale-from-0.75",
        "frames are reduced, but never to half of their size",
        "What is the smallest factor in the paper (section 5.1), and what is yours?",
        "RandomScale(0.5, 2.0)",
        "RandomScale(0.75, 2.0)",
    ),
    Edit(
        "4-scale-to-1.5",
        "frames are enlarged, but never to twice their size",
        "What is the largest factor in the paper (section 5.1), and what is yours?",
        "RandomScale(0.5, 2.0)",
        "RandomScale(0.5, 1.5)",
    ),
    Edit(
        "4-scale-distorts",
        "height and width are scaled by two different factors",
        "What does a circle become if height and width have different factors (handout, part 4)?",
        """        factor = torch.empty(()).uniform_(self.smallest, self.largest).item()
        return {"size": [round(side * factor) for side in v2.query_size(flat_inputs)]}""",
        """        factors = torch.empty(2).uniform_(self.smallest, self.largest).tolist()
        sides = v2.query_size(flat_inputs)
        return {"size": [round(side * factor) for side, factor in zip(sides, factors, strict=True)]}""",
    ),
    Edit(
        "4-resized-crop",
        "the crop is a share of the frame's area, stretched to the crop's size, as RandomResizedCrop does",
        "Is `scale` of RandomResizedCrop a factor of the sides, or a share of the area? And what does its `ratio` do?",
        f"            RandomScale(0.5, 2.0),\n{_GEOMETRY}",
        f"            v2.{_ROTATE},\n            {_FLIP},\n"
        "            v2.RandomResizedCrop(crop_size, scale=(0.5, 2.0)),\n",
    ),
    Edit(
        "4-resized-crop-of-any-share",
        "the crop is a share of the frame's area, stretched to the crop's size, as RandomResizedCrop does",
        "Is `scale` of RandomResizedCrop a factor of the sides, or a share of the area? And what does its `ratio` do?",
        f"            RandomScale(0.5, 2.0),\n{_GEOMETRY}",
        f"            v2.{_ROTATE},\n            {_FLIP},\n            v2.RandomResizedCrop(crop_size),\n",
    ),
    Edit(
        "4-scale-apart",
        "image and mask are scaled by different factors",
        "How often is the factor drawn for one frame? In `RandomScale`, `make_params` draws what both must share.",
        '        return v2.functional.resize(inpt, params["size"])',
        """        factor = torch.empty(()).uniform_(self.smallest, self.largest).item()
        return v2.functional.resize(inpt, [round(side * factor) for side in inpt.shape[-2:]])""",
    ),
    Edit(
        "4-mask-scaled-again",
        "what the mask shows is scaled by another factor than what the image shows",
        "How often is the factor drawn for one frame? In `RandomScale`, `make_params` draws what both must share.",
        '        return v2.functional.resize(inpt, params["size"])',
        """        resized = v2.functional.resize(inpt, params["size"])
        factor = torch.empty(()).uniform_(0.5, 2).item() if isinstance(inpt, tv_tensors.Mask) else 1.0
        return v2.functional.affine(resized, 0.0, [0, 0], factor, [0.0, 0.0], fill=VOID)""",
    ),
    Edit(
        "4-types-lost",
        "the transforms for training do not treat the mask as a mask: from the scaling on, it is a plain tensor",
        "`v2` goes by the type of a tensor. Which type does your own transform return (handout, part 4)?",
        '        return v2.functional.resize(inpt, params["size"])',
        '        return v2.functional.resize(inpt, params["size"]).as_subclass(Tensor)',
    ),
    Edit(
        "4-blended-labels",
        "masks are resampled bilinearly",
        "Is there a class halfway between road (5) and bicyclist (10)? How are masks resampled (handout, part 4)?",
        '        return v2.functional.resize(inpt, params["size"])',
        """        resized = v2.functional.resize_image(inpt.as_subclass(Tensor)[None], params["size"])[0]
        return tv_tensors.wrap(resized, like=inpt)""",
    ),
    Edit(
        "4-rotation-missing",
        "frames are not rotated, or by less than a degree",
        "By how much does the paper turn frames (section 5.1)? If yours turn: by degrees or by radians?",
        f"            {_ROTATE_SOMETIMES},\n",
        "",
    ),
    Edit(
        "4-rotation-by-30",
        "frames are rotated by more than 10°",
        "How far does a camera on a car lean? Compare with the paper (section 5.1).",
        "RandomRotation(10,",
        "RandomRotation(30,",
    ),
    Edit(
        "4-rotation-by-5",
        "frames are rotated by less than 10°",
        "How many degrees lie between the two ends of the paper's range (section 5.1), and how many between yours?",
        "RandomRotation(10,",
        "RandomRotation(5,",
    ),
    Edit(
        "4-rotation-one-way",
        "frames are rotated in one direction only",
        "Up to 10° either way: can your angles have both signs (handout, part 4)?",
        "RandomRotation(10,",
        "RandomRotation((0, 10),",
    ),
    Edit(
        "4-rotation-image-only",
        "only the image is rotated",
        "What does the network learn at borders if the label does not turn with its image (handout, part 4)?",
        _ROTATE_SOMETIMES,
        f"lambda image, mask: (v2.{_ROTATE}(image), mask)",
    ),
    Edit(
        "4-rotation-apart",
        "image and mask are rotated by different angles",
        "How often is the angle drawn for one frame? Two calls draw twice (handout, part 4).",
        _ROTATE_SOMETIMES,
        f"lambda *pair: [v2.{_ROTATE}(one) for one in pair]",
    ),
    Edit(
        "4-rotation-without-fill",
        "the corners opened by a rotation are black in the image and class 0 in the mask",
        "A rotation looks beyond the frame. What lies there in the image, and what in the mask (handout, part 4)?",
        "BILINEAR, fill=OUTSIDE",
        "BILINEAR",
    ),
    Edit(
        "4-rotation-black-corners",
        "the corners opened by a rotation are black in the image",
        "Which colour lies outside the frame, and what does it become when normalised (handout, part 4)?",
        "BILINEAR, fill=OUTSIDE",
        "BILINEAR, fill={tv_tensors.Image: 0, tv_tensors.Mask: VOID}",
    ),
    Edit(
        "4-rotation-label-0",
        "the corners opened by a rotation are class 0 in the mask",
        "What does class 0 mean? Which label says that nobody knows what is there (handout, part 4)?",
        "BILINEAR, fill=OUTSIDE",
        "BILINEAR, fill={tv_tensors.Image: OUTSIDE[tv_tensors.Image], tv_tensors.Mask: 0}",
    ),
    Edit(
        "4-flip-missing",
        "frames are never mirrored",
        "A street in a mirror is still a street. Which step of the paper uses that (section 5.1)?",
        "            v2.RandomHorizontalFlip(),\n",
        "",
    ),
    Edit(
        "4-flip-always",
        "every frame is mirrored",
        "If every frame is flipped, what is gained? How many should be (handout, part 4)?",
        _FLIP,
        "v2.RandomHorizontalFlip(p=1.0)",
    ),
    Edit(
        "4-flip-rarely",
        "too few of the frames are mirrored",
        "Which share of the frames should be mirrored, and which is (handout, part 4)?",
        _FLIP,
        "v2.RandomHorizontalFlip(p=0.25)",
    ),
    Edit(
        "4-flip-often",
        "too many of the frames are mirrored",
        "Which share of the frames should be mirrored, and which is (handout, part 4)?",
        _FLIP,
        "v2.RandomHorizontalFlip(p=0.75)",
    ),
    Edit(
        "4-flip-both-ways",
        "frames are mirrored, but also turned upside down",
        "Is the sky ever below the road? Which of the two flips belongs to street scenes?",
        _FLIP,
        f"{_FLIP},\n            v2.RandomVerticalFlip()",
    ),
    Edit(
        "4-flip-apart",
        "image and mask are mirrored independently of each other",
        "How often is it decided, for one frame, whether to flip? Two calls draw twice (handout, part 4).",
        _FLIP,
        f"lambda *pair: [{_FLIP}(one) for one in pair]",
    ),
    Edit(
        "4-flip-mask-only",
        "only the mask is mirrored",
        "If the label is flipped and its image is not, which pixels are labelled correctly (handout, part 4)?",
        _FLIP,
        f"lambda image, mask: (image, {_FLIP}(mask))",
    ),
    Edit(
        "4-flip-vertical",
        "frames are turned upside down instead of mirrored left to right",
        "Is the sky ever below the road? Which sides does a horizontal flip exchange?",
        "v2.RandomHorizontalFlip()",
        "v2.RandomVerticalFlip()",
    ),
    Edit(
        "4-flip-image-only",
        "only the image is mirrored",
        "If the image is flipped and its label is not, which pixels are labelled correctly (handout, part 4)?",
        "v2.RandomHorizontalFlip()",
        "lambda image, mask: (v2.RandomHorizontalFlip()(image), mask)",
    ),
    Edit(
        "4-crop-apart",
        "image and mask are cropped at different places",
        "How often is the place drawn for one frame? Two calls draw twice (handout, part 4).",
        _CROP,
        f"lambda *pair: [{_CROP}(one) for one in pair]",
    ),
    Edit(
        "4-crop-centred",
        "the crop is always the centre of the frame",
        "Does the network ever see the edges of a frame? Where does a random crop lie (paper, section 5.1)?",
        _CROP,
        "v2.Pad(200, fill=OUTSIDE),\n            v2.CenterCrop(crop_size)",
    ),
    Edit(
        "4-crop-centred-unfilled",
        "the crop is always the centre of the frame, and what lies around the frame is black and class 0",
        "Where does a random crop lie (paper, section 5.1), and what fills it where a frame is too small?",
        _CROP,
        "v2.CenterCrop(crop_size)",
    ),
    Edit(
        "4-crop-in-the-corner",
        "the crop always comes from one place, such as the top left corner of the frame",
        "Does the network ever see the rest of a frame? Where does a random crop lie (paper, section 5.1)?",
        _CROP,
        f"""lambda *pair: {_CROP}(
                [v2.functional.crop(one, 0, 0, *map(min, one.shape[-2:], crop_size)) for one in pair]
            )""",
    ),
    Edit(
        "4-crop-resized",
        "the whole frame is squeezed to the size of the crop",
        "Does squeezing keep the shapes of things? What does a crop do instead (paper, section 5.1)?",
        _CROP,
        "v2.Resize(crop_size)",
    ),
    Edit(
        "4-crop-sides-exchanged",
        "height and width of the crop are swapped",
        "`crop_size` is (height, width). In which order does your crop use it?",
        "RandomCrop(crop_size,",
        "RandomCrop(crop_size[::-1],",
    ),
    Edit(
        "4-crop-not-padded",
        "frames smaller than the crop are not padded",
        "At half its size, a frame may be smaller than the crop. What fills the rest (handout, part 4)?",
        "RandomCrop(crop_size, pad_if_needed=True, fill=OUTSIDE)",
        "RandomCrop(crop_size)",
    ),
    Edit(
        "4-crop-without-fill",
        "padding is black in the image and class 0 in the mask",
        "What does class 0 mean? What lies outside the frame, in the image and in the mask (handout, part 4)?",
        "pad_if_needed=True, fill=OUTSIDE",
        "pad_if_needed=True",
    ),
    Edit(
        "4-crop-label-0",
        "the padding of the mask is class 0",
        "Class 0 is Building. Which label do pixels outside the frame have (handout, part 4)?",
        "pad_if_needed=True, fill=OUTSIDE",
        "pad_if_needed=True, fill={**OUTSIDE, tv_tensors.Mask: 0}",
    ),
    Edit(
        "4-crop-black",
        "the padding of the image is black",
        "What becomes of black when the mean is subtracted, and what of the mean colour (handout, part 4)?",
        "pad_if_needed=True, fill=OUTSIDE",
        "pad_if_needed=True, fill={**OUTSIDE, tv_tensors.Image: 0}",
    ),
    Edit(
        "4-outside-class-0",
        "what lies outside the frame is class 0 in the mask, in the corners that a rotation opens too",
        "Class 0 is Building. Which label do pixels outside the frame have (handout, part 4)?",
        _GEOMETRY,
        _GEOMETRY.replace("OUTSIDE", "{**OUTSIDE, tv_tensors.Mask: 0}"),
    ),
    Edit(
        "4-outside-black",
        "what lies outside the frame is black in the image, in the corners that a rotation opens too",
        "What becomes of black when the mean is subtracted, and what of the mean colour (handout, part 4)?",
        _GEOMETRY,
        _GEOMETRY.replace("OUTSIDE", "{**OUTSIDE, tv_tensors.Image: 0}"),
    ),
    Edit(
        "4-outside-white",
        "what lies outside the frame is white in the image, in the corners that a rotation opens too",
        "255 marks void in the mask. Which colour lies outside the frame in the image (handout, part 4)?",
        _GEOMETRY,
        _GEOMETRY.replace("OUTSIDE", "255"),
    ),
    Edit(
        "4-outside-unfilled",
        "what lies outside the frame is black in the image and class 0 in the mask, everywhere",
        "A rotation and a crop look beyond the frame. What lies there in image and mask (handout, part 4)?",
        _GEOMETRY,
        _GEOMETRY.replace(", fill=OUTSIDE", ""),
    ),
    Edit(
        "4-filled-late",
        "images are filled with 124, 116, 104 after normalisation",
        "Which value does the mean colour have after normalisation? Think about the order of the steps.",
        f"{_GEOMETRY}{_FLOAT}{_NORMALISE}",
        f"{_FLOAT}{_NORMALISE[:-9]}{_GEOMETRY}        ]",
    ),
    Edit(
        "4-filled-late-with-fractions",
        "images are filled with 0.485, 0.456, 0.406 after normalisation",
        "Which value does the mean colour have after normalisation? Think about the order of the steps.",
        f"{_GEOMETRY}{_FLOAT}{_NORMALISE}",
        f"{_FLOAT}{_NORMALISE[:-9]}{_GEOMETRY}        ]".replace(
            "OUTSIDE", "{tv_tensors.Image: list(IMAGENET_MEAN), tv_tensors.Mask: VOID}"
        ),
    ),
    Edit(
        "4-fill-times-255",
        "images with values between 0 and 1 are filled with 124, 116, 104",
        "What range do the values of your image have when it is filled, and which value is the mean colour there?",
        f"{_GEOMETRY}{_FLOAT}",
        f"{_FLOAT}{_GEOMETRY}",
    ),
    Edit(
        "4-train-not-normalised",
        "images for training are not normalised",
        "Pretrained weights expect a certain mean and standard deviation. Which step provides them (handout, part 4)?",
        _NORMALISE,
        "        ]",
    ),
    Edit(
        "4-normalised-twice",
        "images for training are normalised twice",
        "After the first time, mean and standard deviation are about 0 and 1. What does the second time do?",
        _NORMALISE,
        "            *[v2.Normalize(IMAGENET_MEAN, IMAGENET_STD)] * 2,\n        ]",
    ),
    Edit(
        "4-std-forgotten",
        "the mean is subtracted, but nothing is divided by the standard deviation",
        "Normalisation has two steps. Which one follows the subtraction (handout, part 4)?",
        _NORMALISE,
        "            v2.Normalize(IMAGENET_MEAN, (1, 1, 1)),\n        ]",
    ),
    Edit(
        "4-statistics-exchanged",
        "mean and standard deviation are exchanged in training",
        "Which of the two is subtracted, and which divides (handout, part 4)? In which order does yours take them?",
        _NORMALISE,
        "            v2.Normalize(IMAGENET_STD, IMAGENET_MEAN),\n        ]",
    ),
    Edit(
        "4-statistics-bgr",
        "ImageNet's statistics are applied with blue first",
        "In which order are the channels of your image, and in which the statistics?",
        _NORMALISE,
        "            v2.Normalize(IMAGENET_MEAN[::-1], IMAGENET_STD[::-1]),\n        ]",
    ),
    Edit(
        "4-statistics-times-255",
        "statistics for values up to 255 are applied to values between 0 and 1",
        "Some repositories multiply the statistics by 255, for values up to 255. What range do your values have?",
        _NORMALISE,
        "            v2.Normalize([255 * x for x in IMAGENET_MEAN], [255 * x for x in IMAGENET_STD]),\n        ]",
    ),
    Edit(
        "4-values-to-255",
        "statistics for values between 0 and 1 are applied to values up to 255",
        "Values in the hundreds after normalisation: does a change of type also change the range (handout, part 4)?",
        "            v2.ToDtype(torch.float32, scale=True),\n",
        "            v2.ToDtype(torch.float32),\n",
    ),
    Edit(
        "4-colours-jittered",
        "the colours of images for training are changed at random",
        "Which steps does the handout list for training (part 4)? Do all of yours leave colours as they are?",
        "            RandomScale(0.5, 2.0),\n",
        "            v2.ColorJitter(0.4, 0.4, 0.4, 0.1),\n            RandomScale(0.5, 2.0),\n",
    ),
    Edit(
        "4-float-masks",
        "masks become floats together with the images",
        "Classes are indices, not amounts. Which of the two should become floats?",
        "            v2.ToDtype(torch.float32, scale=True),\n",
        '            v2.ToDtype({tv_tensors.Image: torch.float32, "others": torch.float32}, scale=True),\n',
    ),
)

_EVALUATE = "[pad_to_stride, v2.ToDtype(torch.float32, scale=True), v2.Normalize(IMAGENET_MEAN, IMAGENET_STD)]"

_EVALUATION = (
    Edit(
        "4-not-normalised",
        "images for evaluation are not normalised",
        "The network learnt from normalised images. What should it see in evaluation (handout, part 4)?",
        _EVALUATE,
        "[pad_to_stride, v2.ToDtype(torch.float32, scale=True)]",
    ),
    Edit(
        "4-evaluation-statistics-exchanged",
        "mean and standard deviation are exchanged in evaluation",
        "Which of the two is subtracted, and which divides (handout, part 4)? In which order does yours take them?",
        "scale=True), v2.Normalize(IMAGENET_MEAN, IMAGENET_STD)])",
        "scale=True), v2.Normalize(IMAGENET_STD, IMAGENET_MEAN)])",
    ),
    Edit(
        "4-evaluation-values-to-255",
        "in evaluation, statistics for values between 0 and 1 are applied to values up to 255",
        "Values in the hundreds after normalisation: does a change of type also change the range (handout, part 4)?",
        _EVALUATE,
        "[pad_to_stride, v2.ToDtype(torch.float32), v2.Normalize(IMAGENET_MEAN, IMAGENET_STD)]",
    ),
    Edit(
        "4-not-padded",
        "frames for evaluation are not padded",
        "Which sides does PSPNet accept, and which do your frames have (handout, parts 3 and 4)?",
        _EVALUATE,
        "[v2.ToDtype(torch.float32, scale=True), v2.Normalize(IMAGENET_MEAN, IMAGENET_STD)]",
    ),
    Edit(
        "4-evaluation-padded-late",
        "frames for evaluation are padded with 124, 116, 104 after normalisation",
        "Which value does the mean colour have after normalisation? Think about the order of the steps.",
        _EVALUATE,
        "[v2.ToDtype(torch.float32, scale=True), v2.Normalize(IMAGENET_MEAN, IMAGENET_STD), pad_to_stride]",
    ),
    Edit(
        "4-evaluation-flips",
        "frames for evaluation are mirrored at random",
        "Should evaluating a frame twice give the same scores? What is random here (handout, part 4)?",
        _EVALUATE,
        _EVALUATE.replace("[pad", "[v2.RandomHorizontalFlip(), pad"),
    ),
    Edit(
        "4-evaluation-padded-late-with-fractions",
        "frames for evaluation are padded with 0.485, 0.456, 0.406 after normalisation",
        "Which value does the mean colour have after normalisation? Think about the order of the steps.",
        _EVALUATE,
        f"{_EVALUATE.replace('pad_to_stride, ', '')[:-1]}, lambda image, mask: v2.Pad([0, 0, (1 - mask.shape[1]) % 8, "
        "(1 - mask.shape[0]) % 8], fill={tv_tensors.Image: list(IMAGENET_MEAN), tv_tensors.Mask: VOID})(image, mask)]",
    ),
    Edit(
        "4-evaluation-cropped",
        "frames for evaluation are cropped at random",
        "Which pixels of a frame are scored, and are they the same each time (handout, part 4)?",
        _EVALUATE,
        _EVALUATE.replace("[pad", "[v2.RandomCrop((9, 17), pad_if_needed=True, fill=OUTSIDE), pad"),
    ),
    Edit(
        "4-evaluation-one-size",
        "all frames for evaluation get the same size, whatever theirs is",
        "Is every pixel of a frame scored, and none of them resampled (handout, part 4)?",
        _EVALUATE,
        _EVALUATE.replace("[pad", "[v2.CenterCrop((33, 33)), pad"),
    ),
    Edit(
        "4-pad-left-top",
        "frames are padded at the left and top",
        "Where must padding go so that pixel 0 stays pixel 0 (handout, part 4)?",
        "[0, 0, (1 - width) % 8, (1 - height) % 8]",
        "[(1 - width) % 8, (1 - height) % 8, 0, 0]",
    ),
    Edit(
        "4-pad-sides-exchanged",
        "the right is padded by what the height lacks, and the bottom by what the width lacks",
        "In which order does your padding take its sides, and which of them lengthen the width?",
        "[0, 0, (1 - width) % 8, (1 - height) % 8]",
        "[0, 0, (1 - height) % 8, (1 - width) % 8]",
    ),
    Edit(
        "4-pad-to-8n",
        "frames are padded to multiples of 8",
        "With 8n pixels, does cell i return to pixel 8i? What is missing (handout, part 3)?",
        "[0, 0, (1 - width) % 8, (1 - height) % 8]",
        "[0, 0, -width % 8, -height % 8]",
    ),
    Edit(
        "4-pad-multiples-left",
        "sides that are multiples of 8 are not padded",
        "960 is a multiple of 8. Is it 8n+1 as well (handout, part 3)?",
        "[0, 0, (1 - width) % 8, (1 - height) % 8]",
        "[0, 0, (1 - width) % 8 if width % 8 else 0, (1 - height) % 8 if height % 8 else 0]",
    ),
    Edit(
        "4-pad-too-far",
        "sides that are already 8n+1 are padded by 8 more",
        "What does your formula give for a side of 17, which needs no padding?",
        "[0, 0, (1 - width) % 8, (1 - height) % 8]",
        "[0, 0, 8 - (width - 1) % 8, 8 - (height - 1) % 8]",
    ),
    Edit(
        "4-resized-to-8n+1",
        "frames are resized to 8n+1 instead of padded",
        "Resizing resamples every pixel and label for the sake of a few. What would leave them as they are?",
        """    image = v2.functional.pad(image, left_top_right_bottom, fill=OUTSIDE[tv_tensors.Image])
    mask = v2.functional.pad(mask, left_top_right_bottom, fill=OUTSIDE[tv_tensors.Mask])
    return image, mask""",
        """    size = [height + left_top_right_bottom[3], width + left_top_right_bottom[2]]
    return v2.functional.resize(image, size), v2.functional.resize(mask, size)""",
    ),
    Edit(
        "4-cut-to-8n+1",
        "frames are cropped to 8n+1 instead of padded",
        "What is cut off is never scored. Should a frame shrink or grow (handout, part 4)?",
        """    image = v2.functional.pad(image, left_top_right_bottom, fill=OUTSIDE[tv_tensors.Image])
    mask = v2.functional.pad(mask, left_top_right_bottom, fill=OUTSIDE[tv_tensors.Mask])
    return image, mask""",
        """    size = [height - (height - 1) % 8, width - (width - 1) % 8]
    return v2.functional.crop(image, 0, 0, *size), v2.functional.crop(mask, 0, 0, *size)""",
    ),
    Edit(
        "4-pad-image-only",
        "the image is padded, but its mask is not",
        "Every pixel of the padded image needs a label. Which one do the new pixels have (handout, part 4)?",
        "    mask = v2.functional.pad(mask, left_top_right_bottom, fill=OUTSIDE[tv_tensors.Mask])\n",
        "",
    ),
    Edit(
        "4-pad-label-0",
        "the padding of the mask is class 0 in evaluation",
        "As which class would the padding be scored? Which label is never scored (handout, part 4)?",
        "fill=OUTSIDE[tv_tensors.Mask]",
        "fill=0",
    ),
    Edit(
        "4-pad-white",
        "the padding for evaluation is white",
        "255 is void in a mask. What is it in an image, and which colour lies outside the frame (handout, part 4)?",
        "fill=OUTSIDE[tv_tensors.Image]",
        "fill=255",
    ),
    Edit(
        "4-pad-black",
        "the padding for evaluation is black, or nearly so",
        "Which colour lies outside the frame? In an image with values up to 255, how bright is 0.485?",
        "fill=OUTSIDE[tv_tensors.Image]",
        "fill=0",
    ),
)

MISTAKES = (*_LABELS, *_DATASET, *_AUGMENTATION, *_EVALUATION)
