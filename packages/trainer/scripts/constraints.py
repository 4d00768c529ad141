"""
Eight steps of Keras with each weight constraint on every kernel, bias, gamma and beta of a small image network: its loss
before and its weights after each step.

    TREADLE_PYTHON packages/trainer/scripts/constraints.py > packages/trainer/test/fixtures/keras-constraints.json

Weights are base64 of float32, in `model.weights` order, shape [8, weights]. Initial weights and inputs are the sequence
`values` of layer_values.py, so a reader computes them.
"""

import base64
import json
import os

os.environ['KERAS_BACKEND'] = 'jax'
import keras
import numpy as np
from keras import constraints, layers
from layer_values import values

STEPS, ROWS = 8, 6

CONSTRAINTS = {
    'maxNorm': lambda axis: constraints.MaxNorm(0.8, axis=axis),
    'unitNorm': lambda axis: constraints.UnitNorm(axis=axis),
    'nonNeg': lambda axis: constraints.NonNeg(),
    'minMaxNorm': lambda axis: constraints.MinMaxNorm(0.6, 0.9, rate=0.7, axis=axis),
}


def network(constraint):
    """The norm of a kernel is over the inputs of a unit: axes 0, 1 and 2 of a convolution, 0 and 1 of a depthwise one."""
    return keras.Sequential([
        keras.Input((6, 6, 2)),
        layers.Conv2D(3, 3, activation='tanh', kernel_constraint=constraint([0, 1, 2]), bias_constraint=constraint(0)),
        layers.BatchNormalization(gamma_constraint=constraint(0), beta_constraint=constraint(0)),
        layers.DepthwiseConv2D(2, depthwise_constraint=constraint([0, 1]), bias_constraint=constraint(0)),
        layers.Flatten(),
        layers.Dense(4, activation='tanh', kernel_constraint=constraint(0), bias_constraint=constraint(0)),
        layers.Dense(3, activation='softmax'),
    ])


def run(constraint):
    model = network(constraint)
    for i, weight in enumerate(model.weights):
        own = values(int(np.prod(weight.shape)), i + 1).reshape(weight.shape)
        weight.assign(own + 2 if 'variance' in weight.path else own)
    model.compile(keras.optimizers.SGD(0.1, momentum=0.9), loss='categorical_crossentropy')
    states, losses = [], []
    for step in range(STEPS):
        x = values(ROWS * 72, 1000 + step).reshape(ROWS, 6, 6, 2)
        y = np.eye(3, dtype=np.float32)[(np.arange(ROWS) + step) % 3]
        losses.append(float(model.train_on_batch(x, y)))
        model.reset_metrics()
        states.append(np.concatenate([np.asarray(w).ravel() for w in model.weights]))
    return {'losses': losses, 'states': base64.b64encode(np.stack(states).astype('<f4').tobytes()).decode()}


print(json.dumps({'keras': keras.__version__, **{name: run(make) for name, make in CONSTRAINTS.items()}}))
