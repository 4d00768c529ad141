"""Writes test/fixtures/optimizers.json: ten steps of Keras's optimizers on two small float32 weights.

Run with Keras 3 on JAX (packages/trainer/scripts/README.md): python scripts/optimizer_fixtures.py
"""

import json
import os
import pathlib

os.environ["KERAS_BACKEND"] = "jax"
import keras
import numpy as np

STEPS = 10
SHAPES = {"kernel": (3, 2), "bias": (4,)}
# A case is named by the optimizer and what is special about it.
CASES = {
    "sgd": {"learning_rate": 0.05},
    "sgd momentum": {"learning_rate": 0.05, "momentum": 0.9},
    "sgd nesterov": {"learning_rate": 0.05, "momentum": 0.9, "nesterov": True},
    "sgd clipnorm": {"learning_rate": 0.05, "clipnorm": 0.5},
    "sgd globalClipnorm": {"learning_rate": 0.05, "global_clipnorm": 0.7},
    "sgd clipvalue": {"learning_rate": 0.05, "clipvalue": 0.2},
    "sgd weightDecay": {"learning_rate": 0.05, "weight_decay": 0.1},
    "sgd average": {"learning_rate": 0.05, "use_ema": True, "ema_momentum": 0.8},
    "adam": {},
    "adam other": {"learning_rate": 0.02, "beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-4},
    "adam amsgrad": {"learning_rate": 0.02, "amsgrad": True, "beta_2": 0.9},
    "adam clipnorm": {"clipnorm": 0.5},
    "adam average": {"learning_rate": 0.02, "use_ema": True, "ema_overwrite_frequency": 3},
    "adamw": {"learning_rate": 0.01},
    "adamw decay": {"learning_rate": 0.01, "weight_decay": 0.1},
    "adam multipliers": {"learning_rate": 0.02, "multipliers": {"bias": 4, "kernel": 0.25}},
    "adamw multipliers": {"learning_rate": 0.01, "weight_decay": 0.1, "multipliers": {"bias": 3}},
    "sgd multipliers": {"learning_rate": 0.05, "momentum": 0.9, "nesterov": True, "multipliers": {"kernel": 0.5}},
    "nadam multipliers": {"learning_rate": 0.02, "multipliers": {"bias": 2}},
    "adamw exclude": {"learning_rate": 0.01, "weight_decay": 0.1, "exclude": ["bias"]},
    "adamw globalClipnorm": {"learning_rate": 0.01, "global_clipnorm": 0.7},
    "rmsprop": {"learning_rate": 0.01},
    "rmsprop momentum": {"learning_rate": 0.01, "momentum": 0.9, "rho": 0.8},
    "rmsprop centered": {"learning_rate": 0.01, "centered": True},
    "rmsprop both": {"learning_rate": 0.01, "centered": True, "momentum": 0.9, "weight_decay": 0.05},
    "adagrad": {"learning_rate": 0.05},
    "adagrad other": {"learning_rate": 0.05, "initial_accumulator_value": 0.01, "epsilon": 1e-3},
    "adamax": {"learning_rate": 0.02},
    "adamax other": {"learning_rate": 0.02, "beta_1": 0.8, "beta_2": 0.9, "weight_decay": 0.05},
    "nadam": {"learning_rate": 0.02},
    "nadam other": {"learning_rate": 0.02, "beta_1": 0.8, "beta_2": 0.9, "clipvalue": 0.3},
    "muon": {"learning_rate": 0.02},
    "muon other": {
        "learning_rate": 0.05, "momentum": 0.8, "nesterov": False, "ns_steps": 3, "rms_rate": None, "weight_decay": 0.1,
        "adam_weight_decay": 0.2, "adam_lr_ratio": 0.5, "adam_beta_1": 0.8, "adam_beta_2": 0.9, "global_clipnorm": 0.7,
    },
    "muon coefficients": {"learning_rate": 0.02, "muon_a": 2.0, "muon_b": -1.5, "muon_c": 0.5, "ns_steps": 7},
    "muon exclude": {"learning_rate": 0.02, "exclude_layers": ["kernel"], "use_ema": True, "ema_momentum": 0.8},
    "lion": {"learning_rate": 0.01},
    "lion other": {"learning_rate": 0.01, "beta_1": 0.8, "beta_2": 0.9, "weight_decay": 0.1},
}

random = np.random.default_rng(1)
start = [random.normal(size=shape).astype(np.float32) for shape in SHAPES.values()]
# Sizes from far below to above the clipping norms.
gradients = [
    [(random.normal(size=shape) * 10.0 ** random.uniform(-3, 0.5)).astype(np.float32) for shape in SHAPES.values()]
    for _ in range(STEPS)
]


def flat(arrays):
    return [[float(value) for value in np.asarray(array).ravel()] for array in arrays]


def run_apart(name, options):
    """A rate multiplier is by definition another learning rate: an optimizer for each weight."""
    multipliers = options["multipliers"]
    settings = {key: value for key, value in options.items() if key != "multipliers"}
    own = {
        weight: keras.optimizers.get(
            {"class_name": name, "config": {**settings, "learning_rate": settings["learning_rate"] * multipliers.get(weight, 1)}}
        )
        for weight in SHAPES
    }
    variables = {weight: keras.Variable(value, name=weight) for weight, value in zip(SHAPES, start)}
    weights = []
    for step in gradients:
        for gradient, (weight, variable) in zip(step, variables.items()):
            own[weight].apply([keras.ops.convert_to_tensor(gradient)], [variable])
        weights.append(flat([variable.numpy() for variable in variables.values()]))
    slots = {}
    for weight, optimizer in own.items():
        for variable in optimizer.variables:
            if variable.name.startswith(f"{weight}_"):
                slots.setdefault(variable.name.removeprefix(f"{weight}_"), []).extend(flat([variable.numpy()]))
    return {"optimizer": options, "weights": weights, "slots": slots}


def run(name, options):
    if "multipliers" in options:
        return run_apart(name, options)
    settings = {key: value for key, value in options.items() if key != "exclude"}
    optimizer = keras.optimizers.get({"class_name": name, "config": settings})
    if "exclude" in options:
        optimizer.exclude_from_weight_decay(var_names=options["exclude"])
    variables = [keras.Variable(value, name=name) for name, value in zip(SHAPES, start)]
    weights = []
    for step in gradients:
        optimizer.apply([keras.ops.convert_to_tensor(g) for g in step], variables)
        weights.append(flat([variable.numpy() for variable in variables]))
    # The optimizer's memory after the last step, weight by weight; the averages of weights are a list of their own.
    slots = {}
    for variable in optimizer.variables:
        for weight in SHAPES:
            if variable.name.startswith(f"{weight}_"):
                slots.setdefault(variable.name.removeprefix(f"{weight}_"), []).extend(flat([variable.numpy()]))
    return {"optimizer": options, "weights": weights, "slots": slots}


out = {
    "keras": keras.__version__,
    "names": list(SHAPES),
    "start": flat(start),
    "gradients": [flat(step) for step in gradients],
    "cases": {name: run(name.split()[0], options) for name, options in CASES.items()},
}
path = pathlib.Path(__file__).parent.parent / "test" / "fixtures" / "optimizers.json"
path.parent.mkdir(exist_ok=True)
path.write_text(json.dumps(out) + "\n")
