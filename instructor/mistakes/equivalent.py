"""Mutants of the reference that survive, each with the reason why it is no mistake."""

_FOUR_AXES = "a feature map has four axes: the last two are those from the third on"
_IN_PLACE = "in place or not, what comes out is the same"
_NON_BLOCKING = "whether a copy to the GPU blocks changes nothing but the time"
_TO_DEVICE = "images, target = images.to(device, non_blocking=True), target.to(device, non_blocking=True)"

EQUIVALENT: dict[tuple[str, str, str], str] = {
    ("part1_ppm", "size = x.shape[-2:]", "size = x.shape[+2:]"): _FOUR_AXES,
    ("part1_ppm", "size = x.shape[-2:]", "size = x.shape[2:]"): _FOUR_AXES,
    ("part1_ppm", "nn.ReLU(inplace=True),", "nn.ReLU(inplace=False),"): _IN_PLACE,
    ("part6_training", "*,", "/,"): "the signature is given to students; nobody calls with the names before it",
    ("part6_training", _TO_DEVICE, _TO_DEVICE.replace("True", "False", 1)): _NON_BLOCKING,
    ("part6_training", _TO_DEVICE, "False".join(_TO_DEVICE.rsplit("True", 1))): _NON_BLOCKING,
}
"""(module, line, changed line) -> reason."""
