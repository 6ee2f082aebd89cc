"""Known mistakes of part 4 as they look in other code: edits of alternatives, none of which the answer book knows."""

from typing import NamedTuple

NUMPY, CLASSES = "part4_camvid/numpy_generator", "part4_camvid/class_per_step"
PIL, TABLE, WINDOW = "part4_camvid/pil_images", "part4_camvid/lookup_table", "part4_camvid/window_then_resize"


class Elsewhere(NamedTuple):
    """A known mistake in an alternative.

    Attributes:
        base: the alternative.
        name: of the mistake in the catalogue.
        right: text that stands exactly once in the alternative.
        mistaken: what stands there instead.
    """

    base: str
    name: str
    right: str
    mistaken: str


_IN_NUMPY = (
    ("4-void-as-11", "VOID if entry.group is None", "11 if entry.group is None"),
    ("4-no-groups", "entry.group is None", "entry.group != entry.name"),
    ("4-other-colours-refused", "for entry in CLASSES}", "for entry in CLASSES if entry.group in (None, entry.name)}"),
    (
        "4-val-and-test-exchanged",
        '(split + ".txt")',
        '({"val": "test", "test": "val"}.get(split, split) + ".txt")',
    ),
    (
        "4-sorted",
        '[line.strip() for line in (self.root / (split + ".txt")).open() if line.strip()]',
        'sorted((self.root / (split + ".txt")).read_text().split())',
    ),
    (
        "4-image-bgr",
        "torch.from_numpy(image).permute(2, 0, 1)",
        "torch.from_numpy(image[..., ::-1].copy()).permute(2, 0, 1)",
    ),
    ("4-label-noticed-late", "for path in self.label_paths:", "for path in []:"),
    ("4-flip-missing", "        image, mask = flip(image, mask)\n", ""),
    ("4-flip-vertical", "image.flip(-1), mask.flip(-1)", "image.flip(-2), mask.flip(-2)"),
    ("4-flip-image-only", "image.flip(-1), mask.flip(-1)", "image.flip(-1), mask"),
    ("4-flip-rarely", "if RNG.random() < 0.5:", "if RNG.random() < 0.35:"),
    ("4-flip-often", "if RNG.random() < 0.5:", "if RNG.random() < 0.65:"),
    ("4-scale-missing", "        image, mask = scale(image, mask)\n", ""),
    ("4-scale-from-0.75", "RNG.uniform(0.5, 2.0)", "RNG.uniform(0.7, 2.0)"),
    ("4-scale-to-1.5", "RNG.uniform(0.5, 2.0)", "RNG.uniform(0.5, 1.9)"),
    ("4-scale-distorts", "(round(side * factor) for", "(round(side * RNG.uniform(0.5, 2)) for"),
    (
        "4-blended-labels",
        "return image, mask[rows][:, columns]",
        "return image, F.interpolate(mask[None, None].float(), size=(height, width), "
        'mode="bilinear")[0, 0].round().long()',
    ),
    ("4-rotation-missing", "        image, mask = rotate(image, mask)\n", ""),
    ("4-rotation-by-5", "RNG.uniform(-10, 10)", "RNG.uniform(-9, 9)"),
    ("4-rotation-by-30", "RNG.uniform(-10, 10)", "RNG.uniform(-20, 20)"),
    ("4-rotation-one-way", "RNG.uniform(-10, 10)", "RNG.uniform(0, 10)"),
    ("4-rotation-image-only", "TF.rotate_mask(mask, angle, fill=VOID)", "mask"),
    ("4-rotation-apart", "TF.rotate_mask(mask, angle,", "TF.rotate_mask(mask, RNG.uniform(-10, 10),"),
    ("4-rotation-black-corners", "BILINEAR, fill=(MEAN * 255).tolist())", "BILINEAR)"),
    (
        "4-crop-in-the-corner",
        "top, left = (int(RNG.integers(0, side - wanted + 1)) for side, wanted in zip(full, size, strict=True))",
        "top, left = 0, 0",
    ),
    (
        "4-crop-centred",
        "top, left = (int(RNG.integers(0, side - wanted + 1)) for",
        "top, left = ((side - wanted) // 2 for",
    ),
    ("4-crop-sides-exchanged", "crop(image, mask, crop_size)", "crop(image, mask, crop_size[::-1])"),
    ("4-crop-label-0", "torch.full(full, VOID, dtype", "torch.full(full, 0, dtype"),
    ("4-crop-black", "torch.from_numpy(MEAN * 255)[:, None, None].repeat(1, *full)", "torch.zeros(3, *full)"),
    (
        "4-crop-apart",
        "return canvas[(slice(None), *window)], ids[window]",
        """shifted = [int(RNG.integers(0, side - wanted + 1)) for side, wanted in zip(full, size, strict=True)]
    other = slice(shifted[0], shifted[0] + size[0]), slice(shifted[1], shifted[1] + size[1])
    return canvas[(slice(None), *window)], ids[other]""",
    ),
    ("4-train-not-normalised", "tv_tensors.Image(normalise(image)), tv", "tv_tensors.Image(image / 255), tv"),
    (
        "4-float-masks",
        "normalise(image)), tv_tensors.Mask(mask)\n\n    return aug",
        "normalise(image)), mask.float()\n\n    return aug",
    ),
    ("4-not-padded", "-(height - 1) % 8, -(width - 1) % 8", "0, 0"),
    ("4-pad-to-8n", "-(height - 1) % 8, -(width - 1) % 8", "-height % 8, -width % 8"),
    ("4-pad-label-0", "bottom), value=VOID)", "bottom))"),
    (
        "4-evaluation-flips",
        "        height, width = mask.shape\n        bottom",
        "        image, mask = flip(image, mask)\n        height, width = mask.shape\n        bottom",
    ),
)

