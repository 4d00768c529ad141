"""Writes test/fixtures/lookahead.json: ten steps of SGD with lookahead in float64, on the weights and gradients of optimizers.json.

Lookahead Optimizer: k steps forward, 1 step back (Zhang et al., 2019), algorithm 1.
Run with NumPy, after optimizer_fixtures.py: python scripts/lookahead_reference.py
"""

import json
import pathlib

import numpy as np

fixtures = pathlib.Path(__file__).parent.parent / "test" / "fixtures"
given = json.loads((fixtures / "optimizers.json").read_text())
LEARNING_RATE = 0.05


def run(steps, rate):
    fast = np.concatenate([np.array(values, np.float64) for values in given["start"]])
    slow = fast.copy()
    weights = []
    for step, gradients in enumerate(given["gradients"], start=1):
        fast = fast - LEARNING_RATE * np.concatenate([np.array(values, np.float64) for values in gradients])
        if step % steps == 0:
            slow = slow + rate * (fast - slow)
            fast = slow.copy()
        weights.append(fast.tolist())
    return {"steps": steps, "rate": rate, "weights": weights, "slow": slow.tolist()}


out = {"learningRate": LEARNING_RATE, "cases": [run(1, 0.5), run(3, 0.5), run(4, 0.8), run(5, 1)]}
(fixtures / "lookahead.json").write_text(json.dumps(out) + "\n")
