"""Transfer: which parameters learn, and how fast."""

import torch

from proj4_code.given.explore.apparatus.fitting import Plan, fit
from proj4_code.given.explore.apparatus.streets import Frames
from proj4_code.given.explore.transfer import ALL, DECAY, FROZEN, LAST, RATES, STAGES, learning_groups, network


def test_what_is_frozen_stays_and_lower_stages_learn_slower():
    rates = {}
    for learns in (FROZEN, LAST, ALL, RATES):
        model = network(2)
        groups = learning_groups(model, learns, 1.0)
        by_parameter = {id(p): group["lr"] for group in groups for p in group["params"]}
        names = dict(model.named_parameters())
        assert len(by_parameter) == sum(len(group["params"]) for group in groups)  # none twice
        assert all(p.requires_grad == (id(p) in by_parameter) for p in names.values())
        rates[learns] = {
            stage: {by_parameter.get(id(p), 0) for name, p in names.items() if name.startswith(f"backbone.{stage}.")}
            for stage in STAGES
        }
        assert {by_parameter[id(p)] for name, p in names.items() if not name.startswith("backbone.")} == {1.0}
    assert all(values == {0} for values in rates[FROZEN].values())
    assert [stage for stage in STAGES if rates[LAST][stage] == {1.0}] == ["layer4"]
    assert all(values == {1.0} for values in rates[ALL].values())
    assert [rates[RATES][stage] for stage in reversed(STAGES)] == [{DECAY**n} for n in range(1, 6)]


def test_frozen_weights_are_the_same_after_training():
    images = torch.randint(0, 256, (4, 3, 48, 72), generator=torch.Generator().manual_seed(1), dtype=torch.uint8)
    some = Frames(images, (images.float().mean(1) > 128).to(torch.uint8))
    model = network(2)
    before = {name: p.detach().clone() for name, p in model.named_parameters()}
    plan = Plan(2, 2, 33, 0.01)
    fit(model, some, plan, 0, torch.device("cpu"), groups=learning_groups(model, LAST, plan.rate))
    changed = {name.split(".")[1] for name, p in model.named_parameters() if not torch.equal(p, before[name])}
    assert changed >= {"layer4"}
    assert not changed & {"stem", "layer1", "layer2", "layer3"}
