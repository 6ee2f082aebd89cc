"""Networks for classification: what they cost, and how well they classify."""

from collections.abc import Mapping

from torchvision import models

from proj4_code.given.explore.apparatus.experiment import Experiment, Result
from proj4_code.given.explore.apparatus.study import Row, Study
from proj4_code.given.explore.costs.counting import (
    build_empty,
    count_operations,
    count_parameters,
    measure_activations,
    measure_seconds,
)
from proj4_code.given.explore.costs.lectures import lecture_figures, lecture_table
from proj4_code.given.explore.costs.pictures import draw_accuracy, draw_activations

LABELS = {
    "alexnet": "AlexNet",
    "vgg16": "VGG-16",
    "vgg19": "VGG-19",
    "googlenet": "GoogLeNet",
    "resnet18": "ResNet-18",
    "resnet34": "ResNet-34",
    "resnet50": "ResNet-50",
    "resnet101": "ResNet-101",
    "resnet152": "ResNet-152",
    "wide_resnet50_2": "wide ResNet-50",
    "wide_resnet101_2": "wide ResNet-101",
    "resnext50_32x4d": "ResNeXt-50",
    "resnext101_32x8d": "ResNeXt-101",
    "regnet_x_3_2gf": "RegNet-X 3.2",
    "regnet_y_3_2gf": "RegNet-Y 3.2",
    "densenet121": "DenseNet-121",
    "densenet169": "DenseNet-169",
    "densenet201": "DenseNet-201",
    "squeezenet1_0": "SqueezeNet",
    "squeezenet1_1": "SqueezeNet 1.1",
    "mobilenet_v2": "MobileNet v2",
    "mobilenet_v3_small": "MobileNet v3 small",
    "mobilenet_v3_large": "MobileNet v3 large",
    "shufflenet_v2_x0_5": "ShuffleNet v2 ×0.5",
    "shufflenet_v2_x1_0": "ShuffleNet v2",
}
"""torchvision's names -> as people write them."""
QUICKEST = ("resnet18", "squeezenet1_1")


def published(name: str) -> Row:
    """Read what torchvision says of its weights: top-1 accuracy in percent, parameters, billions of operations."""
    weights = models.get_model_weights(name)["IMAGENET1K_V1"]  # trained as in the papers; V2 has a newer recipe
    accuracy = weights.meta["_metrics"]["ImageNet-1K"]["acc@1"]
    return {
        "top1": accuracy,
        "published_parameters": weights.meta["num_params"],
        "published_gmacs": weights.meta["_ops"],
    }


def run(study: Study) -> Result:
    """Measure each network, and compare with what torchvision and the lectures say."""
    batch, repetitions = study.choose((1, 1), (1, 3), (16, 5))

    def measure(name: str) -> Row:
        network = build_empty(name)
        row = {"name": name, "network": LABELS[name], **published(name)}
        row |= {"parameters": count_parameters(network), "macs": count_operations(network)}
        row["activations"] = measure_activations(network)
        return row | {"seconds": measure_seconds(network, study.device, batch, repetitions)}

    rows = study.rows(study.choose(QUICKEST, tuple(LABELS), tuple(LABELS)), measure)
    columns = {
        "network": "",
        "parameters (M)": ".1f",
        "operations (GMAC)": ".2f",
        "activations (MB an image)": ".0f",
        f"time (ms an image, {batch} at a time)": ".1f",
        "top-1 (%, published)": ".1f",
    }
    cells = [
        (
            row["network"],
            row["parameters"] / 1e6,
            row["macs"] / 1e9,
            sum(row["activations"].values()) / 1e6,
            1e3 * row["seconds"],
            row["top1"],
        )
        for row in rows
    ]
    figures = {"activations": draw_activations(rows)}
    claims = claims_of({row["name"]: row for row in rows})
    return Result(columns, cells, draw_accuracy(rows), claims, figures, (lecture_table(lecture_figures()),))


def claims_of(rows: Mapping[str, Row]) -> dict[str, bool]:
    """Check what the lectures say about the networks that were measured."""
    if not {"alexnet", "vgg16", "googlenet", "resnet50", "resnet152"} <= rows.keys():
        return {}
    alexnet, vgg, googlenet = rows["alexnet"], rows["vgg16"], rows["googlenet"]
    early = vgg["activations"]["224"] + vgg["activations"]["112"]
    thrifty = 9 * googlenet["parameters"] < vgg["parameters"] and 9 * googlenet["macs"] < vgg["macs"]
    deeper = rows["resnet152"]["macs"] < vgg["macs"] and rows["resnet152"]["top1"] > vgg["top1"]
    fat = alexnet["parameters"] > 2 * rows["resnet50"]["parameters"] and 5 * alexnet["macs"] < rows["resnet50"]["macs"]
    return {
        "GoogLeNet has less than a ninth of VGG-16's parameters and of its operations": thrifty,
        "ResNet-152 is more accurate than VGG-16 with fewer operations": deeper,
        "most of the memory of VGG-16's activations is in its first two stages": 2 * early
        > sum(vgg["activations"].values()),
        "AlexNet has more than twice the parameters of ResNet-50, and less than a fifth of its operations": fat,
    }


QUESTION = """
From AlexNet (2012) to ResNet and its successors, networks became more accurate. Did they become more expensive? Cost
has several meanings: the parameters that are stored, the operations for one image (multiplications, each with its
addition), the memory of the activations that training keeps, and the time on your machine. All of them are measured
here for 25 networks; no weights are downloaded. The accuracy on ImageNet is the published one.
"""
PREDICTION = """
Order by parameters, and then by operations: AlexNet, VGG-16, GoogLeNet, ResNet-50, ResNet-152, MobileNet v2. Of VGG-16:
which layers hold most of the parameters, and which most of the activations? DenseNet-121 has a third of the parameters
of ResNet-50: does it need less memory to train?
"""
CONCLUSIONS = """
The four costs do not go together. AlexNet and VGG hold most of their parameters in fully connected layers, which cost
few operations; VGG's activations are largest where its maps are, in the first stages. GoogLeNet's 1×1 convolutions and
global average pooling save both. Depth costs operations, and bottlenecks make them cheap. DenseNet has few parameters,
but keeps many maps. Operations say little about time: depthwise and grouped convolutions save operations that a machine
would have done quickly, but they read and write as much as before. Nor do the accuracies compare architectures alone:
newer networks (RegNet, MobileNet v3) were also trained longer, and with more augmentation.
"""
EXPERIMENT = Experiment(
    "complexity", "Complexity: what networks for classification cost", QUESTION, PREDICTION, CONCLUSIONS, run, takes=()
)
