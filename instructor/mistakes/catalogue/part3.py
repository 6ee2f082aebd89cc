"""Known mistakes of part 3, PSPNet."""

from instructor.mistakes.edits import Edit

MISTAKES = (
    Edit(
        "3-aux-in-eval",
        "the auxiliary logits are returned in eval mode too",
        "The auxiliary classifier helps while training, and costs time afterwards: a module knows which mode it is in.",
        "if self.training and self.aux_classifier is not None:",
        "if self.aux_classifier is not None:",
    ),
    Edit(
        "3-softmax",
        "the output is softmaxed",
        "Cross-entropy applies the softmax itself: the network gives logits.",
        'outputs = {"out": self.classifier(self.ppm(features))}',
        'outputs = {"out": self.classifier(self.ppm(features)).softmax(dim=1)}',
    ),
    Edit(
        "3-no-size-check",
        "sizes that are not 8n+1 are accepted",
        "With such a size, cells and pixels do not lie on each other: the docstring of `forward` says what to raise.",
        "if any(side % 8 != 1 for side in size):",
        "if False:",
    ),
)
