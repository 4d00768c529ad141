"""
Four steps of Keras on a network with activity regularizers: of a convolution, of dense layers, of an ActivityRegularization
layer and of the softmax at the end. The loss before and the weights after each step, and the loss of an evaluation in batches
of 4 and 2 samples. No layer is called twice: Keras on JAX then counts one of the calls only, unlike Keras on TensorFlow.

    TREADLE_PYTHON packages/trainer/scripts/activity.py > packages/trainer/test/fixtures/keras-activity.json

Weights are base64 of float32, in Keras's order. Initial weights and inputs are the sequence `values` of layer_values.py.
"""

import base64
import json
import os

os.environ['KERAS_BACKEND'] = 'jax'
import keras
import numpy as np
from keras import layers, regularizers
from layer_values import values

STEPS, ROWS = 4, 6


def network():
    x = keras.Input((6, 6, 2), name='input')
    maps = layers.Conv2D(3, 3, activation='relu', name='conv', activity_regularizer=regularizers.L1L2(0.01, 0.02))(x)
    flat = layers.Flatten(name='flat')
    a = layers.Dense(4, activation='tanh', name='first', activity_regularizer=regularizers.L1(0.02))(flat(maps))
    normal = layers.BatchNormalization(name='normal', activity_regularizer=regularizers.L2(0.01))(maps)
    b = layers.Dense(5, name='second', activity_regularizer=regularizers.L1L2(0.02, 0.01))(flat(normal))
    both = layers.Concatenate(name='both')([a, b])
    both = layers.ActivityRegularization(l1=0.03, l2=0.01, name='activity')(both)
    y = layers.Dense(3, activation='softmax', name='head', activity_regularizer=regularizers.L2(0.2))(both)
    return keras.Model(x, y)


model = network()
for i, weight in enumerate(model.weights):
    own = values(int(np.prod(weight.shape)), i + 1).reshape(weight.shape)
    weight.assign(own + 2 if 'variance' in weight.path else own / 2)
model.compile(keras.optimizers.SGD(0.1), loss='categorical_crossentropy')
specs = [{'name': w.path, 'shape': list(w.shape)} for w in model.weights]


def flat_weights():
    return base64.b64encode(
        np.concatenate([np.asarray(w).ravel() for w in model.weights]).astype('<f4').tobytes()
    ).decode()


initial = flat_weights()
y = np.eye(3, dtype=np.float32)[np.arange(ROWS) % 3]
steps = []
for step in range(STEPS):
    x = values(ROWS * 72, 1000 + step).reshape(ROWS, 6, 6, 2)
    loss = float(model.train_on_batch(x, y))
    model.reset_metrics()
    steps.append({'loss': loss, 'weights': flat_weights()})
evaluation = float(model.evaluate(values(ROWS * 72, 2000).reshape(ROWS, 6, 6, 2), y, batch_size=4, verbose=0))
print(
    json.dumps({
        'keras': keras.__version__,
        'topology': json.loads(model.to_json()),
        'specs': specs,
        'initial': initial,
        'steps': steps,
        'evaluation': evaluation,
    })
)