_IN_CLASSES = (
    ("4-flip-missing", ", Flip())", ")"),
    ("4-flip-vertical", "(TF.hflip(image), TF.hflip(mask))", "(TF.vflip(image), TF.vflip(mask))"),
    ("4-flip-mask-only", "(TF.hflip(image), TF.hflip(mask))", "(image, TF.hflip(mask))"),
    ("4-flip-always", "chance = 0.5", "chance = 1"),
    ("4-scale-missing", "Steps(Scale(), ", "Steps("),
    ("4-scale-only-up", "random.uniform(0.5, 2)", "random.uniform(1, 2)"),
    (
        "4-mask-scaled-again",
        "size = [round(factor * side) for side in mask.shape]\n"
        "        return TF.resize(image, size), TF.resize(mask, size)",
        "size = [round(factor * side) for side in mask.shape]\n"
        "        mask = TF.affine(mask, 0.0, [0, 0], random.uniform(0.5, 2), [0.0, 0.0], "
        "fill=VOID)\n"
        "        return TF.resize(image, size), TF.resize(mask, size)",
    ),
    ("4-rotation-missing", "Rotate(), ", ""),
    ("4-rotation-by-30", "most = 10.0", "most = 45.0"),
    ("4-rotation-by-5", "most = 10.0", "most = 7.0"),
    ("4-rotation-one-way", "random.uniform(-self.most, self.most)", "random.uniform(-self.most, 0)"),
    ("4-rotation-black-corners", "BILINEAR, fill=0)", "BILINEAR, fill=[-2.1179, -2.0357, -1.8044])"),
    ("4-filled-late", "], fill=0), TF.pad(mask, [", "], fill=[123.675, 116.28, 103.53]), TF.pad(mask, ["),
    ("4-crop-label-0", "bottom], fill=VOID)\n", "bottom], fill=0)\n"),
    (
        "4-crop-centred",
        "top, left = random.randint(0, mask.shape[0] - height), random.randint(0, mask.shape[1] - width)",
        "top, left = (mask.shape[0] - height) // 2, (mask.shape[1] - width) // 2",
    ),
    (
        "4-crop-in-the-corner",
        "random.randint(0, mask.shape[0] - height), random.randint(0, mask.shape[1] - width)",
        "mask.shape[0] - height, mask.shape[1] - width",
    ),
    ("4-crop-resized", "Crop(crop_size)", "v2.Resize(crop_size)"),
    ("4-crop-sides-exchanged", "height, width = self.size", "width, height = self.size"),
    (
        "4-crop-apart",
        "TF.crop(mask, top, left, height, width)",
        "TF.crop(mask, random.randint(0, mask.shape[0] - height), random.randint(0, "
        "mask.shape[1] - width), height, width)",
    ),
    (
        "4-statistics-bgr",
        "Steps(Scale(), Normalise(), Rotate()",
        "Steps(Scale(), lambda i, m: (Normalise()(i.flip(0), m)[0].flip(0), m), Rotate()",
    ),
    (
        "4-normalised-twice",
        "Steps(Scale(), Normalise(), ",
        "Steps(Scale(), Normalise(), lambda i, m: (TF.normalize(i, list(IMAGENET_MEAN), list(IMAGENET_STD)), m), ",
    ),
    (
        "4-train-not-normalised",
        "Steps(Scale(), Normalise(), ",
        "Steps(Scale(), v2.ToDtype(torch.float32, scale=True), ",
    ),
    ("4-not-normalised", "Steps(Normalise(), Pad())", "Steps(v2.ToDtype(torch.float32, scale=True), Pad())"),
    (
        "4-pad-left-top",
        "[0, 0, -(mask.shape[1] - 1) % 8, -(mask.shape[0] - 1) % 8]",
        "[-(mask.shape[1] - 1) % 8, -(mask.shape[0] - 1) % 8, 0, 0]",
    ),
    (
        "4-evaluation-padded-late",
        "return TF.pad(image, margin, fill=0), TF",
        "return TF.pad(image, margin, fill=[124, 116, 104]), TF",
    ),
    ("4-evaluation-flips", "Steps(Normalise(), Pad())", "Steps(Normalise(), Pad(), Flip())"),
    ("4-evaluation-cropped", "Steps(Normalise(), Pad())", "Steps(Normalise(), Crop((9, 9)))"),
    ("4-evaluation-one-size", "Steps(Normalise(), Pad())", "Steps(Normalise(), v2.Resize((57, 73)))"),
    (
        "4-cut-to-8n+1",
        "return TF.pad(image, margin, fill=0), TF.pad(mask, margin, fill=VOID)",
        "height, width = mask.shape[0] - (mask.shape[0] - 1) % 8, mask.shape[1] - (mask.shape[1] "
        "- 1) % 8\n"
        "        return image[:, :height, :width], mask[:height, :width]",
    ),
)

