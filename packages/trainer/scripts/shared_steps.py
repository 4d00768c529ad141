"""
Keras on networks of the TensorFlow.js examples' kind, rebuilt small: a siamese pair with one tower for both images, a
detector with a box and a class head, a CNN on images of three channels, a residual network of three blocks, and a wide CNN
whose convolutions are Winograd's in Treadle.

    TREADLE_PYTHON packages/trainer/scripts/shared_steps.py packages/trainer/test/fixtures/keras-shared-steps.json
    TREADLE_PYTHON packages/trainer/scripts/shared_steps.py OUTPUT wide

Of each network (all but the wide one, unless it is named): the weights before each of fifty steps and the losses, and the
losses of fifty steps from five other seeds of the weights. Weights are base64 of float32, in `model.weights` order, shape
[51, weights]. Weights, inputs and targets are the sequence `values` of layer_values.py, so a reader computes them.
"""

import base64
import json
import os
import sys

os.environ['KERAS_BACKEND'] = 'jax'
import keras
import numpy as np
from keras import layers
from layer_values import values

STEPS, ROWS, SEEDS = 50, 4, 5


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


def cnn():
    image = keras.Input((7, 7, 3), name='image')
    x = layers.Conv2D(3, 3, activation='relu', name='conv1')(image)
    x = layers.MaxPooling2D(name='pool')(x)
    x = layers.Conv2D(4, 3, padding='same', activation='relu', name='conv2')(x)
    x = layers.Dense(5, activation='relu', name='dense')(layers.Flatten(name='flat')(x))
    kind = layers.Dense(3, activation='softmax', name='kind')(x)
    return keras.Model(image, kind), ['categorical_crossentropy'], [1.0], [(ROWS, 7, 7, 3)]


def residual():
    def normal(x, name, filters, size, strides=1):
        x = layers.Conv2D(filters, size, strides=strides, padding='same', use_bias=False, name=name)(x)
        return layers.BatchNormalization(name=f'{name}_norm')(x)

    image = keras.Input((6, 6, 1), name='image')
    x = layers.ReLU(name='stem_relu')(normal(image, 'stem', 2, 3))
    for i, (filters, strides) in enumerate([(2, 1), (3, 2), (3, 2)]):
        deep = layers.ReLU(name=f'relu{i}')(normal(x, f'a{i}', filters, 3, strides))
        short = x if strides == 1 else normal(x, f'short{i}', filters, 1, strides)
        x = layers.ReLU(name=f'out{i}')(layers.Add(name=f'add{i}')([normal(deep, f'b{i}', filters, 3), short]))
    kind = layers.Dense(3, activation='softmax', name='kind')(layers.GlobalAveragePooling2D(name='mean')(x))
    return keras.Model(image, kind), ['categorical_crossentropy'], [1.0], [(ROWS, 6, 6, 1)]


def wide():
    image = keras.Input((9, 9, 3), name='image')
    x = layers.Conv2D(16, 3, padding='same', activation='relu', name='conv1')(image)
    x = layers.Conv2D(16, 3, padding='same', use_bias=False, name='conv2')(x)
    x = layers.ReLU(name='relu')(layers.BatchNormalization(name='norm')(x))
    x = layers.MaxPooling2D(name='pool')(x)
    x = layers.Conv2D(20, 3, padding='same', activation='relu', name='conv3')(x)
    kind = layers.Dense(3, activation='softmax', name='kind')(layers.GlobalAveragePooling2D(name='mean')(x))
    return keras.Model(image, kind), ['categorical_crossentropy'], [1.0], [(ROWS, 9, 9, 3)]


def targets(name, seed):
    if name == 'same':
        return (np.arange(ROWS) % 2).astype(np.float32).reshape(ROWS, 1)
    if name == 'kind':
        return np.eye(3, dtype=np.float32)[(np.arange(ROWS) + seed) % 3]
    return values(ROWS * 4, seed).reshape(ROWS, 4)


def start(model, seed):
    for i, weight in enumerate(model.weights):
        own = values(int(np.prod(weight.shape)), 100 * seed + i + 1).reshape(weight.shape) / 2
        weight.assign(own + 2 if 'variance' in weight.path else own)


def run(make):
    model, loss, loss_weights, shapes = make()
    model.compile(keras.optimizers.SGD(0.05), loss=loss, loss_weights=loss_weights)

    def step(index):
        x = [values(int(np.prod(shape)), 1000 + 10 * index + i).reshape(shape) for i, shape in enumerate(shapes)]
        y = [targets(name, 2000 + index) for name in model.output_names]
        model.reset_metrics()
        result = model.train_on_batch(x if len(x) > 1 else x[0], y if len(y) > 1 else y[0], return_dict=True)
        return float(result['loss'])

    flat = lambda: np.concatenate([np.asarray(w).ravel() for w in model.weights])
    start(model, 0)
    states, losses = [flat()], []
    for index in range(STEPS):
        losses.append(step(index))
        states.append(flat())
    free = []
    for seed in range(1, SEEDS + 1):
        start(model, seed)
        free.append([step(index) for index in range(STEPS)])
    packed = base64.b64encode(np.stack(states).astype('<f4').tobytes()).decode()
    shapes, names = [list(w.shape) for w in model.weights], [w.path for w in model.weights]
    return {'names': names, 'shapes': shapes, 'losses': losses, 'states': packed, 'free': free}


if __name__ == '__main__':
    output, *names = sys.argv[1:]
    networks = {make.__name__: make for make in (siamese, detector, cnn, residual, wide)}
    chosen = names or ['siamese', 'detector', 'cnn', 'residual']
    with open(output, 'w') as file:
        json.dump({'keras': keras.__version__, **{name: run(networks[name]) for name in chosen}}, file)
