"""The lectures' networks against the papers' numbers, segmentation-models-pytorch, torch and float64."""

import inspect
import math

import pytest
import segmentation_models_pytorch as smp
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torchvision import models

from proj4_code.given.networks import segnet
from proj4_code.given.networks.backbones import FullyConvolutionalVGG16, PoolingVGG16, ResNetFeatures
from proj4_code.given.networks.build import ARCHITECTURES, BACKBONES, FCN_STRIDES, build_network, display_name
from proj4_code.given.networks.fcn import bilinear_upsampling

OURS = (*FCN_STRIDES, "segnet", "unet", "deeplabv3plus")


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(0)


def parameters(network: nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


def randomised(network: nn.Module) -> nn.Module:
    """Give every batch norm statistics and weights of its own."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            for tensor, least, most in (("running_mean", -0.5, 0.5), ("running_var", 0.5, 1.5), ("weight", 0.5, 1.5)):
                nn.init.uniform_(getattr(module, tensor), least, most)
            nn.init.uniform_(module.bias, -0.2, 0.2)
    return network.eval()


def given_weights_of(theirs: nn.Module, ours: nn.Module) -> nn.Module:
    """Load another network's weights, in its order, which must have the same shapes."""
    values = list(theirs.state_dict().values())
    names = list(ours.state_dict())
    ours.load_state_dict(dict(zip(names, values, strict=True)))
    return ours


@pytest.mark.parametrize("size", [(33, 41), (32, 64), (65, 38)], ids=str)
@pytest.mark.parametrize("arch", OURS)
def test_logits_have_the_images_height_and_width(arch: str, size: tuple[int, int]) -> None:
    for backbone in BACKBONES[arch]:
        with torch.device("meta"):
            network = build_network(arch, 18, (), False, 5, backbone=backbone).train()
            outputs = network(torch.zeros(2, 3, *size))
        assert {name: tuple(value.shape) for name, value in outputs.items()} == {"out": (2, 5, *size)}
        assert isinstance(network.backbone, nn.Module)


@pytest.mark.parametrize("arch", [arch for arch in OURS if BACKBONES[arch][0] == "resnet"])
def test_weights_of_a_resnet_reach_the_backbone(arch: str) -> None:
    weights = randomised(models.resnet18(weights=None)).state_dict()
    theirs = [value for name, value in weights.items() if not name.startswith("fc.")]
    ours = list(build_network(arch, 18, (), False, 5, weights).backbone.state_dict().values())
    assert all(torch.equal(a, b) for a, b in zip(ours, theirs, strict=True))


def test_the_features_are_those_of_torchvisions_resnet() -> None:
    """Pooled and multiplied by `fc`, the last ones are its answer; the others are twice as large each."""
    network = randomised(models.resnet34(weights=None))
    ours = ResNetFeatures(34, network.state_dict()).eval()
    image = torch.randn(1, 3, 65, 97)
    with torch.no_grad():
        features = ours(image)
        torch.testing.assert_close(network.fc(features[-1].mean((2, 3))), network(image))
    assert [tuple(x.shape[1:]) for x in features] == [
        (channels, math.ceil(65 / stride), math.ceil(97 / stride))
        for channels, stride in zip(ours.channels, (2, 4, 8, 16, 32), strict=True)
    ]


def test_with_stride_16_every_second_cell_is_that_of_stride_32() -> None:
    weights = randomised(models.resnet18(weights=None)).state_dict()
    image = torch.randn(1, 3, 97, 97, dtype=torch.float64)
    with torch.no_grad():
        dilated = ResNetFeatures(18, weights, output_stride=16).double().eval()(image)[-1]
        strided = ResNetFeatures(18, weights).double().eval()(image)[-1]
    torch.testing.assert_close(dilated[..., ::2, ::2], strided)


@pytest.mark.deep
def test_vgg16_as_convolutions_classifies_its_own_image_as_torchvisions_does() -> None:
    """Where the 7×7 cells of a 224×224 image meet the 7×7 kernel, in the middle, its answer is VGG-16's."""
    theirs = models.vgg16(weights=None).eval()
    ours = FullyConvolutionalVGG16(theirs.state_dict()).eval()
    image = torch.randn(1, 3, 224, 224)
    with torch.no_grad():
        middle = ours(image)[-1][..., 3, 3]
        torch.testing.assert_close(theirs.classifier[6](middle), theirs(image))


def test_vgg16_with_pooling_is_torchvisions() -> None:
    theirs = randomised(models.vgg16_bn(weights=None))
    ours = PoolingVGG16(theirs.state_dict()).eval()
    image = torch.randn(1, 3, 69, 97)
    with torch.no_grad():
        torch.testing.assert_close(ours(image)[0], theirs.features(image))


def test_numbers_of_parameters_are_those_of_the_papers() -> None:
    with torch.device("meta"):
        fcn = build_network("fcn32s", 16, (), False, 21, backbone="vgg16")
        segnet = build_network("segnet", 16, (), False, 11)
        vgg16, vgg16_bn = (parameters(getattr(models, name)(weights=None)) for name in ("vgg16", "vgg16_bn"))
    assert round(parameters(fcn.backbone) / 1e6) == 134, "Long et al. 2015, table 1: FCN-VGG16, 134 M"
    assert parameters(fcn.backbone) == vgg16 - 1000 * 4097, "all of VGG-16 but its last layer"
    assert parameters(fcn) == parameters(fcn.backbone) + 21 * 4097 + 21 * 21 * 64**2
    assert round(parameters(segnet.backbone) / 1e6, 1) == 14.7, "Badrinarayanan et al. 2017: from 134 M to 14.7 M"
    linear = 1000 * 4097 + 4096 * 4097 + 4096 * (7 * 7 * 512 + 1)
    assert parameters(segnet.backbone) == vgg16_bn - linear
    # The decoder has the encoder's convolutions in the mirror; batch norm is smaller where channels become fewer.
    kernels = [p.numel() for p in segnet.parameters() if p.dim() == 4]
    assert sum(kernels[13:-1]) == sum(kernels[1:13])
    assert kernels[-1] == 64 * 11 * 9


@pytest.mark.parametrize("arch", FCN_STRIDES)
def test_finer_fcns_have_a_score_and_a_doubling_more(arch: str) -> None:
    """Closed form, on ResNet-18 with K classes: a score of C cells is K·(C+1), a kernel of side n is K²·n²."""
    with torch.device("meta"):
        network = build_network(arch, 18, (), False, 7)
    stride = FCN_STRIDES[arch]
    scores = {32: 513, 16: 513 + 257, 8: 513 + 257 + 129}[stride]
    doublings = {32: 0, 16: 1, 8: 2}[stride]
    expected = 7 * scores + 49 * (9 * doublings + (2 * stride - 1) ** 2)
    assert parameters(network) - parameters(network.backbone) == expected


@pytest.mark.parametrize("factor", [2, 8])
def test_upsampling_starts_as_bilinear_interpolation(factor: int) -> None:
    """Away from the edges; centred cells as without aligned corners, the others as with them."""
    x = torch.randn(2, 3, 6, 7, dtype=torch.float64)
    centred = bilinear_upsampling(3, factor, True).double()(x)
    inner = slice(factor, -factor)
    expected = F.interpolate(x, scale_factor=factor, mode="bilinear", align_corners=False)
    torch.testing.assert_close(centred[..., inner, inner], expected[..., inner, inner])
    cornered = bilinear_upsampling(3, factor, False).double()(x)
    size = [(side - 1) * factor + 1 for side in x.shape[2:]]
    expected = F.interpolate(x, size, mode="bilinear", align_corners=True)
    torch.testing.assert_close(cornered[..., : size[0], : size[1]], expected)
    assert cornered.shape == centred.shape == (2, 3, 6 * factor, 7 * factor)


@pytest.mark.parametrize("arch", ["fcn16s", "fcn8s"])
def test_fcn_with_skips_starts_as_two_interpolations_of_fcn_32s(arch: str) -> None:
    network = randomised(build_network(arch, 18, (), False, 5))
    image = torch.randn(1, 3, 129, 161)
    with torch.no_grad():
        logits = network.scores[0](network.backbone(image)[-1])
        for stride in (16, 8) if arch == "fcn8s" else (16,):
            logits = F.interpolate(
                logits, [(n - 1) // stride + 1 for n in (129, 161)], mode="bilinear", align_corners=True
            )
        expected = F.interpolate(logits, (129, 161), mode="bilinear", align_corners=True)
        torch.testing.assert_close(network(image)["out"], expected)


def test_skips_of_an_fcn_are_added_where_they_belong() -> None:
    """Written out with torch's transposed convolution, with weights that have learnt something."""
    network = randomised(build_network("fcn16s", 18, (), False, 5))
    for parameter in network.scores.parameters():
        nn.init.normal_(parameter)
    image = torch.randn(1, 3, 65, 97)
    with torch.no_grad():
        *_, finer, coarse = network.backbone(image)
        doubled = F.conv_transpose2d(network.scores[0](coarse), network.doublings[0].weight, stride=2)[..., 1:, 1:]
        scores = doubled[..., : finer.shape[2], : finer.shape[3]] + network.scores[1](finer)
        expected = F.conv_transpose2d(scores, network.upsampling.weight, stride=16)[..., 15 : 15 + 65, 15 : 15 + 97]
        torch.testing.assert_close(network(image)["out"], expected)


def test_unpooling_puts_each_maximum_back_where_it_was() -> None:
    """With pooling and unpooling alone, the largest pixel of each 32×32 comes back, and 0 elsewhere."""
    network = build_network("segnet", 16, (), False, 5)
    for stage in (*network.backbone.stages, *network.stages):
        stage.forward = lambda x: x  # what remains is five poolings and five unpoolings
    network.classifier = nn.Identity()
    image = torch.rand(1, 3, 69, 97)
    expected, places = image, []
    for _ in range(5):
        places.append(expected.shape)
        expected, indices = nn.MaxPool2d(2, 2, return_indices=True)(expected)
        places.append(indices)
    for indices, shape in zip(places[::-2], places[-2::-2], strict=True):
        expected = nn.MaxUnpool2d(2, 2)(expected, indices, output_size=shape)
    found = network(image)["out"]
    assert torch.equal(found, expected)
    blocks = image[..., :64, :96].unfold(2, 32, 32).unfold(3, 32, 32).amax((-1, -2))
    assert len(found.nonzero()) == blocks.numel()
    assert torch.equal(found[found > 0].sort().values, blocks.flatten().sort().values)


def test_segnet_says_what_is_too_small() -> None:
    with pytest.raises(ValueError, match=r"expected sides from 32, not \(31, 40\)"):
        build_network("segnet", 16, (), False, 5)(torch.zeros(1, 3, 31, 40))


def test_segnet_mentions_the_network_with_the_same_idea() -> None:
    assert "DeconvNet" in inspect.getdoc(segnet)


@pytest.mark.parametrize(("depth", "size"), [(18, (64, 96)), pytest.param(50, (64, 64), marks=pytest.mark.deep)])
def test_unet_is_that_of_segmentation_models_pytorch(depth: int, size: tuple[int, int]) -> None:
    theirs = randomised(smp.Unet(f"resnet{depth}", encoder_weights=None, classes=5))
    ours = given_weights_of(theirs, build_network("unet", depth, (), False, 5)).eval()
    image = torch.randn(2, 3, *size)
    with torch.no_grad():
        torch.testing.assert_close(ours(image)["out"], theirs(image))


def dense(separable: nn.Sequential) -> nn.Conv2d:
    """Write a depthwise and a pointwise convolution as the one ordinary convolution that they are."""
    depthwise, pointwise = separable
    layer = nn.Conv2d(
        depthwise.in_channels, pointwise.out_channels, 3, 1, depthwise.padding, depthwise.dilation, bias=False
    )
    layer.weight.data = pointwise.weight.data * depthwise.weight.data.transpose(0, 1)
    return layer


@pytest.mark.parametrize("depth", [18, pytest.param(50, marks=pytest.mark.deep)])
def test_deeplab_is_that_of_segmentation_models_pytorch(depth: int) -> None:
    """Theirs has separable convolutions, one of them before the upsampling; ours, as in the paper, has it after.

    Moved there, and written as ordinary convolutions, they are ours. Their dilated stage also dilates the first 3×3
    convolution, which still reads the grid of stride 16, undilated.
    """
    theirs = smp.DeepLabV3Plus(
        f"resnet{depth}", encoder_weights=None, classes=5, decoder_atrous_rates=(6, 12, 18), encoder_output_stride=16
    )
    randomised(theirs)
    first = theirs.encoder.layer4[0].conv1 if depth == 18 else theirs.encoder.layer4[0].conv2
    first.dilation = first.padding = (1, 1)
    decoder = theirs.decoder
    for rate in decoder.aspp[0].convs[1:4]:
        rate[0] = dense(rate[0])
    moved = nn.Sequential(dense(decoder.aspp[1]), decoder.aspp[2], decoder.aspp[3])
    decoder.block2 = nn.Sequential(dense(decoder.block2[0]), *decoder.block2[1:], moved)
    decoder.aspp = decoder.aspp[0]
    ours = given_weights_of(theirs, build_network("deeplabv3plus", depth, (), False, 5)).eval()
    image = torch.randn(2, 3, 128, 160)
    with torch.no_grad():
        features = theirs.encoder(image)
        theirs_at_4 = theirs.segmentation_head[0](decoder(features))
        fine, coarse = ours.reduction(features[2]), ours.aspp(features[-1])
        coarse = F.interpolate(coarse, fine.shape[2:], mode="bilinear", align_corners=True)
        torch.testing.assert_close(ours.classifier(ours.decoder(torch.cat([coarse, fine], 1))), theirs_at_4)
        torch.testing.assert_close(ours(image)["out"], theirs(image))


@pytest.mark.parametrize("arch", OURS)
def test_a_step_of_gradient_descent_changes_every_parameter_and_lowers_the_loss(arch: str) -> None:
    network = build_network(arch, 18, (), False, 3).train()
    images, target = torch.randn(2, 3, 33, 41), torch.randint(0, 3, (2, 33, 41))

    def loss() -> Tensor:
        return F.cross_entropy(network(images)["out"], target)

    optimizer = torch.optim.SGD(network.parameters(), 1e-3)
    before = loss()
    before.backward()
    assert all(parameter.grad is not None for parameter in network.parameters())
    optimizer.step()
    assert loss() < before


def test_names_are_those_that_people_write() -> None:
    assert [display_name(arch, 18) for arch in ARCHITECTURES[:7]] == [
        "PSPNet-18",
        "FCN-32s-18",
        "FCN-16s-18",
        "FCN-8s-18",
        "SegNet-VGG16",
        "U-Net-18",
        "DeepLabV3+-18",
    ]
    assert display_name("fcn8s", 16, "vgg16") == "FCN-8s-VGG16"
    assert display_name("fcn_resnet50", 50) == "fcn_resnet50"


@pytest.mark.parametrize(
    ("arch", "backbone", "message"),
    [
        ("vnet", None, "--arch vnet is not known: choose one of pspnet, fcn32s"),
        ("segnet", "resnet", "--backbone resnet does not go with segnet: choose vgg16_bn"),
    ],
)
def test_a_network_that_is_not_there_is_refused(arch: str, backbone: str | None, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build_network(arch, 18, (), False, 5, backbone=backbone)
