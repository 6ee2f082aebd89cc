"""Merging data sets: one taxonomy for several, one network for all, and what it does on data that it never saw.

Lambert et al., "MSeg: A Composite Dataset for Multi-Domain Semantic Segmentation", CVPR 2020.
"""

import statistics
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

import torch
from matplotlib.figure import Figure

from proj4_code.given.explore.apparatus.experiment import Cell, Experiment, Result
from proj4_code.given.explore.apparatus.fitting import Plan, fit, predict
from proj4_code.given.explore.apparatus.streets import Frames
from proj4_code.given.explore.apparatus.study import Row, Study
from proj4_code.given.explore.taxonomies.pictures import draw_merge
from proj4_code.given.explore.taxonomies.published import draw_mseg, published_table
from proj4_code.given.explore.taxonomies.sources import (
    Source,
    drawn_source,
    merged_ids,
    own_ids,
    pairs_source,
    prepared_source,
    translation,
)
from proj4_code.given.explore.taxonomies.tables import TABLES, Taxonomy, TaxonomyClass, find_table
from proj4_code.given.explore.taxonomies.tree import Decision, merge
from proj4_code.given.networks.build import build_network

BY_NAME, BY_TREE = "both, by name", "both, by the tree"
SEED = 0


class Training(NamedTuple):
    """What a network is trained on.

    Attributes:
        classes: what its logits mean.
        ids: of each data set that it sees, the class of each value of the masks.
    """

    classes: Sequence[TaxonomyClass]
    ids: dict[str, list[int]]


def sources_of(study: Study) -> tuple[Source, Source, Source]:
    """Return two data sets to train on, and a third that no network is trained on.

    Without data these are drawn streets of three drives, the first two labelled by teams that tell different things
    apart. With `--data` and `--pairs` they are CamVid, the folder of pairs, and drawn streets.
    """
    train, test = study.choose((8, 4), (80, 24), (400, 100))
    size = study.choose((48, 64), (73, 97), (240, 320))
    third = drawn_source(replace(TABLES["camvid-11"], name="third"), None, 0, test, size)
    if study.data is None or study.pairs is None:
        if study.data is not None or study.pairs is not None:
            raise ValueError("merging needs --data and --pairs, or neither, which merges two sets of drawn streets")
        return (
            drawn_source(TABLES["town"], 1, train, test, size),
            drawn_source(TABLES["village"], 2, train, test, size),
            third,
        )
    first = prepared_source(TABLES["camvid-11"], study, train, test, size)
    return first, pairs_source(find_table(study.pairs), study.pairs, train, test, size), third


def by_name(sources: Sequence[Source]) -> Training:
    """Put data sets together as if classes of one name were the same, and all others had nothing in common."""
    things: dict[str, frozenset[str]] = {}
    for source in sources:
        for each in source.taxonomy.classes:
            things[each.name] = things.get(each.name, frozenset()) | each.things
    classes = [TaxonomyClass(name, shown) for name, shown in things.items()]
    places = {name: place for place, name in enumerate(things)}
    ids = {}
    for source in sources:
        names = [places[each.name] for each in source.taxonomy.classes]
        ids[source.taxonomy.name] = [names[own] if own < len(names) else own for own in own_ids(source)]
    return Training(classes, ids)


def by_tree(sources: Sequence[Source]) -> tuple[Training, list[Decision]]:
    """Put data sets together by the decision tree."""
    decisions, merged = merge([source.taxonomy for source in sources])
    ids = {source.taxonomy.name: merged_ids(source, decisions, merged.classes) for source in sources}
    return Training(merged.classes, ids), decisions


def trainings(sources: Sequence[Source]) -> dict[str, Training]:
    """Return the trainings to compare: each data set alone, and both in two ways."""
    alone = {
        f"{source.taxonomy.name} alone": Training(source.taxonomy.classes, {source.taxonomy.name: own_ids(source)})
        for source in sources
    }
    return {**alone, BY_NAME: by_name(sources), BY_TREE: by_tree(sources)[0]}


def score(model: torch.nn.Module, training: Training, source: Source, device: torch.device) -> float:
    """Score a network on a data set in that data set's own taxonomy: the mean IoU over the classes in its test frames.

    A prediction that the data set has no word for, as when a network says "vehicle" where cars and trucks are told
    apart, is wrong.
    """
    from proj4_code.part5_iou import confusion_matrix, iou_per_class

    count = len(source.taxonomy.classes)
    truth = source.ids(source.test.masks, own_ids(source))
    said = predict(model, source.test, device)
    words = torch.tensor(translation(training.classes, source.taxonomy), dtype=torch.uint8)
    matrix = confusion_matrix(words[said.int()], truth, count + 1)  # the last class is never right
    present = matrix.sum(1)[:count] > 0
    return float(iou_per_class(matrix)[:count][present].mean())


def run(study: Study) -> Result:
    """Train a network for each training, and test each on all data sets."""
    plan = study.choose(Plan(2, 2, 33, 1e-3), Plan(60, 8, 73, 2e-3), Plan(3000, 16, 201, 1e-3))

    @cache
    def loaded() -> tuple[Source, Source, Source]:
        return sources_of(study)

    def measure(case: str) -> Row:
        *known, third = loaded()
        training = trainings(known)[case]
        seen = [s for s in known if s.taxonomy.name in training.ids]
        sets = [s.labelled(training.ids[s.taxonomy.name]) for s in seen]
        frames = Frames(torch.cat([each.images for each in sets]), torch.cat([each.masks for each in sets]))
        torch.manual_seed(SEED)
        model = build_network("fcn8s", 18, (), False, len(training.classes))
        fit(model, frames, plan, SEED, study.device)
        return {s.taxonomy.name: score(model, training, s, study.device) for s in (*known, third)}

    first, second, third = loaded()
    cases = [f"{first.taxonomy.name} alone", f"{second.taxonomy.name} alone", BY_NAME, BY_TREE]
    found = study.rows(cases, measure)
    names = [s.taxonomy.name for s in (first, second, third)]
    scores = {case: [row[name] for name in names] for case, row in zip(cases, found, strict=True)}
    return result_of(scores, names, (first, second))


