"""Writes networks as Keras 3 describes them, with weights in tfjs's format and what Keras predicts for one input.

Made with Keras 3.15.1 (JAX backend), Python 3.11:  python scripts/keras3-fixtures.py
model.json has the form that tensorflowjs_converter gives it: the network under modelTopology.model_config.
"""

import json
import os
import pathlib

os.environ["KERAS_BACKEND"] = "jax"
import keras  # noqa: E402
import numpy as np  # noqa: E402

FOLDER = pathlib.Path(__file__).parent.parent / "test" / "fixtures" / "keras3"
layers = keras.layers


def wide_and_deep():
    image = keras.Input((6, 5))
    hidden = layers.Dense(4, "relu")(image)
    hidden = layers.BatchNormalization()(hidden)
    hidden = layers.Dropout(0.5)(hidden)
    joined = layers.Concatenate()([image, hidden])
    output = layers.Dense(3, "softmax")(layers.Flatten()(joined))
    return keras.Model(image, output, name="wide")


def convolutional():
    return keras.Sequential(
        [
            layers.Input((8, 8, 1)),
            layers.Conv2D(3, 3, activation="relu", padding="same"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(3, "softmax"),
        ],
        name="convolutional",
    )


def with_query():
    first, second = keras.Input((4, 2)), keras.Input((4, 2))
    attended = layers.MultiHeadAttention(1, 2)(first, value=second)
    return keras.Model([first, second], attended, name="attention")


def activation(name):
    hidden = [layers.Input((12,)), layers.Dense(8, name), layers.Activation(name), layers.Dense(3)]
    return keras.Sequential(hidden, name="activation")


def subtract():
    x = keras.Input((5,))
    difference = layers.Subtract()([layers.Dense(4)(x), layers.Dense(4)(x)])
    return keras.Model(x, difference, name="subtract")


def images(*inner, shape=(5, 7, 2)):
    return keras.Sequential([layers.Input(shape), *inner], name="images")


def write(name, model, prefix=""):
    keras.utils.set_random_seed(1)
    random = np.random.default_rng(1)
    folder = FOLDER / name
    folder.mkdir(parents=True, exist_ok=True)
    values, specs = [], []
    for layer in model.layers:
        for weight in layer.weights:
            value = random.uniform(0.1, 1, weight.shape)
            dtype = "int32" if weight.name == "count" else "float32"
            value = value.astype(dtype)
            weight.assign(value)
            values.append(value.tobytes())
            path = weight.path if prefix is None else f"{prefix}{layer.name}/{weight.name}"
            specs.append({"name": path, "shape": list(weight.shape), "dtype": dtype})
        if isinstance(layer, layers.Normalization):
            layer.finalize_state()
    (folder / "weights.bin").write_bytes(b"".join(values))
    topology = {"keras_version": keras.__version__, "backend": "jax", "model_config": json.loads(model.to_json())}
    text = {
        "format": "layers-model",
        "generatedBy": f"keras v{keras.__version__}",
        "convertedBy": None,
        "modelTopology": topology,
        "weightsManifest": [{"paths": ["weights.bin"], "weights": specs}],
    }
    (folder / "model.json").write_text(json.dumps(text, indent=1) + "\n")
    if len(model.inputs) == 1:
        x = random.uniform(-1, 1, (2, *model.input_shape[1:])).astype(np.float32)
        y = np.asarray(model(x, training=False))
        sample = {"shape": list(x.shape), "input": x.ravel().tolist(), "output": y.ravel().tolist()}
        (folder / "sample.json").write_text(json.dumps(sample) + "\n")


write("functional", wide_and_deep())
write("sequential", convolutional(), "convolutional/")
write("attention", with_query(), None)

for name in ["exponential", "gelu", "hard_sigmoid", "hard_silu", "leaky_relu", "mish", "relu6", "silu"]:
    write(f"activation-{name}", activation(name), "activation/")
write("subtract", subtract())
write("normalization", images(layers.Normalization(), layers.Flatten(), layers.Dense(2)), "images/")
write("normalization-given", images(layers.Normalization(axis=None, mean=0.5, variance=4.0, invert=True)), None)
write("spatial-dropout", images(layers.SpatialDropout2D(0.5), layers.Conv2D(2, 2)), "images/")
augmented = [layers.RandomFlip("horizontal"), layers.RandomRotation(0.1), layers.RandomZoom(0.1)]
augmented += [layers.RandomTranslation(0.1, 0.1), layers.RandomContrast(0.1), layers.Rescaling(0.5, offset=0.25)]
write("augmentation", images(*augmented, shape=(5, 7, 3)), "images/")
write("average-same", images(layers.AveragePooling2D(3, strides=2, padding="same")), None)
write("relu-everything", images(layers.ReLU(max_value=0.6, negative_slope=0.3, threshold=0.2)), None)
write("global-max-keepdims", images(layers.GlobalMaxPooling2D(keepdims=True)), None)
write("bilinear", images(layers.UpSampling2D((2, 3), interpolation="bilinear")), None)
write("l2-activity", images(layers.Flatten(), layers.Dense(2, activity_regularizer="l2")), "images/")
write("groups", images(layers.Conv2D(4, 2, groups=2)), "images/")
write("dilated-transpose", images(layers.Conv2DTranspose(2, 2, dilation_rate=2)), "images/")
write("causal", keras.Sequential([layers.Input((6, 2)), layers.Conv1D(3, 2, padding="causal")], name="causal"), "causal/")
write("softmax-axis", images(layers.Softmax(axis=1)), None)
write("dilated-depthwise", images(layers.DepthwiseConv2D(2, dilation_rate=2)), "images/")
