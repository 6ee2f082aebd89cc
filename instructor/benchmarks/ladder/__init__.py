"""The ladder: the paper's ablation on CamVid (Zhao et al. 2017, table 1 and section 5), rung by rung, in one command.

The lectures' other networks follow, and torchvision's, in the same setting.

It drives the training program and `evaluate`, each in its own process. Stopped at any moment, it continues when the
same command is given again: finished runs are left alone, unfinished ones are resumed. The table and the chart in
`--out` are rewritten after each run, so there is always something to look at.

python -m instructor.benchmarks.ladder --data data/camvid --out runs/ladder
python -m instructor.benchmarks.ladder --quick --out runs/ladder-quick       # minutes on the CPU: does it all work?
"""