def result_of(scores: dict[str, list[float]], names: Sequence[str], sources: Sequence[Source]) -> Result:
    """Put table, chart, pictures and claims together."""
    _, decisions = by_tree(sources)
    merged = merge([source.taxonomy for source in sources])[1]
    means = {case: statistics.harmonic_mean(values) for case, values in scores.items()}
    heading = [f"{names[0]} test", f"{names[1]} test", f"{names[2]}, never seen"]
    columns = {"trained on": "", **dict.fromkeys(heading, ".3f"), "harmonic mean": ".3f"}
    rows: list[list[Cell]] = [[case, *values, means[case]] for case, values in scores.items()]
    single = [case for case in scores if case.endswith(" alone")]
    claims = {
        "on each data set, the network that learnt its labels is ahead of the one that learnt the other's": (
            scores[single[0]][0] > scores[single[1]][0] and scores[single[1]][1] > scores[single[0]][1]
        ),
        "on the data set that none has seen, the network for both by the tree is best": (
            max(scores, key=lambda case: scores[case][2]) == BY_TREE
        ),
        "by the tree, the harmonic mean is above that by name": means[BY_TREE] > means[BY_NAME],
    }
    return Result(
        columns,
        rows,
        draw_scores(scores, heading, means),
        claims,
        {"merged": draw_merge(decisions, merged), "mseg": draw_mseg()},
        notes=(lost_words(merged, sources), "\n".join(table_of(decisions)), published_table()),
    )


def lost_words(merged: Taxonomy, sources: Sequence[Source]) -> str:
    """Write which classes of each data set no class of the merged taxonomy can stand for: they score 0 there."""
    sentences = []
    for source in sources:
        said = set(translation(merged.classes, source.taxonomy))
        lost = [each.name for place, each in enumerate(source.taxonomy.classes) if place not in said]
        sentences.append(f"{source.taxonomy.name}: {', '.join(lost) or 'none'}.")
    return (
        f"Classes that no merged class can stand for, and that score 0 in their data set's test: {' '.join(sentences)}"
    )


def table_of(decisions: Sequence[Decision]) -> list[str]:
    """Write the decisions as a table in Markdown."""
    lines = ["| data set | class | answer | because | becomes |", "| --- | --- | --- | --- | --- |"]
    for dataset, name, said, because, becomes in decisions:
        lines.append(f"| {dataset} | {name} | {said} | {because} | {', '.join(becomes) or '-'} |")
    return lines


def draw_scores(scores: dict[str, list[float]], heading: Sequence[str], means: dict[str, float]) -> Figure:
    """Draw a group of bars for each network: mean IoU on each data set, and the harmonic mean as a line."""
    figure = Figure(figsize=(8.4, 3.6), layout="constrained")
    axes = figure.subplots()
    for place, (name, color) in enumerate(zip(heading, ("#1f5fa8", "#d9730d", "#9699a0"), strict=True)):
        xs = [group + 0.27 * (place - 1) for group in range(len(scores))]
        axes.bar(xs, [values[place] for values in scores.values()], 0.25, label=name, color=color)
    for group, mean in enumerate(means.values()):
        label = "harmonic mean" if group == 0 else None
        axes.plot([group - 0.42, group + 0.42], [mean, mean], color="black", label=label)
        axes.text(group + 0.42, mean, f"{mean:.2f}", ha="right", va="bottom")
    axes.set_xticks(range(len(scores)), scores)
    axes.set(ylabel="mean IoU, 0 to 1", ylim=(0, None))
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside upper center", ncols=4, frameon=False)
    return figure


EXPERIMENT = Experiment(
    name="merging",
    title="Merging data sets",
    question=(
        "Two data sets of streets name different things: one says *vehicle* where the other tells cars from trucks. "
        "Can one network learn from both? A decision tree makes one taxonomy of the two (is it the same class? a "
        "superset? can it be split without drawing?); then a network is trained on each alone, on both as if equal "
        "names meant equal things, and on both by the tree. Each is tested on both, and on streets that none of "
        "them has seen."
    ),
    prediction=(
        "Take the two columns of the picture: what becomes of *Furniture*, which holds poles and signs? Which "
        "network is best on streets that none has seen, and why is the harmonic mean, and not the ordinary one, the "
        "measure of the paper?"
    ),
    conclusions=(
        "Fine words can be translated into coarse ones, and not back: the network that knows *vehicle* fails where "
        "cars and trucks are told apart, whatever the pixels look like. Equal names merged blindly teach two "
        "meanings at once. The tree costs words (the merged network cannot tell trees from bushes) and gains "
        "images, which shows on streets that nobody has seen. The harmonic mean is near the worst score, so it asks "
        "for a network that fails nowhere. What it does not show: real data sets also differ in cameras, countries "
        "and care."
    ),
    run=run,
    parts=(5,),
    takes=("data", "pairs"),
)
