"""Known mistakes of part 4, CamVid: labels, the data set, the augmentation, evaluation."""

from instructor.catalogue.edits import Edit

_LABELS = (
    Edit(
        "4-void-as-11",
        "void becomes class 11",
        "Void is no class: the loss and the IoU skip the value 255, which has a name, `VOID` (handout, part 4).",
        "VOID if group is None",
        "11 if group is None",
    ),
    Edit(
        "4-void-as-0",
        "void becomes class 0, which is Building",
        "Whoever counts void as class 0 teaches the network that what nobody labelled is a building (handout, part 4).",
        "VOID if group is None",
        "0 if group is None",
    ),
    Edit(
        "4-ids-from-1",
        "train ids run from 1 to 11",
        "Of K classes, cross-entropy and the confusion matrix want 0 to K-1: train ids begin at 0 (handout, part 4).",
        "TRAIN_NAMES.index(group)",
        "TRAIN_NAMES.index(group) + 1",
    ),
    Edit(
        "4-32-ids",
        "labels are numbered by the 32 classes instead of the 11 groups",
        "Annotators painted 32 classes, but 11 groups are scored: the table says which is whose (handout, part 4).",
        """    for _, (r, g, b), group in CLASSES:
        train_ids[(red == r) & (green == g) & (blue == b)] = VOID if group is None else TRAIN_NAMES.index(group)""",
        """    for place, (_, (r, g, b), group) in enumerate(CLASSES):
        train_ids[(red == r) & (green == g) & (blue == b)] = VOID if group is None else place""",
    ),
    Edit(
        "4-alphabetical-ids",
        "the 11 classes are numbered alphabetically",
        "The train id of a group is its place in `TRAIN_NAMES`, which is not sorted: class 0 is Building.",
        "TRAIN_NAMES.index(group)",
        "sorted(TRAIN_NAMES).index(group)",
    ),
    Edit(
        "4-segnet-ids",
        "the 11 classes are numbered in SegNet's order, Sky first",
        "Other repositories number the classes in another order; here `TRAIN_NAMES` decides, and class 0 is Building.",
        "TRAIN_NAMES.index(group)",
        '"Sky Building Column_Pole Road Sidewalk Tree SignSymbol Fence Car Pedestrian Bicyclist".split().index(group)',
    ),
    Edit(
        "4-strict-subset",
        "trucks and text are void, as in a strict subset of the grouping",
        "Published figures count trucks as cars and text as signs: follow the groups of the table (handout, part 4).",
        """    for _, (r, g, b), group in CLASSES:
        train_ids[(red == r) & (green == g) & (blue == b)] = VOID if group is None else TRAIN_NAMES.index(group)""",
        """    for name, (r, g, b), group in CLASSES:
        void = group is None or name in ("Truck_Bus", "Misc_Text")
        train_ids[(red == r) & (green == g) & (blue == b)] = VOID if void else TRAIN_NAMES.index(group)""",
    ),
    Edit(
        "4-no-groups",
        "only the 11 classes that give a group its name are labelled, the others are void",
        "A group has more than the class of its name: lane markings are Road, a child is Pedestrian (handout, part 4).",
        """    for _, (r, g, b), group in CLASSES:
        train_ids[(red == r) & (green == g) & (blue == b)] = VOID if group is None else TRAIN_NAMES.index(group)""",
        """    for name, (r, g, b), group in CLASSES:
        train_ids[(red == r) & (green == g) & (blue == b)] = TRAIN_NAMES.index(name) if name == group else VOID""",
    ),
    Edit(
        "4-labels-bgr",
        "red and blue of the label colours are exchanged",
        "Only OpenCV puts blue first: the label image and the table both go red, green, blue.",
        "red, green, blue = colors",
        "blue, green, red = colors",
    ),
    Edit(
        "4-uint8-overflow",
        "colours are packed into one number in uint8, which overflows",
        "uint8 ends at 255, and what is larger starts again at 0: compute in a type that holds three bytes.",
        "(red == r) & (green == g) & (blue == b)",
        "(red * 256 + green) * 256 + blue == (r * 256 + g) * 256 + b",
    ),
    Edit(
        "4-sum-of-channels",
        "colours are told apart by the sum of red, green and blue",
        "Bridge and Building have the same sum: no two colours may become the same number.",
        "(red == r) & (green == g) & (blue == b)",
        "colors.sum(dim=0) == r + g + b",
    ),
    Edit(
        "4-blue-ignored",
        "only red and green are compared",
        "Pedestrian and Fence differ in blue alone: a pixel has a colour only if all three channels agree.",
        "(red == r) & (green == g) & (blue == b)",
        "(red == r) & (green == g)",
    ),
    Edit(
        "4-any-channel",
        "a pixel gets a class if any of its channels agrees with the colour",
        "A colour is a triple: red, green and blue must agree, all of them, at the same pixel.",
        "(red == r) & (green == g) & (blue == b)",
        "(red == r) | (green == g) | (blue == b)",
    ),
    Edit(
        "4-unknown-as-void",
        "colours that are none of CamVid's become void",
        "An unknown colour says that the labels were damaged; as void it takes pixels away unseen (handout, part 4).",
        "torch.full(red.shape, -1)",
        "torch.full(red.shape, VOID)",
    ),
    Edit(
        "4-unknown-as-nearest",
        "colours that are none of CamVid's get the class of the nearest colour",
        "Half-way between two colours may lie a third class: a blended label cannot be guessed (handout, part 4).",
        """        color = tuple(colors[:, unknown][:, 0].tolist())
        raise ValueError(f"{color} is none of CamVid's 32 colours: were the labels resampled, or saved as JPEG?")
""",
        """        palette = torch.tensor([c.color for c in CLASSES])
        nearest = torch.cdist(colors[:, unknown].T.float(), palette.float()).argmin(dim=1)
        train_ids[unknown] = encode_labels(palette[nearest].T[..., None])[:, 0]
""",
    ),
    Edit(
        "4-colour-not-named",
        "the error about an unknown colour does not name it",
        "Which colour was it? With its red, green and blue in the message, one finds the damaged file.",
        """raise ValueError(f"{color} is none""",
        """raise ValueError(f"some colour is none""",
    ),
    Edit(
        "4-colour-key-error",
        "an unknown colour is a KeyError",
        "A dictionary that lacks a key complains in its own way: the docstring says which error a caller expects.",
        'raise ValueError(f"{color} is none',
        'raise KeyError(f"{color} is none',
    ),
    Edit(
        "4-uint8-ids",
        "train ids are uint8",
        "They would fit, but cross-entropy takes class indices as int64 only: the docstring says which type to return.",
        "    return train_ids\n",
        "    return train_ids.to(torch.uint8)\n",
    ),
    Edit(
        "4-sides-exchanged",
        "height and width of the train ids are exchanged",
        "PIL's sizes are (width, height), shapes of tensors (height, width): which order does the result need?",
        "torch.full(red.shape, -1)",
        "torch.full(red.shape[::-1], -1)",
    ),
)

