"""Why a line is as it is: ideas of the handout, each with the lines that stand for it."""

from typing import NamedTuple


class Reason(NamedTuple):
    """An idea that a line stands for.

    Attributes:
        part: number of the part.
        function: in which the line is looked for.
        line: pattern of the line.
        text: the question, after "Line N reads …".
        answer: what a good answer holds.
        follow_up: what to ask next.
    """

    part: int
    function: str
    line: str
    text: str
    answer: str
    follow_up: str


REASONS = (
    Reason(
        1,
        "PPM",
        r"bias\s*=\s*False",
        "Why has this convolution no bias?",
        "Batch norm comes next and subtracts the mean over the batch: a constant added before it is gone afterwards. "
        "Batch norm has a bias of its own.",
        "And if there were no batch norm after it?",
    ),
    Reason(
        1,
        "PPM",
        r"align_corners\s*=\s*True",
        "What would be different at the edges of the map with `align_corners=False`?",
        "With True, the centres of the corner cells lie on the corner pixels, and everything between is interpolated. "
        "With False, the cells' areas are aligned: the corner cells lie further inside, and the edge repeats their "
        "value.",
        "Draw a row of two cells over five pixels, with both settings.",
    ),
    Reason(
        1,
        "PPM",
        r"ModuleList|ModuleDict|add_module",
        "What would go wrong if these modules stood in a plain Python list?",
        "Their parameters would not be in `parameters()`: the optimizer would not train them, `.to(device)` would not "
        "move them, `state_dict` would not save them, `train()` and `eval()` would not reach them.",
        "Would the forward pass still work? How would you notice?",
    ),
    Reason(
        1,
        "PPM",
        r"AdaptiveAvgPool2d|adaptive_avg_pool2d",
        "Why adaptive pooling, and not `AvgPool2d` with a kernel that fits?",
        "The number of cells is fixed, whatever the size of the map. A fixed kernel and stride give another number of "
        "cells for another size, and do not cope with sides that are not multiples of the number of cells.",
        "What are the windows if 5 pixels are pooled to 3 cells?",
    ),
    Reason(
        2,
        "dilate_stage",
        r"padding",
        "Why does the padding change together with the dilation?",
        "A 3×3 kernel of dilation d reaches d cells beyond the edge. With padding d the map keeps its size; with "
        "less it shrinks, and no longer fits the shortcut.",
        "How large is a map of 10 cells after a 3×3 convolution of dilation 4 and padding 1?",
    ),
    Reason(
        2,
        "dilate_stage",
        r"dilation_before",
        "Why does the convolution that had the stride keep the dilation of the stage before?",
        "It reads the map of the stage before, whose cells lie where they always did. Only what comes after it meets a "
        "map that is finer than the one it was trained on.",
        "What does the official code do instead, and what is lost?",
    ),
    Reason(
        2,
        "dilate_stage",
        r"stride\w*\s*=",
        "Which convolutions of a stage have a stride, and what happens if one of them is forgotten?",
        "The first 3×3 convolution of the first block (of a Bottleneck: its second convolution), and the 1×1 "
        "convolution of the shortcut. If the shortcut keeps its stride, the two maps that are added have different "
        "sizes.",
        "Why do no weights change when a stride is removed?",
    ),
    Reason(
        2,
        "DilatedResNet",
        r"load_state_dict",
        "Why are the weights loaded at this point, and not at the end?",
        "The entries have torchvision's names, `fc` included, so they fit as long as the network is torchvision's. "
        "Later, entries would be missing or unexpected: an error, or with `strict=False` layers that silently keep "
        "random weights.",
        "How would you notice that a layer has random weights?",
    ),
    Reason(
        3,
        "PSPNet",
        r"%\s*8",
        "Why must height and width be 8n+1?",
        "Three strides of 2 compute cell i around pixel 8i. Upsampling with `align_corners=True` puts the last cell on "
        "the last pixel; cell i returns to pixel 8i only if the last pixel is a multiple of 8, counted from 0.",
        "Where does cell 1 land in a row of 16 pixels?",
    ),
    Reason(
        3,
        "PSPNet",
        r"self\.training",
        "What is the auxiliary classifier for, and why does it depend on the mode?",
        "It gives the deep backbone a nearer loss while it learns. Predictions do not use it, so in eval mode it would "
        "only cost time.",
        "Which features does it read, and does its gradient reach stage 4?",
    ),
    Reason(
        3,
        "PSPNet",
        r"//\s*len\(",
        "What does this division do if it leaves a remainder, and what follows for the classifier?",
        "`//` rounds down, so the branches together have fewer channels than the features. The classifier must read "
        "the input's channels plus those that the branches really have, not twice the input's.",
        "How many channels are there with 10 channels and 3 bins?",
    ),
    Reason(
        3,
        "PSPNet",
        r"Dropout2d|dropout2d",
        "Why are whole channels dropped, and not single values?",
        "Neighbouring cells of a channel are alike: if single values are dropped, their neighbours still tell what "
        "they were. Dropping the channel forces the classifier not to rely on it.",
        "What does dropout do in eval mode?",
    ),
    Reason(
        4,
        "encode_labels",
        r"raise ValueError",
        "Why is an unknown colour an error, and not void?",
        "It says that the labels were blended by resampling, or saved as JPEG. As void, those pixels would quietly be "
        "taken from the training and from the score.",
        "Where in an image would the blended colours be?",
    ),
    Reason(
        4,
        "train_transforms",
        r"RandomRotation|rotate",
        "What happens to image and mask in the corners that a rotation opens, and how is the mask resampled?",
        "The image gets ImageNet's mean colour, which is 0 once normalised, and the mask 255. The mask is resampled "
        "with nearest: labels are names, and halfway between 5 and 10 there is no class 7.5.",
        "How does the transform know which of the two is the mask?",
    ),
    Reason(
        4,
        "eval_transforms",
        r"Normalize\(|normalize\(|STD\b",
        "Why are CamVid's images normalised with ImageNet's mean and standard deviation?",
        "The backbone's weights were trained on images normalised in this way, and its batch norms expect such "
        "values. For a network that starts from random weights, others would do.",
        "What would go wrong if training and evaluation normalised differently?",
    ),
    Reason(
        4,
        "CamVid",
        r"Mask\(",
        "What is the type `Mask` good for?",
        "torchvision's transforms tell by the type that these are labels: they move them like the image, but resample "
        "them with nearest, fill them with void and do not normalise them.",
        "What would happen to a plain tensor in the same call?",
    ),
    Reason(
        5,
        "confusion_matrix",
        r"(bincount|histogram).*num_classes\s*\*",
        "How does this line count pairs of classes, and why must it be told how many there are?",
        "A pair is written as one number, target · K + prediction. Without the number of pairs, the counts end at the "
        "largest pair that occurs, and cannot be arranged as K×K if the last class is absent.",
        "Which number stands for target 2 and prediction 1, with K = 3?",
    ),
    Reason(
        5,
        "confusion_matrix",
        r"ignore_index",
        "What would the measures say if void pixels were not left out here?",
        "Whatever is predicted there would count as wrong, or as another class: unions would grow, and IoU and "
        "accuracy fall, though nothing can be right on a pixel without a label.",
        "Can a prediction be void?",
    ),
    Reason(
        5,
        "confusion_matrix",
        r"\.long\(\).*\s\*\s|\s\*\s.*\.long\(\)",
        "What could go wrong here with labels of type uint8?",
        "uint8 holds no number above 255, and pairs go up to K² − 1: with 20 classes 399. The product would wrap "
        "around, and pixels be counted in wrong cells.",
        "From which number of classes on does it go wrong?",
    ),
    Reason(
        5,
        "mean_iou",
        r"nanmean|isnan|nansum",
        "Why are there NaNs, and why are they left out of the mean?",
        "A class in neither target nor prediction has IoU 0 / 0. It says nothing about the network: as 0 it would "
        "punish, as 1 it would flatter.",
        "What about a class that is predicted, and is not there?",
    ),
    Reason(
        6,
        "segmentation_loss",
        r"clamp\(min=1|clamp_min|max\(.*\b1\)|== 0\b|\.any\(",
        "What does this line do for a batch without a labelled pixel?",
        "The mean would be 0 / 0 = NaN, and one step with it would make every weight NaN. So the loss is a 0 that "
        "can be back-propagated, with gradients of 0.",
        "Why can such a batch occur at all?",
    ),
    Reason(
        6,
        "train_one_epoch",
        r"zero_grad",
        "What would happen without this line?",
        "`backward` adds to the gradients that are there: every step would also take those of all batches before, and "
        "act as if the learning rate grew.",
        "May it stand after `backward`? After `step`?",
    ),
    Reason(
        6,
        "train_one_epoch",
        r"scheduler\.step|schedul\w*\.step",
        "Why does the scheduler step here, and not once per epoch?",
        "poly counts iterations: it falls to 0 at the last one. Stepped once per epoch, it has hardly begun when the "
        "training ends, and the learning rate stays high.",
        "What is the order of `optimizer.step` and `scheduler.step`?",
    ),
    Reason(
        6,
        "train_one_epoch",
        r"\.detach\(\)|\.item\(\)",
        "Why is the loss not added up as it is?",
        "It holds the graph of its batch: adding it up would keep all graphs of the epoch in memory. `.item()` also "
        "waits for the GPU, `.detach()` does not.",
        "Where would you notice the missing `detach` first?",
    ),
    Reason(
        6,
        "evaluate",
        r"no_grad|inference_mode",
        "What is saved here, and would the matrix be different without it?",
        "Nothing is kept for a backward pass, which saves most of the memory, and some time. The numbers are the same.",
        "And does it replace `model.eval()`?",
    ),
    Reason(
        6,
        "evaluate",
        r"\.eval\(\)",
        "What changes in the network with this line?",
        "Batch norm uses the statistics that it learnt instead of the batch's, and does not change them; dropout does "
        "nothing; the auxiliary output is not made. Without it, the score depends on which images share a batch.",
        "What must happen at the end of the function, and why?",
    ),
    Reason(
        6,
        "parameter_groups",
        r"\bid\(|named_parameters|startswith",
        "How does this tell the backbone's parameters from the others, and why not with `in` or `==`?",
        "By identity or by name. `==` compares values element by element: two parameters of different shapes raise an "
        "error, and two with equal values would be taken for one.",
        "What does the optimizer say about a parameter in two groups?",
    ),
)
