"""
Fifty steps of Keras on two networks of the TensorFlow.js examples' kind, rebuilt small: a siamese pair with one tower for
both images, and a detector with a box and a class head. For each step the weights before it and its loss.

    TREADLE_PYTHON packages/trainer/scripts/shared_steps.py > packages/trainer/test/fixtures/keras-shared-steps.json

Weights are base64 of float32, in `model.weights` order, shape [51, weights]. Inputs and targets are the sequence `values` of
layer_values.py, so a reader computes them.
"""

import base64
import json
import os

os.environ['KERAS_BACKEND'] = 'jax'
import keras
import numpy as np
from keras import layers
from layer_values import values

STEPS, ROWS = 50, 4


def siamese():
    inputs = [keras.Input((5, 5, 1), name=name) for name in ('left', 'right')]
    tower = [layers.Conv2D(3, 3, activation='relu'), layers.BatchNormalization(), layers.Flatten(),
             layers.Dense(4, activation='tanh')]
    codes = []
    for x in inputs:
        for layer in tower:
            x = layer(x)
        codes.append(x)
    joined = layers.Concatenate()([layers.Subtract()(codes), layers.Multiply()(codes)])
    outputs = layers.Dense(1, activation='sigmoid', name='same')(joined)
    return keras.Model(inputs, outputs), ['binary_crossentropy'], [1.0], [(ROWS, 5, 5, 1)] * 2


def detector():
    image = keras.Input((6, 6, 1), name='image')
    x = layers.Conv2D(4, 3, activation='relu')(image)
    x = layers.MaxPooling2D()(x)
    x = layers.Flatten()(x)
    box = layers.Dense(4, name='box')(layers.Dense(3, activation='tanh')(x))
    kind = layers.Dense(3, activation='softmax', name='kind')(x)
    model = keras.Model(image, [box, kind])
    return model, ['huber', 'categorical_crossentropy'], [0.5, 1.0], [(ROWS, 6, 6, 1)]


def targets(name, seed):
    if name == 'same':
        return (np.arange(ROWS) % 2).astype(np.float32).reshape(ROWS, 1)
    if name == 'kind':
        return np.eye(3, dtype=np.float32)[(np.arange(ROWS) + seed) % 3]
    return values(ROWS * 4, seed).reshape(ROWS, 4)


def run(make):
    model, loss, weights, shapes = make()
    for i, weight in enumerate(model.weights):
        own = values(int(np.prod(weight.shape)), i + 1).reshape(weight.shape) / 2
        weight.assign(own + 2 if 'variance' in weight.path else own)
    model.compile(keras.optimizers.SGD(0.05), loss=loss, loss_weights=weights)
    states, totals = [], []
    flat = lambda: np.concatenate([np.asarray(w).ravel() for w in model.weights])
    for step in range(STEPS):
        states.append(flat())
        x = [values(int(np.prod(shape)), 1000 + 10 * step + i).reshape(shape) for i, shape in enumerate(shapes)]
        y = [targets(name, 2000 + step) for name in model.output_names]
        result = model.train_on_batch(x if len(x) > 1 else x[0], y if len(y) > 1 else y[0], return_dict=True)
        totals.append(float(result['loss']))
        model.reset_metrics()
    states.append(flat())
    packed = base64.b64encode(np.stack(states).astype('<f4').tobytes()).decode()
    return {'shapes': [list(w.shape) for w in model.weights], 'losses': totals, 'states': packed}


print(json.dumps({'keras': keras.__version__, 'siamese': run(siamese), 'detector': run(detector)}))
