"""
Values of Keras for the layers and losses that the compiler lowers: outputs of one forward pass in training, the loss, and
its gradients by the inputs' dense layers and by the layer's own weights.

    TREADLE_PYTHON packages/trainer/scripts/layer_values.py > packages/trainer/test/fixtures/keras-layers.json

Each case is a model: two inputs of shape [4, 6], a dense layer of 5 units for each, the layer under test on both, and a
dense head. The weights are those of `values`, which the test computes too.
"""

import json
import os

os.environ['KERAS_BACKEND'] = 'jax'
import jax
import keras
import numpy as np
from keras import layers, losses

ROWS = 6


def values(count, seed):
    """A sequence that is the same everywhere: no random generator of a library."""
    out, state = [], (seed * 2654435761 + 12345) % 2**32
    for _ in range(count):
        state = (1664525 * state + 1013904223) % 2**32
        out.append(np.float32(state / 2**31 - 1))
    return np.array(out, dtype=np.float32)


def two(make):
    return lambda a, b: make()([a, b])


def one(make):
    return lambda a, b: make()(layers.Add()([a, b]))


MIDDLES = {
    'Add': two(layers.Add),
    'Subtract': two(layers.Subtract),
    'Multiply': two(layers.Multiply),
    'Average': two(layers.Average),
    'Maximum': two(layers.Maximum),
    'Minimum': two(layers.Minimum),
    'Concatenate axis 1': two(lambda: layers.Concatenate(axis=1)),
    'Permute': one(lambda: layers.Permute((2, 1))),
    'LayerNormalization': one(lambda: layers.LayerNormalization()),
    'LayerNormalization axes 1, 2': one(lambda: layers.LayerNormalization(axis=[1, 2])),
    'BatchNormalization axis 1': one(lambda: layers.BatchNormalization(axis=1)),
    'BatchNormalization': one(lambda: layers.BatchNormalization()),
    'Rescaling': one(lambda: layers.Rescaling(0.5, 0.25)),
}

LOSSES = {
    'meanAbsoluteError': losses.MeanAbsoluteError(),
    'huber': losses.Huber(delta=0.4),
    'logcosh': losses.LogCosh(),
    'poisson': losses.Poisson(),
    'hinge': losses.Hinge(),
    'squaredHinge': losses.SquaredHinge(),
    'categoricalHinge': losses.CategoricalHinge(),
    'kullbackLeiblerDivergence': losses.KLDivergence(),
    'binaryCrossentropy': losses.BinaryCrossentropy(label_smoothing=0.1),
    'categoricalCrossentropy': losses.CategoricalCrossentropy(label_smoothing=0.1),
}
ACTIVATION = {'binaryCrossentropy': 'sigmoid', 'meanAbsoluteError': 'linear', 'huber': 'linear', 'logcosh': 'linear',
              'hinge': 'linear', 'squaredHinge': 'linear'}


def run(middle, loss, activation):
    inputs = [keras.Input((4, 6)), keras.Input((4, 6))]
    a, b = [layers.Dense(5, activation='tanh')(x) for x in inputs]
    flat = layers.Flatten()(middle(a, b))
    model = keras.Model(inputs, layers.Dense(3, activation=activation)(flat))
    for i, weight in enumerate(model.weights):
        own = values(int(np.prod(weight.shape)), i + 1).reshape(weight.shape)
        weight.assign(own + 2 if 'variance' in weight.path else own)
    x = [values(ROWS * 24, 100 + i).reshape(ROWS, 4, 6) for i in range(2)]
    y = np.eye(3, dtype=np.float32)[np.arange(ROWS) % 3]
    trainable = [v.value for v in model.trainable_variables]
    fixed = [v.value for v in model.non_trainable_variables]

    def objective(weights):
        outputs, _ = model.stateless_call(weights, fixed, x, training=True)
        return loss(y, outputs)

    total, gradients = jax.value_and_grad(objective)(trainable)
    return {
        'weights': [{'name': v.path, 'shape': list(v.shape)} for v in model.weights],
        'loss': float(total),
        'gradients': [[float(f'{g:.8g}') for g in np.asarray(gradient).ravel()] for gradient in gradients],
    }


if __name__ == '__main__':
    crossentropy = losses.CategoricalCrossentropy()
    print(json.dumps({
        'keras': keras.__version__,
        'layers': {name: run(middle, crossentropy, 'softmax') for name, middle in MIDDLES.items()},
        'losses': {name: run(two(layers.Add), loss, ACTIVATION.get(name, 'softmax')) for name, loss in LOSSES.items()},
    }))
