"""Writes test/fixtures/muon.json: ten steps of Muon in float64, from the formulas of Keras's documentation.

Weights of several shapes, gradients alike; a kernel of a convolution is a matrix with a column for each filter.
Run: python scripts/muon_reference.py (numpy)
"""

import json
import pathlib

import numpy as np

STEPS, RATE, MOMENTUM, RMS, DECAY = 10, 0.02, 0.95, 0.2, 0.004
A, B, C = 3.4445, -4.7750, 2.0315


def orthogonal(x):
    """Five iterations of Newton-Schulz on the wide form, as Keras does."""
    tall = x.shape[0] > x.shape[1]
    x = x.T if tall else x
    x = x / (np.linalg.norm(x) + 1e-7)
    for _ in range(5):
        squares = x @ x.T
        x = A * x + (B * squares + C * squares @ squares) @ x
    return x.T if tall else x


def numbers(random, shape):
    """Of float32, so that both computations begin with the same values."""
    return random.normal(size=shape).astype(np.float32).astype(np.float64)


def case(shape, seed):
    random = np.random.default_rng(seed)
    w = start = numbers(random, shape)
    gradients = [numbers(random, shape) for _ in range(STEPS)]
    m = np.zeros(shape)
    weights = []
    for g in gradients:
        m = MOMENTUM * m + g
        matrix = (g + MOMENTUM * m).reshape(-1, shape[-1])
        update = orthogonal(matrix) * np.sqrt(max(matrix.shape)) * RMS
        w = w - w * DECAY * RATE - RATE * update.reshape(shape)
        weights.append(w.ravel().tolist())
    return {
        "shape": shape,
        "start": start.ravel().tolist(),
        "gradients": [g.ravel().tolist() for g in gradients],
        "weights": weights,
    }


SHAPES = [[5, 9], [9, 5], [6, 6], [3, 3, 2, 4], [2, 2, 1, 7], [1, 3]]
out = {"learningRate": RATE, "cases": [case(shape, seed) for seed, shape in enumerate(SHAPES)]}
path = pathlib.Path(__file__).parent.parent / "test" / "fixtures" / "muon.json"
path.write_text(json.dumps(out) + "\n")
