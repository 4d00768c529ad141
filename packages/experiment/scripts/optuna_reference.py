"""Writes what Optuna's TPE and successive halving give: densities of the estimator, and the best values on three functions.

    python optuna_reference.py ../test/fixtures/optuna.json

Takes a few minutes. The functions and their learning curves are those of test/optuna.long.test.ts.
"""

import json
import math
import sys

import numpy as np
import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.pruners import NopPruner, SuccessiveHalvingPruner
from optuna.samplers import RandomSampler, TPESampler
from optuna.samplers._tpe.parzen_estimator import _ParzenEstimator, _ParzenEstimatorParameters
from optuna.samplers._tpe.sampler import default_weights

SEEDS = range(30)
TRIALS = 100
EPOCHS = 64

ALPHA = [1.0, 1.2, 3.0, 3.2]
A = [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
P = [
    [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
    [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
    [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650],
    [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
]


def branin(x):
    return (
        (x[1] - 5.1 / (4 * math.pi**2) * x[0] ** 2 + 5 / math.pi * x[0] - 6) ** 2
        + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x[0])
        + 10
    )


def hartmann6(x):
    return -sum(ALPHA[i] * math.exp(-sum(A[i][j] * (x[j] - P[i][j]) ** 2 for j in range(6))) for i in range(4))


def ackley(x):
    n = len(x)
    return (
        -20 * math.exp(-0.2 * math.sqrt(sum(v * v for v in x) / n))
        - math.exp(sum(math.cos(2 * math.pi * v) for v in x) / n)
        + 20
        + math.e
    )


FUNCTIONS = {
    "branin": (branin, [(-5, 10), (0, 15)]),
    "hartmann6": (hartmann6, [(0, 1)] * 6),
    "ackley": (ackley, [(-5, 10)] * 4),
}


def curve(final, share, epoch):
    """Falls to the final value; `share` in [0, 1] says how fast."""
    return final + 5 * math.exp(-epoch * (0.5 + share) / 4)


def best(function, bounds, sampler, pruner):
    study = optuna.create_study(sampler=sampler, pruner=pruner)

    def objective(trial):
        x = [trial.suggest_float(f"p{i}", low, high) for i, (low, high) in enumerate(bounds)]
        final = function(x)
        if isinstance(pruner, NopPruner):
            return final
        share = (x[0] - bounds[0][0]) / (bounds[0][1] - bounds[0][0])
        for epoch in range(1, EPOCHS + 1):
            trial.report(curve(final, share, epoch), epoch)
            if epoch < EPOCHS and trial.should_prune():
                raise optuna.TrialPruned()
        return curve(final, share, EPOCHS)

    study.optimize(objective, n_trials=TRIALS)
    epochs = sum(max(trial.intermediate_values, default=EPOCHS) for trial in study.trials)
    return {"value": study.best_value, "epochs": epochs}


def densities():
    parameters = _ParzenEstimatorParameters(
        prior_weight=1.0,
        consider_magic_clip=True,
        consider_endpoints=False,
        weights=default_weights,
        multivariate=False,
    )
    rng = np.random.RandomState(1)
    cases = []
    for name, distribution, draw in [
        ("uniform", FloatDistribution(-1, 3), lambda n: rng.uniform(-1, 3, n)),
        ("logUniform", FloatDistribution(1e-4, 1, log=True), lambda n: np.exp(rng.uniform(np.log(1e-4), 0, n))),
        ("int", IntDistribution(2, 20, step=3), lambda n: 2 + 3 * rng.randint(0, 7, n)),
        ("logInt", IntDistribution(1, 300, log=True), lambda n: np.rint(np.exp(rng.uniform(0, np.log(300), n)))),
        ("choice", CategoricalDistribution(["a", "b", "c"]), lambda n: rng.randint(0, 3, n)),
    ]:
        # numpy's sort leaves the order of equal numbers open, which changes the result where weights differ.
        for count in [0, 1, 2, 3, 9, 20] if "nt" in name else [0, 1, 2, 3, 9, 26, 40]:
            observed = draw(count).astype(float)
            at = draw(6).astype(float)
            estimator = _ParzenEstimator({"p": observed}, {"p": distribution}, parameters)
            cases.append(
                {
                    "kind": name,
                    "observed": observed.tolist(),
                    "at": at.tolist(),
                    "log": estimator.log_pdf({"p": at}).tolist(),
                }
            )
    return cases


optuna.logging.set_verbosity(optuna.logging.ERROR)
found = {"optuna": optuna.__version__, "densities": densities(), "functions": {}}
for name, (function, bounds) in FUNCTIONS.items():
    found["functions"][name] = {
        "tpe": [
            best(function, bounds, TPESampler(seed=seed, multivariate=False), NopPruner())["value"] for seed in SEEDS
        ],
        "asha": [
            best(
                function,
                bounds,
                RandomSampler(seed=seed),
                SuccessiveHalvingPruner(min_resource=1, reduction_factor=4),
            )
            for seed in SEEDS
        ],
        "tpe+asha": [
            best(
                function,
                bounds,
                TPESampler(seed=seed, multivariate=False),
                SuccessiveHalvingPruner(min_resource=1, reduction_factor=4),
            )
            for seed in SEEDS
        ],
    }
with open(sys.argv[1], "w") as file:
    json.dump(found, file, indent=1)
    file.write("\n")
