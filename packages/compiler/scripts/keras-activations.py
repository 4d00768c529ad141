"""Writes test/fixtures/activations.json: activations of Keras with their slopes, in float64.

KERAS_BACKEND=jax JAX_ENABLE_X64=1 python packages/compiler/scripts/keras-activations.py
"""

import json
import os
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ.setdefault("JAX_ENABLE_X64", "1")

import jax
import keras
import numpy as np

keras.config.set_floatx("float64")
# Numbers of few bits, so that float32 has them exactly. No kink is among them.
points = np.concatenate([np.arange(-8, 8, 0.3125) + 0.015625, [-40, -20, -12, -1e-3, 1e-3, 12, 20, 40]])
points = points.astype(np.float32).astype(np.float64)
a = keras.activations

# By the name that tfjs or @treadle/keras gives each.
functions = {
    "celu": a.celu,
    "elu": a.elu,
    "exponential": a.exponential,
    "gelu": lambda x: a.gelu(x, approximate=False),
    "gelu_new": lambda x: a.gelu(x, approximate=True),
    "hardShrink": a.hard_shrink,
    "hardSigmoidKeras3": a.hard_sigmoid,
    "hardSilu": a.hard_silu,
    "hardTanh": a.hard_tanh,
    "leakyRelu": a.leaky_relu,
    "logSigmoid": a.log_sigmoid,
    "mish": a.mish,
    "relu": a.relu,
    "relu6": a.relu6,
    "selu": a.selu,
    "sigmoid": a.sigmoid,
    "softShrink": a.soft_shrink,
    "softplus": a.softplus,
    "softsign": a.softsign,
    "sparsePlus": a.sparse_plus,
    "sparseSigmoid": a.sparse_sigmoid,
    "squareplus": a.squareplus,
    "swish": a.silu,
    "tanh": a.tanh,
    "tanhShrink": a.tanh_shrink,
}

# By class and by the settings of tfjs's layer.
layers = {
    "ELU": [({"alpha": 0.5}, keras.layers.ELU(alpha=0.5))],
    "LeakyReLU": [({"alpha": 0.25}, keras.layers.LeakyReLU(negative_slope=0.25))],
    "ReLU": [
        ({"maxValue": 2.5}, keras.layers.ReLU(max_value=2.5)),
        (
            {"maxValue": 2.5, "negativeSlope": 0.125, "threshold": 0.5},
            keras.layers.ReLU(max_value=2.5, negative_slope=0.125, threshold=0.5),
        ),
        ({"threshold": 1.015625}, keras.layers.ReLU(threshold=1.015625)),
    ],
}


def entry(f):
    return {
        "y": np.asarray(f(points)).tolist(),
        "slope": np.asarray(jax.vmap(jax.grad(lambda x: f(x)))(points)).tolist(),
    }


result = {
    "points": points.tolist(),
    "functions": {name: entry(f) for name, f in functions.items()},
    "layers": [
        {"className": name, "args": args, **entry(layer)}
        for name, cases in layers.items()
        for args, layer in cases
    ],
    "logSoftmax": np.asarray(a.log_softmax(points.reshape(-1, 4))).ravel().tolist(),
}
out = Path(__file__).parent.parent / "test" / "fixtures" / "activations.json"
out.write_text(json.dumps(result) + "\n")
