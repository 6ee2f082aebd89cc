"""Part 3: what your network gives back, before it has learnt anything."""

import torch
from matplotlib.figure import Figure
from torch import nn

from proj4_code.given.notebooks.lessons.drawing import WIDTH, bare, legible
from proj4_code.given.notebooks.lessons.frames import Frame, class_legend, paint, tensor
from proj4_code.given.notebooks.lessons.playing import show


def show_outputs(network: nn.Module, frame: Frame) -> None:
    """Print the shapes of a network's outputs in both modes, and show what an untrained network sees.

    Args:
        network: of part 3.
        frame: what it looks at, at half its size.
    """
    image = tensor(frame.image)[..., ::2, ::2] - 0.45  # 121×161 pixels: 8n+1
    with torch.inference_mode():
        for mode, inputs in {"training": image.repeat(2, 1, 1, 1), "eval": image}.items():
            outputs = network.train(mode == "training")(inputs)
            shapes = ", ".join(f"{name} {tuple(logits.shape)}" for name, logits in outputs.items())
            print(f"{mode} mode: {tuple(inputs.shape)} became {shapes}")
        try:
            network(image[..., :120, :160])
            print("120×160 pixels: your network should have refused this size")
        except ValueError as error:
            print(f"120×160 pixels: ValueError: {error}")
    with legible():
        figure = Figure(figsize=(WIDTH, 3.3), layout="constrained")
        class_legend(figure)
        pictures = {
            "the frame": frame.image,
            "seen by your untrained network": paint(outputs["out"][0].argmax(0).numpy()),
        }
        for axes, (title, picture) in zip(figure.subplots(1, 2), pictures.items(), strict=True):
            axes.imshow(picture)
            axes.set_title(title)
            bare(axes)
    show(figure, "A street, and the nonsense that an untrained network makes of it")