_IN_OTHERS = (
    (
        PIL,
        "4-blended-labels",
        "mask = TF.resize(mask, size, InterpolationMode.NEAREST)",
        "mask = TF.resize(mask, size, InterpolationMode.BILINEAR)",
    ),
    (
        PIL,
        "4-blended-labels",
        "mask = TF.rotate(mask, angle, InterpolationMode.NEAREST",
        "mask = TF.rotate(mask, angle, InterpolationMode.BILINEAR",
    ),
    (PIL, "4-flip-missing", "if np.random.rand() < 0.5:", "if np.random.rand() < 0:"),
    (
        PIL,
        "4-rotation-black-corners",
        "InterpolationMode.BILINEAR, fill=list(MEAN_COLOR))",
        "InterpolationMode.BILINEAR)",
    ),
    (PIL, "4-crop-black", '"RGB", (crop_width, crop_height), MEAN_COLOR)', '"RGB", (crop_width, crop_height))'),
    (PIL, "4-crop-label-0", '"L", (crop_width, crop_height), VOID)', '"L", (crop_width, crop_height), 0)'),
    (
        PIL,
        "4-crop-in-the-corner",
        "top = np.random.randint(min(0, size[0] - crop_height), max(0, size[0] - crop_height) + "
        "1)\n"
        "        left = np.random.randint(min(0, size[1] - crop_width), max(0, size[1] - "
        "crop_width) + 1)",
        "top = left = 0",
    ),
    (PIL, "4-scale-missing", "scale = np.random.uniform(0.5, 2)", "scale = 1"),
    (PIL, "4-crop-sides-exchanged", "crop_height, crop_width = crop_size", "crop_width, crop_height = crop_size"),
    (TABLE, "4-values-to-255", "TF.to_dtype(image, torch.float32, scale=True)", "image.float()"),
    (TABLE, "4-outside-black", "FILL = [124, 116, 104]", "FILL = [0.485, 0.456, 0.406]"),
    (TABLE, "4-outside-white", "FILL = [124, 116, 104]", "FILL = [255, 255, 255]"),
    (
        TABLE,
        "4-flip-vertical",
        "TF.horizontal_flip(image), TF.horizontal_flip(mask)",
        "TF.vertical_flip(image), TF.vertical_flip(mask)",
    ),
    (
        TABLE,
        "4-crop-without-fill",
        "image, mask = TF.pad(image, padding, fill=FILL), TF.pad(mask, padding, fill=VOID)\n\n",
        "image, mask = TF.pad(image, padding), TF.pad(mask, padding)\n\n",
    ),
    (
        TABLE,
        "4-rotation-without-fill",
        "image = TF.rotate(image, angle, v2.InterpolationMode.BILINEAR, fill=FILL)\n"
        "        mask = TF.rotate(mask, angle, fill=VOID)",
        "image, mask = TF.rotate(image, angle, v2.InterpolationMode.BILINEAR), TF.rotate(mask, angle)",
    ),
    (
        TABLE,
        "4-statistics-times-255",
        "MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]",
        "MEAN, STD = [123.675, 116.28, 103.53], [58.395, 57.12, 57.375]",
    ),
    (TABLE, "4-pad-sides-exchanged", "-(width - 1) % 8, -(height - 1) % 8]", "-(height - 1) % 8, -(width - 1) % 8]"),
    (WINDOW, "4-scale-to-1.5", "random.uniform(0.5, 2.0)", "random.uniform(0.5, 1.75)"),
    (WINDOW, "4-flip-always", "random.random() < 0.5", "True"),
    (WINDOW, "4-rotation-by-30", "random.uniform(-10.0, 10.0)", "random.uniform(-15.0, 15.0)"),
    (
        WINDOW,
        "4-crop-in-the-corner",
        "top, left = (random.randint(0, max(0, side - wanted)) for wanted, side in zip(window, "
        "mask.shape, strict=True))",
        "top, left = 0, 0",
    ),
    (WINDOW, "4-evaluation-flips", "v2.Compose([pad_right", "v2.Compose([v2.RandomHorizontalFlip(), pad_right"),
)

ELSEWHERE = (
    *(Elsewhere(NUMPY, *entry) for entry in _IN_NUMPY),
    *(Elsewhere(CLASSES, *entry) for entry in _IN_CLASSES),
    *(Elsewhere(*entry) for entry in _IN_OTHERS),
)
