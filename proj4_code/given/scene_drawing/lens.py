"""What the camera adds: exposure, vignetting, a little blur, sensor noise."""

import numpy as np
from PIL import Image, ImageFilter


def photograph(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A drawing (H, W, 3) uint8 as a dashboard camera would have taken it; same shape and dtype."""
    height, width = image.shape[:2]
    exposure = np.float32(rng.uniform(0.95, 1.32))
    contrast = np.float32(rng.uniform(0.0, 0.4))
    balance = np.float32(1) + rng.uniform(-0.03, 0.03, 3).astype(np.float32)
    levels = np.minimum(np.arange(256, dtype=np.float32) / 255 * exposure, 1)
    # Between a straight line and the curve 3x² - 2x³, which deepens shadows and saves highlights.
    curve = levels + (levels * levels * (3 - 2 * levels) - levels) * contrast
    table = [np.clip(curve * 255 * channel, 0, 255).astype(np.uint8) for channel in balance]
    image = np.stack([table[i][image[..., i]] for i in range(3)], -1)

    soft = Image.fromarray(image).filter(ImageFilter.BoxBlur(1))
    image = np.asarray(Image.blend(Image.fromarray(image), soft, rng.uniform(0.05, 0.4))).astype(np.float32)

    x = ((np.arange(width, dtype=np.float32) + np.float32(0.5)) / np.float32(width) - np.float32(0.5))[None, :, None]
    y = ((np.arange(height, dtype=np.float32) + np.float32(0.5)) / np.float32(height) - np.float32(0.5))[:, None, None]
    image *= 1 - (x * x + y * y) * np.float32(rng.uniform(0.1, 0.5))

    grain = np.float32(rng.uniform(1.0, 3.8) / 60)
    # The sum of four dice is close to a normal distribution, and exact.
    dice = rng.integers(0, 256, (4, height, width), dtype=np.uint8).astype(np.int16)
    image += ((dice[0] + dice[1] + dice[2] + dice[3] - 510) * grain * np.float32(0.4))[..., None]
    hue = rng.integers(0, 256, (height, width, 3), dtype=np.uint8).astype(np.float32) - np.float32(127.5)
    image += hue * (grain * np.float32(0.4))
    return np.clip(image, 0, 255).astype(np.uint8)
