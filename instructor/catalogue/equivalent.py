"""Mutants of the reference that survive, each with the reason why it is right, or cannot be told from right code."""

_IN_PLACE = "in place or not, the result is the same"
_NON_BLOCKING = "whether a copy to the GPU blocks changes nothing but the time"
_PRODUCT = "the product of truth values is true where both are"
_OWN_DRAW = "the same range of sizes, drawn otherwise, which is the student's choice"
_ONE_DEGREE = "a degree cannot be measured in frames of 32×40 pixels"

_RELU = "nn.ReLU(inplace=True),"
_TO_DEVICE = "images, target = images.to(device, non_blocking=True), target.to(device, non_blocking=True)"
_KERNEL = "if conv.kernel_size == (3, 3):"
_STRIDE = "had_stride = conv.stride != (1, 1)"
_MATCH = "train_ids[(red == r) & (green == g) & (blue == b)] = VOID if group is None else TRAIN_NAMES.index(group)"
_SCALE = 'return {"size": [round(side * factor) for side in v2.query_size(flat_inputs)]}'
_UNKNOWN = "unknown = train_ids == -1"
_COLOR = "color = tuple(colors[:, unknown][:, 0].tolist())"
_OUTSIDE = "OUTSIDE = {tv_tensors.Image: [round(255 * mean) for mean in IMAGENET_MEAN], tv_tensors.Mask: VOID}"
_ROTATION = "v2.RandomApply([v2.RandomRotation(10, interpolation=v2.InterpolationMode.BILINEAR, fill=OUTSIDE)], p=0.5),"

_REVIEWED = (
    ("part1_ppm", _RELU, "True", "False", _IN_PLACE),
    ("part2_dilated_resnet", _KERNEL, "==", ">=", "a ResNet's stage has kernels of 1×1 and 3×3 only"),
    ("part2_dilated_resnet", _STRIDE, "!=", ">", "no stride is below 1"),
    ("part3_pspnet", _RELU, "True", "False", _IN_PLACE),
    ("part4_camvid", _MATCH, "& (green", "* (green", _PRODUCT),
    ("part4_camvid", _MATCH, "& (blue", "* (blue", _PRODUCT),
    ("part4_camvid", _SCALE, "*", "/", _OWN_DRAW),
    ("part4_camvid", _SCALE, "*", "//", _OWN_DRAW),
    ("part4_camvid", _UNKNOWN, "==", "<=", "no train id is below -1"),
    ("part4_camvid", _COLOR, ", 0]", ", -1]", "any of the unknown colours may be named"),
    ("part4_camvid", _OUTSIDE, "(255", "( 254", "the mean colour with its fractions cut off"),
    ("part4_camvid", _ROTATION, "(10", "( 9", _ONE_DEGREE),
    ("part4_camvid", _ROTATION, "(10", "( 11", _ONE_DEGREE),
    ("part6_training", "*,", "*", "/", "the signature is given to students; nobody calls with the names before it"),
    ("part6_training", _TO_DEVICE, "True), target", "False), target", _NON_BLOCKING),
    (
        "part6_training",
        _TO_DEVICE,
        "target.to(device, non_blocking=True",
        "target.to(device, non_blocking=False",
        _NON_BLOCKING,
    ),
)

EQUIVALENT: dict[tuple[str, str, str], str] = {
    (module, line, line.replace(old, new, 1)): reason for module, line, old, new, reason in _REVIEWED
}
"""(module, line, changed line) -> reason."""
