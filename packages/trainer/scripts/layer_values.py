"""
Values of Keras for the layers and losses that the compiler lowers: outputs of one forward pass in training, the loss, and
its gradients by the inputs' dense layers and by the layer's own weights.

    TREADLE_PYTHON packages/trainer/scripts/layer_values.py > packages/trainer/test/fixtures/keras-layers.json

Each case is a model: two inputs of shape [4, 6], a dense layer of 5 units for each, the layer under test on both, and a
dense head. The weights are those of `values`, which the test computes too. Layers of maps stand behind another dense layer and a Reshape.
"""

import json
import os
from statistics import NormalDist

os.environ['KERAS_BACKEND'] = 'jax'
import jax
import keras
import numpy as np
from keras import layers, losses
from keras.src import backend

ROWS = 6


def values(count, seed):
    """A sequence that is the same everywhere: no random generator of a library."""
    out, state = [], (seed * 2654435761 + 12345) % 2**32
    for _ in range(count):
        state = (1664525 * state + 1013904223) % 2**32
        out.append(np.float32(state / 2**31 - 1))
    return np.array(out, dtype=np.float32)


def random_words(count, seed=7, epoch=2, step=3, stream=0, purpose=3):
    """Philox4x32-7 as the executors call it: the words of blocks (0 …, step, epoch, stream) under the key (seed, purpose)."""
    mask = 2**32 - 1
    words = []
    for block in range(-(-count // 4)):
        x, key = [block, step, epoch, stream], [seed, purpose]
        for _ in range(7):
            a, b = 0xD2511F53 * x[0], 0xCD9E8D57 * x[2]
            x = [(b >> 32) ^ x[1] ^ key[0], b & mask, (a >> 32) ^ x[3] ^ key[1], a & mask]
            key = [(key[0] + 0x9E3779B9) & mask, (key[1] + 0xBB67AE85) & mask]
        words += x
    return words[:count]


def normal(shape, mean=0.0, stddev=1.0, dtype=None, seed=None):
    """In place of Keras's normal numbers: the quantile of the middle of each word's upper 24 bits."""
    quantile = NormalDist().inv_cdf
    numbers = [quantile((2 * (word >> 8) + 1) / 2**25) for word in random_words(int(np.prod(shape)))]
    return np.float32(np.array(numbers) * stddev + mean).reshape(shape)


def uniform(shape, minval=0.0, maxval=1.0, dtype=None, seed=None):
    """In place of Keras's uniform numbers: the 16-bit halves of the words, the low half first."""
    words = random_words(-(-int(np.prod(shape)) // 2))
    halves = [half for word in words for half in (word & 0xFFFF, word >> 16)]
    return np.float32(np.array(halves[:int(np.prod(shape))]) / 65536).reshape(shape)


backend.random.normal = normal
backend.random.uniform = uniform


def two(make):
    return lambda a, b: make()([a, b])


def one(make):
    return lambda a, b: make()(layers.Add()([a, b]))


def mapped(*list):
    def middle(a, b):
        x = layers.Reshape((4, 6, 5))(layers.Dense(30)(layers.Add()([a, b])))
        for layer in list:
            x = layer(x)
        # Small logits: Keras clips the probabilities of large ones.
        return layers.Rescaling(0.05)(x)
    return middle


# Layers of maps of 4 × 6 pixels and 5 channels.
MAPS = {
    'Conv2D same, strides': lambda: mapped(layers.Conv2D(3, (3, 2), strides=2, padding='same', activation='tanh')),
    'Conv2D valid': lambda: mapped(layers.Conv2D(6, 3)),
    'Conv2D dilated': lambda: mapped(layers.Conv2D(4, 2, dilation_rate=(1, 2), padding='same')),
    'DepthwiseConv2D': lambda: mapped(layers.DepthwiseConv2D(3, strides=2, depth_multiplier=2, padding='same')),
    'DepthwiseConv2D valid': lambda: mapped(layers.DepthwiseConv2D((2, 3), depth_multiplier=3, activation='tanh')),
    'SeparableConv2D': lambda: mapped(layers.SeparableConv2D(4, 3, strides=2, padding='same', depth_multiplier=2)),
    'Conv2DTranspose same': lambda: mapped(layers.Conv2DTranspose(2, 3, strides=2, padding='same')),
    'Conv2DTranspose valid': lambda: mapped(layers.Conv2DTranspose(2, (2, 4), strides=(3, 2))),
    'MaxPooling2D same': lambda: mapped(layers.MaxPooling2D(3, strides=2, padding='same')),
    'MaxPooling2D valid': lambda: mapped(layers.MaxPooling2D((2, 4))),
    'AveragePooling2D valid': lambda: mapped(layers.AveragePooling2D(3, strides=1)),
    'GlobalMaxPooling2D': lambda: mapped(layers.GlobalMaxPooling2D()),
    'GlobalAveragePooling2D': lambda: mapped(layers.GlobalAveragePooling2D()),
    'ZeroPadding2D and Cropping2D': lambda: mapped(
        layers.ZeroPadding2D(((1, 0), (0, 2))), layers.Conv2D(3, 2), layers.Cropping2D(((0, 1), (2, 0)))),
    'UpSampling2D': lambda: mapped(layers.UpSampling2D((1, 2)), layers.Conv2D(3, 2, strides=2)),
    'Permute of a map': lambda: mapped(layers.Permute((3, 1, 2)), layers.Conv2D(3, 2)),
    'BatchNormalization axis 2 of a map': lambda: mapped(layers.BatchNormalization(axis=2)),
    'Conv1D strides': lambda: lambda a, b: layers.Conv1D(6, 3, strides=2, padding='same')(layers.Add()([a, b])),
    'MaxPooling1D': lambda: lambda a, b: layers.MaxPooling1D(2)(layers.Add()([a, b])),
    'AveragePooling1D': lambda: lambda a, b: layers.AveragePooling1D(3, strides=1)(layers.Add()([a, b])),
}

MIDDLES = {
    'Add': two(layers.Add),
    'Subtract': two(layers.Subtract),
    'Multiply': two(layers.Multiply),
    'Average': two(layers.Average),
    'Maximum': two(layers.Maximum),
    'Minimum': two(layers.Minimum),
    'Subtract from a vector': lambda a, b: layers.Subtract()([layers.GlobalAveragePooling1D()(a), b]),
    'Maximum with a vector': lambda a, b: layers.Maximum()([a, layers.GlobalAveragePooling1D()(b)]),
    'Minimum of one row': lambda a, b: layers.Minimum()([layers.GlobalAveragePooling1D(keepdims=True)(a), b]),
    'Dot': two(lambda: layers.Dot(2)),
    'Dot along lines': two(lambda: layers.Dot(1, normalize=True)),
    'Dot of two axes': lambda a, b: layers.Dot((2, 1), normalize=True)([a, layers.Permute((2, 1))(b)]),
    'Dot of vectors': lambda a, b: layers.Dot(1, normalize=True)([layers.Flatten()(a), layers.Flatten()(b)]),
    'Dot with a vector': lambda a, b: layers.Dot((2, 1))([a, layers.GlobalAveragePooling1D()(b)]),
    'Dot of a vector': lambda a, b: layers.Dot((1, 2), normalize=True)([layers.GlobalAveragePooling1D()(a), b]),
    'Concatenate axis 1': two(lambda: layers.Concatenate(axis=1)),
    'Permute': one(lambda: layers.Permute((2, 1))),
    'LayerNormalization': one(lambda: layers.LayerNormalization()),
    'LayerNormalization axes 1, 2': one(lambda: layers.LayerNormalization(axis=[1, 2])),
    'BatchNormalization axis 1': one(lambda: layers.BatchNormalization(axis=1)),
    'BatchNormalization': one(lambda: layers.BatchNormalization()),
    'GaussianNoise': one(lambda: layers.GaussianNoise(0.4)),
    'GaussianDropout': one(lambda: layers.GaussianDropout(0.3)),
    'AlphaDropout': one(lambda: layers.AlphaDropout(0.3)),
    'AlphaDropout noise shape': one(lambda: layers.AlphaDropout(0.3, noise_shape=(None, 1, 5))),
    'Normalization': one(lambda: layers.Normalization(mean=[0.1, 0.2, -0.3, 0.4, 0], variance=[0.5, 2, 1, 0.25, 3])),
    'Normalization axis 1': one(lambda: layers.Normalization(axis=1, mean=[0.1, 0.2, -0.3, 0.4], variance=[0.5, 2, 1, 3])),
    'Normalization inverted': one(lambda: layers.Normalization(axis=None, mean=0.5, variance=0.25, invert=True)),
    'Softmax axis 1': one(lambda: layers.Softmax(axis=1)),
    'Softmax': one(layers.Softmax),
    'ThresholdedReLU': one(lambda: layers.ReLU(threshold=0.2)),
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
        'maps': {name: run(middle(), crossentropy, 'softmax') for name, middle in MAPS.items()},
        'losses': {name: run(two(layers.Add), loss, ACTIVATION.get(name, 'softmax')) for name, loss in LOSSES.items()},
    }))
