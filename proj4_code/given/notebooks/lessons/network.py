"""Part 3: what your network gives back, before it has learnt anything."""

import torch
from torch import nn

from proj4_code.given.notebooks.lessons.drawing import blank, legible, show_row
from proj4_code.given.notebooks.lessons.frames import Frame, class_legend, paint, tensor
from proj4_code.given.notebooks.lessons.playing import show


@legible()
def show_outputs(network: nn.Module, frame: Frame) -> None:
    """Print the shapes of a network's outputs in both modes, and show what an untrained network sees."""
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
    figure = blank(3.3)
    class_legend(figure)
    seen = paint(outputs["out"][0].argmax(0).numpy())
    show_row(figure, {"the frame": frame.image, "seen by your untrained network": seen})
    show(figure, "A street, and the nonsense that an untrained network makes of it")
