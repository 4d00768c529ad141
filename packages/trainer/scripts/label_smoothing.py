"""Writes test/fixtures/label-smoothing.json: losses of Keras with label smoothing, and their gradients by the logits.

Run with Keras 3 on JAX (README.md): python scripts/label_smoothing.py
"""

import json
import os
import pathlib

os.environ["KERAS_BACKEND"] = "jax"
import jax
import keras
import numpy as np

ROWS = 3
random = np.random.default_rng(2)


def case(loss, units, smoothing):
    logits = random.normal(size=(ROWS, units)).astype(np.float32)
    labels = random.integers(units if units > 1 else 2, size=ROWS)
    if loss == "binaryCrossentropy":
        targets = random.integers(2, size=(ROWS, units)).astype(np.float32)
        compute = keras.losses.BinaryCrossentropy(from_logits=True, label_smoothing=smoothing)
    else:
        # Keras smooths one-hot targets only; class indices are smoothed alike.
        targets = np.eye(units, dtype=np.float32)[labels]
        compute = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=smoothing)
    mean, gradient = jax.value_and_grad(lambda z: compute(targets, z))(logits)
    given = labels if loss == "sparseCategoricalCrossentropy" else targets
    return {
        "loss": loss,
        "labelSmoothing": smoothing,
        "units": units,
        "logits": [float(v) for v in logits.ravel()],
        "targets": [float(v) for v in given.ravel()],
        "mean": float(mean),
        "gradient": [float(v) for v in np.asarray(gradient).ravel()],
    }


out = {
    "keras": keras.__version__,
    "cases": [
        case(loss, units, smoothing)
        for loss, units in [
            ("sparseCategoricalCrossentropy", 5),
            ("categoricalCrossentropy", 4),
            ("binaryCrossentropy", 1),
            ("binaryCrossentropy", 3),
        ]
        for smoothing in [0.05, 0.3]
    ],
}
path = pathlib.Path(__file__).parent.parent / "test" / "fixtures" / "label-smoothing.json"
path.write_text(json.dumps(out) + "\n")
