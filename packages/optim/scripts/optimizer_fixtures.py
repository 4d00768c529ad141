"""Writes test/fixtures/optimizers.json: ten steps of Keras's optimizers on two small float32 weights.

Run with Keras 3 on TensorFlow (packages/trainer/scripts/README.md): python scripts/optimizer_fixtures.py
"""

import json
import os
import pathlib

os.environ["KERAS_BACKEND"] = "tensorflow"
import keras
import numpy as np

STEPS = 10
SHAPES = [(3, 2), (4,)]
CASES = {
    "sgd": (keras.optimizers.SGD, {"learning_rate": 0.05}),
    "sgd momentum": (keras.optimizers.SGD, {"learning_rate": 0.05, "momentum": 0.9}),
    "sgd nesterov": (keras.optimizers.SGD, {"learning_rate": 0.05, "momentum": 0.9, "nesterov": True}),
    "adam": (keras.optimizers.Adam, {}),
    "adam other": (keras.optimizers.Adam, {"learning_rate": 0.02, "beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-4}),
    "adamW": (keras.optimizers.AdamW, {"learning_rate": 0.01}),
    "adamW decay": (keras.optimizers.AdamW, {"learning_rate": 0.01, "weight_decay": 0.1}),
    "adam clipnorm": (keras.optimizers.Adam, {"clipnorm": 0.5}),
    "sgd clipnorm": (keras.optimizers.SGD, {"learning_rate": 0.05, "clipnorm": 0.5}),
    "sgd globalClipnorm": (keras.optimizers.SGD, {"learning_rate": 0.05, "global_clipnorm": 0.7}),
    "adamW globalClipnorm": (keras.optimizers.AdamW, {"learning_rate": 0.01, "global_clipnorm": 0.7}),
}

random = np.random.default_rng(1)
start = [random.normal(size=shape).astype(np.float32) for shape in SHAPES]
# Sizes from far below to above the clipping norms.
gradients = [
    [(random.normal(size=shape) * 10.0 ** random.uniform(-3, 0.5)).astype(np.float32) for shape in SHAPES]
    for _ in range(STEPS)
]


def flat(arrays):
    return [[float(value) for value in np.asarray(array).ravel()] for array in arrays]


def run(make, options):
    optimizer = make(**options)
    variables = [keras.Variable(value) for value in start]
    weights = []
    for step in gradients:
        optimizer.apply([keras.ops.convert_to_tensor(g) for g in step], variables)
        weights.append(flat([variable.numpy() for variable in variables]))
    return {"optimizer": options, "weights": weights}


out = {
    "keras": keras.__version__,
    "start": flat(start),
    "gradients": [flat(step) for step in gradients],
    "cases": {name: run(make, options) for name, (make, options) in CASES.items()},
}
path = pathlib.Path(__file__).parent.parent / "test" / "fixtures" / "optimizers.json"
path.parent.mkdir(exist_ok=True)
path.write_text(json.dumps(out) + "\n")