_DATASET = (
    Edit(
        "4-missing-is-none",
        "a file that is missing is None instead of an error",
        "With None, trouble comes much later and names no file: `find_file` has an error to raise (handout, part 4).",
        """raise FileNotFoundError(f"{' or '.join(map(str, paths))} is missing")""",
        "return None",
    ),
    Edit(
        "4-missing-not-named",
        "the error about a missing file does not name it",
        "Of 701 frames, which one? The message of the error says what is missing (handout, part 4).",
        """raise FileNotFoundError(f"{' or '.join(map(str, paths))} is missing")""",
        """raise FileNotFoundError("a file of the data set is missing")""",
    ),
    Edit(
        "4-missing-value-error",
        "a missing file is a ValueError",
        "Callers look for the built-in error that means a missing file: the docstring names it.",
        "raise FileNotFoundError(f",
        "raise ValueError(f",
    ),
    Edit(
        "4-label-noticed-late",
        "a missing label is noticed only when its item is read",
        "An error in the middle of the night's training is a late one: look for all files when the data set is made.",
        'find_file(labels, f"{name}_L.png")',
        'labels / f"{name}_L.png"',
    ),
    Edit(
        "4-frames-skipped",
        "frames without a label are left out silently",
        "A data set that shrinks by itself gives scores that compare with none: missing files are errors.",
        'find_file(labels, f"{name}_L.png")) for name in names\n',
        'labels / f"{name}_L.png") for name in names if (labels / f"{name}_L.png").is_file()\n',
    ),
    Edit(
        "4-png-only",
        "images are looked for as PNG only",
        "An image is `NAME.png` or `NAME.jpg`: `find_file` takes several names (handout, part 4).",
        'f"{name}.png", f"{name}.jpg"',
        'f"{name}.png"',
    ),
    Edit(
        "4-sorted",
        "the frames are sorted by name",
        "The split file's order is the order of the items; neither sort nor shuffle it (handout, part 4).",
        'find_file(Path(root), f"{split}.txt").read_text().split()',
        'sorted(find_file(Path(root), f"{split}.txt").read_text().split())',
    ),
    Edit(
        "4-shuffled",
        "the data set shuffles its frames",
        "Shuffling is the data loader's business: here the split file decides, in evaluation too (handout, part 4).",
        """        images, labels = Path(root) / "images", Path(root) / "labels"
""",
        """        names = [names[place] for place in torch.randperm(len(names))]
        images, labels = Path(root) / "images", Path(root) / "labels"
""",
    ),
    Edit(
        "4-labels-sorted",
        "the labels are in sorted order, while the images follow the split file",
        "Image i and label i must come from the same frame: find both by one name rather than in two lists.",
        """(find_file(images, f"{name}.png", f"{name}.jpg"), find_file(labels, f"{name}_L.png")) for name in names""",
        """(find_file(images, f"{name}.png", f"{name}.jpg"), find_file(labels, f"{other}_L.png"))
            for name, other in zip(names, sorted(names), strict=True)""",
    ),
    Edit(
        "4-whole-folder",
        "all images of the folder are read, whatever the split file lists",
        "Frames of all three splits share one folder: the split file says which ones it is (handout, part 4).",
        'names = find_file(Path(root), f"{split}.txt").read_text().split()',
        'names = sorted(path.stem for path in (Path(root) / "images").iterdir())',
    ),
    Edit(
        "4-always-train",
        "every split reads train.txt",
        "Scores on frames that were learnt by heart say nothing: `split` is the name of the file to read.",
        'f"{split}.txt"',
        '"train.txt"',
    ),
    Edit(
        "4-empty-line",
        "the empty line at the end of the split file counts as a frame",
        "A text file ends with a line break: cut at every break, it has an empty name after the last one.",
        ".read_text().split()",
        '.read_text().split("\\n")',
    ),
    Edit(
        "4-root-as-string",
        "a root that is a string does not work",
        "`/` joins a `Path` to a name, but not a string: `root` may be either.",
        'images, labels = Path(root) / "images", Path(root) / "labels"',
        'images, labels = root / "images", root / "labels"',
    ),
    Edit(
        "4-image-bgr",
        "images are BGR, blue first",
        "ImageNet's weights and statistics, and PIL, are red first; only OpenCV is not (handout, part 4).",
        'image = tv_tensors.Image(Image.open(image_path).convert("RGB"))',
        'image = tv_tensors.Image(tv_tensors.Image(Image.open(image_path).convert("RGB")).flip(0))',
    ),
    Edit(
        "4-channels-last",
        "images are (H, W, 3)",
        "PIL and NumPy put the channels last, PyTorch first: (3, H, W) (handout, part 4).",
        'image = tv_tensors.Image(Image.open(image_path).convert("RGB"))',
        'image = tv_tensors.Image(tv_tensors.Image(Image.open(image_path).convert("RGB")).permute(1, 2, 0))',
    ),
    Edit(
        "4-image-float",
        "images are floats between 0 and 1 before any transform",
        "The data set gives uint8: the transforms turn it into floats once they have padded and cropped.",
        'image = tv_tensors.Image(Image.open(image_path).convert("RGB"))',
        'image = tv_tensors.Image(tv_tensors.Image(Image.open(image_path).convert("RGB")) / 255)',
    ),
    Edit(
        "4-image-untyped",
        "the image is a plain tensor",
        "Transforms of v2 tell a picture from labels by the tensor's type: which type says picture (handout, part 4)?",
        'image = tv_tensors.Image(Image.open(image_path).convert("RGB"))',
        'image = v2.functional.pil_to_tensor(Image.open(image_path).convert("RGB"))',
    ),
    Edit(
        "4-mask-untyped",
        "the mask is a plain tensor",
        "Transforms of v2 leave a plain tensor beside an image alone: the mask would neither flip nor crop with it.",
        "mask = tv_tensors.Mask(encode_labels(colors))",
        "mask = encode_labels(colors)",
    ),
    Edit(
        "4-mask-as-image",
        "the mask is a tv_tensors.Image",
        "As a picture, train ids are resampled bilinearly and normalised: which type says labels (handout, part 4)?",
        "mask = tv_tensors.Mask(encode_labels(colors))",
        "mask = tv_tensors.Image(encode_labels(colors))",
    ),
    Edit(
        "4-mask-with-channel",
        "the mask is (1, H, W)",
        "A target has no channels: of N masks (H, W), a batch makes (N, H, W), which is what cross-entropy takes.",
        "mask = tv_tensors.Mask(encode_labels(colors))",
        "mask = tv_tensors.Mask(encode_labels(colors)[None])",
    ),
    Edit(
        "4-transforms-ignored",
        "the transforms are not applied",
        "Without them there is no augmentation, and images of different sizes: `transforms` makes the item.",
        "return (image, mask) if self.transforms is None else self.transforms(image, mask)",
        "return image, mask",
    ),
    Edit(
        "4-transforms-once",
        "a frame is transformed when it is first read, and is the same ever after",
        "Augmentation draws anew whenever a frame is read: keep what the file holds, if at all, not what became of it.",
        "        return (image, mask) if self.transforms is None else self.transforms(image, mask)",
        """\
        self.kept = getattr(self, "kept", {})
        if index not in self.kept:
            self.kept[index] = (image, mask) if self.transforms is None else self.transforms(image, mask)
        return self.kept[index]""",
    ),
    Edit(
        "4-no-dataset",
        "CamVid is not derived from torch.utils.data.Dataset",
        "Whoever is given a data set may ask for its type: a class says in its first line what it is.",
        "class CamVid(Dataset):",
        "class CamVid:",
    ),
    Edit(
        "4-transforms-image-only",
        "the transforms are applied to the image only",
        "Whatever happens to an image happens to its label: both go into the transforms (handout, part 4).",
        "return (image, mask) if self.transforms is None else self.transforms(image, mask)",
        "return (image, mask) if self.transforms is None else (self.transforms(image), mask)",
    ),
    Edit(
        "4-transforms-twice",
        "the transforms are called twice, once for the image and once for the mask",
        "Two calls draw two sets of random numbers: image and label fit only if one call has both (handout, part 4).",
        "return (image, mask) if self.transforms is None else self.transforms(image, mask)",
        "return (image, mask) if self.transforms is None else (self.transforms(image), self.transforms(mask))",
    ),
    Edit(
        "4-transforms-tuple",
        "the transforms get image and mask as one tuple",
        "They are called with two arguments, as `pad_to_stride` is: image, then mask.",
        "return (image, mask) if self.transforms is None else self.transforms(image, mask)",
        "return (image, mask) if self.transforms is None else self.transforms((image, mask))",
    ),
    Edit(
        "4-encoded-late",
        "the colours are encoded after the transforms",
        "Scaled and rotated as a picture, colours blend into others: encode first, transform then (handout, part 4).",
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

_AUGMENTATION = (
    Edit(
        "4-scale-missing",
        "frames are not scaled",
        "The paper scales every frame by a random factor, so that things are learnt at many sizes (section 5.1).",
        "            RandomScale(0.5, 2.0),\n",
        "",
    ),
    Edit(
        "4-scale-only-up",
        "frames are only enlarged, never reduced",
        "The factor lies between 0.5 and 2 (paper, section 5.1): half of the cars are further away than these.",
        "RandomScale(0.5, 2.0)",
        "RandomScale(1.0, 2.0)",
    ),
    Edit(
        "4-scale-from-0.75",
        "frames are reduced to three quarters at most",
        "The factor lies between 0.5 and 2 (paper, section 5.1): at half the size, a car is as far away again.",
        "RandomScale(0.5, 2.0)",
        "RandomScale(0.75, 2.0)",
    ),
    Edit(
        "4-scale-to-1.5",
        "frames are enlarged by half at most",
        "The factor lies between 0.5 and 2 (paper, section 5.1): what you wrote ends earlier.",
        "RandomScale(0.5, 2.0)",
        "RandomScale(0.5, 1.5)",
    ),
    Edit(
        "4-scale-distorts",
        "height and width are scaled by two different factors",
        "One factor for both sides keeps the shapes of things: a circle stays a circle (handout, part 4).",
        """        factor = torch.empty(()).uniform_(self.smallest, self.largest).item()
        return {"size": [round(side * factor) for side in v2.query_size(flat_inputs)]}""",
        """        factors = torch.empty(2).uniform_(self.smallest, self.largest).tolist()
        sides = v2.query_size(flat_inputs)
        return {"size": [round(side * factor) for side, factor in zip(sides, factors, strict=True)]}""",
    ),
    Edit(
        "4-scale-apart",
        "image and mask are scaled by factors of their own",
        "Parameters that both must share are drawn once for both: that is what `make_params` is for.",
        '        return v2.functional.resize(inpt, params["size"])',
        """        factor = torch.empty(()).uniform_(self.smallest, self.largest).item()
        return v2.functional.resize(inpt, [round(side * factor) for side in inpt.shape[-2:]])""",
    ),
    Edit(
        "4-blended-labels",
        "masks are resampled bilinearly",
        "Half-way between road (5) and bicyclist (10) is no class 7.5: labels are never blended (handout, part 4).",
        '        return v2.functional.resize(inpt, params["size"])',
        """        resized = v2.functional.resize_image(inpt.as_subclass(Tensor)[None], params["size"])[0]
        return tv_tensors.wrap(resized, like=inpt)""",
    ),
    Edit(
        "4-rotation-missing",
        "frames are not rotated",
        "The paper's augmentation also turns frames by up to 10° either way (section 5.1).",
        f"            {_ROTATE_SOMETIMES},\n",
        "",
    ),
    Edit(
        "4-rotation-by-30",
        "frames are rotated by up to 30°",
        "No camera on a car leans that far: it is up to 10° either way (paper, section 5.1).",
        "RandomRotation(10,",
        "RandomRotation(30,",
    ),
    Edit(
        "4-rotation-by-5",
        "frames are rotated by 5° at most",
        "It is up to 10° either way (paper, section 5.1): 20° from one end of the range to the other.",
        "RandomRotation(10,",
        "RandomRotation(5,",
    ),
    Edit(
        "4-rotation-one-way",
        "frames are rotated in one direction only",
        "Up to 10° either way: a range has two ends, and one of them is negative (handout, part 4).",
        "RandomRotation(10,",
        "RandomRotation((0, 10),",
    ),
    Edit(
        "4-rotation-image-only",
        "only the image is rotated",
        "A label that does not turn with its image teaches wrong borders: hand over both at once (handout, part 4).",
        _ROTATE_SOMETIMES,
        f"lambda image, mask: (v2.{_ROTATE}(image), mask)",
    ),
    Edit(
        "4-rotation-without-fill",
        "the corners that a rotation opens are black, and class 0",
        "A rotation looks beyond the frame too, and there is void and the mean colour: `OUTSIDE` (handout, part 4).",
        "BILINEAR, fill=OUTSIDE",
        "BILINEAR",
    ),
    Edit(
        "4-rotation-black-corners",
        "the corners that a rotation opens are black in the image",
        "Outside the frame is ImageNet's mean colour, which is 0 once normalised; black is not (handout, part 4).",
        "BILINEAR, fill=OUTSIDE",
        "BILINEAR, fill={tv_tensors.Image: 0, tv_tensors.Mask: VOID}",
    ),
    Edit(
        "4-flip-missing",
        "frames are never mirrored",
        "A street seen in a mirror is a street as well: every second frame is flipped (paper, section 5.1).",
        "            v2.RandomHorizontalFlip(),\n",
        "",
    ),
    Edit(
        "4-flip-always",
        "every frame is mirrored",
        "If all frames are flipped, nothing is gained: it is every second one, at random (handout, part 4).",
        "v2.RandomHorizontalFlip()",
        "v2.RandomHorizontalFlip(p=1.0)",
    ),
    Edit(
        "4-flip-vertical",
        "frames are turned upside down instead of mirrored left to right",
        "The sky is never below the road: a horizontal flip exchanges left and right.",
        "v2.RandomHorizontalFlip()",
        "v2.RandomVerticalFlip()",
    ),
    Edit(
        "4-flip-image-only",
        "only the image is mirrored",
        "If the image is flipped and its label is not, left and right of the labels are wrong (handout, part 4).",
        "v2.RandomHorizontalFlip()",
        "lambda image, mask: (v2.RandomHorizontalFlip()(image), mask)",
    ),
    Edit(
        "4-crop-apart",
        "image and mask are cropped at different places",
        "Two calls draw two places: image and mask go through a transform in one call (handout, part 4).",
        _CROP,
        f"lambda *pair: [{_CROP}(one) for one in pair]",
    ),
    Edit(
        "4-crop-centred",
        "the crop is always the middle of the frame",
        "A random crop shows another part of the frame each time (paper, section 5.1).",
        _CROP,
        "v2.CenterCrop(crop_size)",
    ),
    Edit(
        "4-crop-in-the-corner",
        "the crop is always the top left corner of the frame",
        "A random crop shows another part of the frame each time (paper, section 5.1): two numbers are to be drawn.",
        _CROP,
        f"""lambda *pair: {_CROP}(
                [v2.functional.crop(one, 0, 0, *map(min, one.shape[-2:], crop_size)) for one in pair]
            )""",
    ),
    Edit(
        "4-crop-resized",
        "the whole frame is squeezed to the size of the crop",
        "Squeezing keeps all of the frame but not its shapes: a crop is a part of it, as it is (paper, section 5.1).",
        _CROP,
        "v2.Resize(crop_size)",
    ),
    Edit(
        "4-crop-sides-exchanged",
        "height and width of the crop are exchanged",
        "`crop_size` is (height, width), and so are sizes everywhere in torchvision.",
        "RandomCrop(crop_size,",
        "RandomCrop(crop_size[::-1],",
    ),
    Edit(
        "4-crop-not-padded",
        "frames smaller than the crop are not padded",
        "Scaled to half, a frame may be smaller than the crop: the rest lies outside the frame (handout, part 4).",
        "RandomCrop(crop_size, pad_if_needed=True, fill=OUTSIDE)",
        "RandomCrop(crop_size)",
    ),
    Edit(
        "4-crop-without-fill",
        "padding is black in the image and class 0 in the mask",
        "Class 0 is Building: the padding of a mask is void, and that of an image the mean colour (handout, part 4).",
        "pad_if_needed=True, fill=OUTSIDE",
        "pad_if_needed=True",
    ),
    Edit(
        "4-crop-label-0",
        "padding is class 0 in the mask",
        "Class 0 is Building: what lies outside the frame is void in the mask (handout, part 4).",
        "pad_if_needed=True, fill=OUTSIDE",
        "pad_if_needed=True, fill={**OUTSIDE, tv_tensors.Mask: 0}",
    ),
    Edit(
        "4-crop-black",
        "padding is black in the image",
        "Black is a strong value once the mean is subtracted; the mean colour becomes 0 (handout, part 4).",
        "pad_if_needed=True, fill=OUTSIDE",
        "pad_if_needed=True, fill={**OUTSIDE, tv_tensors.Image: 0}",
    ),
    Edit(
        "4-train-not-normalised",
        "images for training are not normalised",
        "ImageNet's weights expect ImageNet's mean and standard deviation, in training as in evaluation.",
        _NORMALISE,
        "        ]",
    ),
    Edit(
        "4-normalised-twice",
        "images for training are normalised twice",
        "The second time, mean and standard deviation are 0 and 1 already: normalise once.",
        _NORMALISE,
        "            *[v2.Normalize(IMAGENET_MEAN, IMAGENET_STD)] * 2,\n        ]",
    ),
    Edit(
        "4-std-forgotten",
        "the mean is subtracted, but nothing is divided by the standard deviation",
        "Normalisation has two steps: the values get mean 0, and then standard deviation 1 (handout, part 4).",
        _NORMALISE,
        "            v2.Normalize(IMAGENET_MEAN, (1, 1, 1)),\n        ]",
    ),
    Edit(
        "4-statistics-bgr",
        "ImageNet's statistics are applied blue first",
        "The statistics are those of red, green, blue, in this order, and so are the channels.",
        _NORMALISE,
        "            v2.Normalize(IMAGENET_MEAN[::-1], IMAGENET_STD[::-1]),\n        ]",
    ),
    Edit(
        "4-statistics-times-255",
        "statistics for values up to 255 are applied to values between 0 and 1",
        "Some repositories multiply the statistics by 255, and leave the images as they are: do one or the other.",
        _NORMALISE,
        "            v2.Normalize([255 * x for x in IMAGENET_MEAN], [255 * x for x in IMAGENET_STD]),\n        ]",
    ),
    Edit(
        "4-values-to-255",
        "statistics for values between 0 and 1 are applied to values up to 255",
        "Values in the hundreds once normalised: a change of type does not change the range (handout, part 4).",
        "            v2.ToDtype(torch.float32, scale=True),\n",
        "            v2.ToDtype(torch.float32),\n",
    ),
    Edit(
        "4-float-masks",
        "masks become floats together with the images",
        "Classes are indices, not amounts: masks stay int64, and only images become floats.",
        "            v2.ToDtype(torch.float32, scale=True),\n",
        '            v2.ToDtype({tv_tensors.Image: torch.float32, "others": torch.float32}, scale=True),\n',
    ),
)

_EVALUATE = "[pad_to_stride, v2.ToDtype(torch.float32, scale=True), v2.Normalize(IMAGENET_MEAN, IMAGENET_STD)]"

_EVALUATION = (
    Edit(
        "4-not-normalised",
        "images for evaluation are not normalised",
        "The network must see in evaluation what it learnt from: the same mean and standard deviation.",
        _EVALUATE,
        "[pad_to_stride, v2.ToDtype(torch.float32, scale=True)]",
    ),
    Edit(
        "4-not-padded",
        "frames for evaluation are not padded",
        "PSPNet takes sides of 8n+1 only, and CamVid's frames have none (handout, parts 3 and 4).",
        _EVALUATE,
        "[v2.ToDtype(torch.float32, scale=True), v2.Normalize(IMAGENET_MEAN, IMAGENET_STD)]",
    ),
    Edit(
        "4-evaluation-padded-late",
        "frames for evaluation are padded with 124, 116, 104 after they were normalised",
        "After normalisation the mean colour is another value than before: think about the order of the steps.",
        _EVALUATE,
        "[v2.ToDtype(torch.float32, scale=True), v2.Normalize(IMAGENET_MEAN, IMAGENET_STD), pad_to_stride]",
    ),
    Edit(
        "4-evaluation-flips",
        "frames for evaluation are mirrored at random",
        "Augmentation is for training: in evaluation nothing is random (handout, part 4).",
        _EVALUATE,
        _EVALUATE.replace("[pad", "[v2.RandomHorizontalFlip(), pad"),
    ),
    Edit(
        "4-pad-left-top",
        "frames are padded at the left and top",
        "Pixel 0 must stay pixel 0, or scores and pictures shift: pad where the frame ends (handout, part 4).",
        "[0, 0, (1 - width) % 8, (1 - height) % 8]",
        "[(1 - width) % 8, (1 - height) % 8, 0, 0]",
    ),
    Edit(
        "4-pad-sides-exchanged",
        "the right is padded by what the height lacks, and the bottom by what the width lacks",
        "A padding lists left and right before top and bottom, or their order: which side lengthens the width?",
        "[0, 0, (1 - width) % 8, (1 - height) % 8]",
        "[0, 0, (1 - height) % 8, (1 - width) % 8]",
    ),
    Edit(
        "4-pad-to-8n",
        "frames are padded to multiples of 8",
        "With 8n pixels, cell i is not put back on pixel 8i; with one pixel more it is (handout, part 3).",
        "[0, 0, (1 - width) % 8, (1 - height) % 8]",
        "[0, 0, -width % 8, -height % 8]",
    ),
    Edit(
        "4-pad-multiples-left",
        "sides that are multiples of 8 are left as they are",
        "960 is a multiple of 8, but it is not 8n+1: it lacks one pixel (handout, part 3).",
        "[0, 0, (1 - width) % 8, (1 - height) % 8]",
        "[0, 0, (1 - width) % 8 if width % 8 else 0, (1 - height) % 8 if height % 8 else 0]",
    ),
    Edit(
        "4-pad-too-far",
        "sides that are 8n+1 already are padded by 8 more",
        "Nothing is missing from 17 to 17: what does your formula give for a side that fits already?",
        "[0, 0, (1 - width) % 8, (1 - height) % 8]",
        "[0, 0, 8 - (width - 1) % 8, 8 - (height - 1) % 8]",
    ),
    Edit(
        "4-resized-to-8n+1",
        "frames are resized to 8n+1 instead of padded",
        "Resizing resamples every pixel and label for the sake of one row: padding leaves them as they are.",
        """    image = v2.functional.pad(image, left_top_right_bottom, fill=OUTSIDE[tv_tensors.Image])
    mask = v2.functional.pad(mask, left_top_right_bottom, fill=OUTSIDE[tv_tensors.Mask])
    return image, mask""",
        """    size = [height + left_top_right_bottom[3], width + left_top_right_bottom[2]]
    return v2.functional.resize(image, size), v2.functional.resize(mask, size)""",
    ),
    Edit(
        "4-cut-to-8n+1",
        "frames are cut to 8n+1 instead of padded",
        "What is cut off is never scored: frames grow to the next 8n+1, they do not shrink (handout, part 4).",
        """    image = v2.functional.pad(image, left_top_right_bottom, fill=OUTSIDE[tv_tensors.Image])
    mask = v2.functional.pad(mask, left_top_right_bottom, fill=OUTSIDE[tv_tensors.Mask])
    return image, mask""",
        """    size = [height - (height - 1) % 8, width - (width - 1) % 8]
    return v2.functional.crop(image, 0, 0, *size), v2.functional.crop(mask, 0, 0, *size)""",
    ),
    Edit(
        "4-pad-image-only",
        "the image is padded, its mask is not",
        "Every pixel of the padded image needs a label, be it void: both grow by the same (handout, part 4).",
        "    mask = v2.functional.pad(mask, left_top_right_bottom, fill=OUTSIDE[tv_tensors.Mask])\n",
        "",
    ),
    Edit(
        "4-pad-label-0",
        "the padding for evaluation is class 0 in the mask",
        "As class 0 the padding would be scored as Building: it is void (handout, part 4).",
        "fill=OUTSIDE[tv_tensors.Mask]",
        "fill=0",
    ),
    Edit(
        "4-pad-with-fractions",
        "the padding for evaluation is the mean between 0 and 1, in an image that goes up to 255",
        "0.485 of what? In uint8 it is all but black: the image is not between 0 and 1 yet (handout, part 4).",
        "fill=OUTSIDE[tv_tensors.Image]",
        "fill=list(IMAGENET_MEAN)",
    ),
)

MISTAKES = (*_LABELS, *_DATASET, *_AUGMENTATION, *_EVALUATION)
