"""PSPNet with a class for the size, one for a head, and one for the way back to pixels."""

from torch import nn
from torch.nn import functional

from proj4_code.part1_ppm import PPM


class Head(nn.Module):
    """Turns cells into logits."""

    def __init__(self, in_channels, hidden_channels, num_classes, dropout):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, hidden_channels, kernel_size=3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(hidden_channels)
        self.relu = nn.ReLU()
        self.dropout = nn.Dropout2d(p=dropout)
        self.score = nn.Conv2d(hidden_channels, num_classes, kernel_size=1)

    def forward(self, x):
        x = self.relu(self.norm(self.conv(x)))
        return self.score(self.dropout(x))


def classifier(in_channels, hidden_channels, num_classes, dropout):
    return Head(in_channels, hidden_channels, num_classes, dropout)


class Context(nn.Module):
    """Adds what the surroundings look like, if there is any grid to look through."""

    def __init__(self, channels, bins):
        super().__init__()
        self.ppm = None
        self.out_channels = channels
        if len(bins) > 0:
            share = channels // len(bins)
            self.ppm = PPM(channels, share, bins)
            self.out_channels = channels + share * len(bins)

    def forward(self, x):
        if self.ppm is None:
            return x
        return self.ppm(x)


class Size:
    """The height and width of an image."""

    def __init__(self, image):
        self.height, self.width = image.shape[2], image.shape[3]

    def check(self):
        for name, side in (("height", self.height), ("width", self.width)):
            if side % 8 != 1:
                raise ValueError(f"the {name} is {side}, which is not 8n + 1")

    def restore(self, logits):
        return functional.interpolate(logits, (self.height, self.width), mode="bilinear", align_corners=True)


class PSPNet(nn.Module):
    def __init__(self, backbone, num_classes, bins=(1, 2, 3, 6), dropout=0.1, aux=True):
        super().__init__()
        self.backbone = backbone
        self.context = Context(backbone.out_channels, bins)
        self.head = classifier(self.context.out_channels, backbone.out_channels // 4, num_classes, dropout)
        self.aux_head = None
        if aux:
            self.aux_head = classifier(backbone.aux_channels, backbone.aux_channels // 4, num_classes, dropout)

    def forward(self, x):
        size = Size(x)
        size.check()
        features, aux_features = self.backbone(x)
        result = {}
        result["out"] = size.restore(self.head(self.context(features)))
        if self.training and self.aux_head is not None:
            result["aux"] = size.restore(self.aux_head(aux_features))
        return result
