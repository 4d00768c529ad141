"""Writes networks as Keras 3 describes them, with weights in tfjs's format and what Keras predicts for one input.

Made with Keras 3.15.1 (TensorFlow backend), Python 3.11:  python scripts/keras3-fixtures.py
model.json has the form that tensorflowjs_converter gives it: the network under modelTopology.model_config.
"""

import json
import os
import pathlib

os.environ["KERAS_BACKEND"] = "tensorflow"
import keras  # noqa: E402
import numpy as np  # noqa: E402

FOLDER = pathlib.Path(__file__).parent.parent / "test" / "fixtures" / "keras3"


def wide_and_deep():
    image = keras.Input((6, 5))
    hidden = keras.layers.Dense(4, "relu")(image)
    hidden = keras.layers.BatchNormalization()(hidden)
    hidden = keras.layers.Dropout(0.5)(hidden)
    joined = keras.layers.Concatenate()([image, hidden])
    output = keras.layers.Dense(3, "softmax")(keras.layers.Flatten()(joined))
    return keras.Model(image, output, name="wide")


def convolutional():
    layers = keras.layers
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
    attended = keras.layers.MultiHeadAttention(1, 2)(first, value=second)
    return keras.Model([first, second], attended, name="attention")


def write(name, model, prefix):
    keras.utils.set_random_seed(1)
    random = np.random.default_rng(1)
    folder = FOLDER / name
    folder.mkdir(parents=True, exist_ok=True)
    values, specs = [], []
    for layer in model.layers:
        for weight in layer.weights:
            value = random.uniform(0.1, 1, weight.shape).astype(np.float32)
            weight.assign(value)
            values.append(value.ravel())
            specs.append(
                {"name": weight.path if prefix is None else f"{prefix}{layer.name}/{weight.name}", "shape": list(weight.shape), "dtype": "float32"}
            )
    (folder / "weights.bin").write_bytes(np.concatenate(values).tobytes() if values else b"")
    topology = {"keras_version": keras.__version__, "backend": "tensorflow", "model_config": json.loads(model.to_json())}
    text = {
        "format": "layers-model",
        "generatedBy": f"keras v{keras.__version__}",
        "convertedBy": None,
        "modelTopology": topology,
        "weightsManifest": [{"paths": ["weights.bin"], "weights": specs}],
    }
    (folder / "model.json").write_text(json.dumps(text, indent=1) + "\n")
    if len(model.inputs) == 1:
        x = random.uniform(0, 1, (2, *model.input_shape[1:])).astype(np.float32)
        y = np.asarray(model(x, training=False))
        sample = {"shape": list(x.shape), "input": x.ravel().tolist(), "output": y.ravel().tolist()}
        (folder / "sample.json").write_text(json.dumps(sample) + "\n")


write("functional", wide_and_deep(), "")
write("sequential", convolutional(), "convolutional/")
write("attention", with_query(), None)
