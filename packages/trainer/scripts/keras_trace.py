"""Records what Keras does when it trains the report's network on given weights, batches and dropout masks.

    python keras_trace.py steps  INPUT OUTPUT        one run, with its whole state before every step
    python keras_trace.py losses OUTPUT INPUT...     the losses of one run for each input, and of perturbed runs

The backend is Keras's own choice: the environment variable KERAS_BACKEND, `tensorflow` unless set, or `jax`.
It takes the report's network from the shapes of the weights given, and everything else from Keras's defaults.

All files are safetensors. An INPUT is written by test/keras/trace-input.ts, so that the random numbers have one
implementation only, the project's; it holds, for S steps of B images:

    images    uint8 [S, B, 28, 28]        labels   int32 [S, B]
    mask      uint8 [S, B, 28, units]     1 where dropout keeps
    weight/X  float32                     initial weights, X as below

and in its metadata `digest`, the SHA-256 of all that.

`steps` writes, with S + 1 states (state s is the one before step s, when the optimizer has made s updates):

    loss           float32 [S]            the batch's mean loss of each step, dropout on
    gradient/X     float32 [S, ...]       of every trainable weight X
    weight/X       float32 [S + 1, ...]   of every weight X, moving averages included
    momentum/X, velocity/X                float32 [S + 1, ...]   Adam's slots of every trainable weight X

X is dense_N/kernel, dense_N/bias, batch_normalization_N/gamma, /beta, /moving_mean, /moving_variance for N = 1 and 2,
and output/kernel, output/bias.

`losses` writes, for N inputs and P perturbations:

    loss           float32 [N, S]         by Keras's own train_on_batch
    perturbed      float32 [N, P, S]      the same from initial weights w (1 ± 1e-7), the signs drawn anew each time

Versions go into the files' metadata.
"""

import argparse
import json
import os
import platform
from importlib.metadata import version

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

DROPOUT = 0.5
PERTURBATIONS = 19
PERTURBATION = 1e-7


class GivenDropout(keras.layers.Layer):
    """Dropout whose mask comes in beside the values. Kept values are divided by 1 - rate, as Keras's Dropout does."""

    def __init__(self, rate, **options):
        super().__init__(**options)
        self.rate = rate

    def call(self, inputs, training=False):
        values, mask = inputs
        return values * mask / (1 - self.rate) if training else values


def build_model(weights):
    """The report's network with Keras's defaults, the masks of its dropout as a second input, and `weights` set.

    It ends in logits. On TensorFlow, `fit` finds the logits below a softmax and takes the loss from them; on JAX Keras
    clips the probabilities to 1e-7 instead, and an image whose class seems less likely than that has no gradient. Asked
    for logits, both do what the report's backend, TensorFlow, does.
    """
    layers = keras.layers
    height, units = 28, weights["dense_2/kernel"].shape[1]
    images = layers.Input((height, 28), name="images")
    mask = layers.Input((height, units), name="mask")
    x = layers.Dense(weights["dense_1/kernel"].shape[1], activation="relu", name="dense_1")(images)
    x = layers.BatchNormalization(name="batch_normalization_1")(x)
    x = layers.Dense(units, activation="relu", name="dense_2")(x)
    x = layers.BatchNormalization(name="batch_normalization_2")(x)
    x = GivenDropout(DROPOUT, name="dropout")([x, mask])
    x = layers.Flatten(name="flatten")(layers.Concatenate(name="concatenate")([images, x]))
    model = keras.Model([images, mask], layers.Dense(10, name="output")(x))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=keras.optimizers.Adam(), loss=loss)
    model.optimizer.build(model.trainable_variables)
    start(model, weights)
    return model


def start(model, weights):
    """Sets the weights, and the optimizer back to before its first step."""
    for variable in model.variables:
        if variable.path in weights:
            variable.assign(weights[variable.path])
    model.optimizer.iterations.assign(0)
    for slot in model.optimizer._momentums + model.optimizer._velocities:
        slot.assign(np.zeros(slot.shape, np.float32))


def read_input(path):
    """Returns (initial weights by name, list of batches ([images, mask], labels))."""
    arrays = load_file(path)
    weights = {name.removeprefix("weight/"): a for name, a in arrays.items() if name.startswith("weight/")}
    images = arrays["images"].astype(np.float32) / np.float32(255)
    masks = arrays["mask"].astype(np.float32)
    return weights, [([x, m], y) for x, m, y in zip(images, masks, arrays["labels"])]


def gradient_function(model):
    """A function of (inputs, labels) that returns (loss, gradients) and updates the moving averages, as fit does."""
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        @tf.function
        def gradients(inputs, labels):
            with tf.GradientTape() as tape:
                loss = model.loss(labels, model(inputs, training=True))
            return loss, tape.gradient(loss, model.trainable_weights)

        return gradients

    if keras.backend.backend() == "jax":
        import jax

        def loss_of(trainable, fixed, inputs, labels):
            outputs, fixed = model.stateless_call(trainable, fixed, inputs, training=True)
            return model.loss(labels, outputs), fixed

        step = jax.jit(jax.value_and_grad(loss_of, has_aux=True))

        def gradients(inputs, labels):
            values = [[v.value for v in vs] for vs in (model.trainable_variables, model.non_trainable_variables)]
            (loss, fixed), found = step(*values, inputs, labels)
            for variable, value in zip(model.non_trainable_variables, fixed):
                variable.assign(value)
            return loss, found

        return gradients

    raise SystemExit(f"KERAS_BACKEND (={keras.backend.backend()}) must be tensorflow or jax.")


def record_steps(input_path, output_path):
    weights, batches = read_input(input_path)
    model = build_model(weights)
    gradients = gradient_function(model)
    trainable = [v.path for v in model.trainable_variables]
    recorded = {}

    def record(kind, names, values):
        for name, value in zip(names, values):
            recorded.setdefault(f"{kind}/{name}", []).append(keras.ops.convert_to_numpy(value).copy())

    def record_state():
        record("weight", [v.path for v in model.weights], model.weights)
        record("momentum", trainable, model.optimizer._momentums)
        record("velocity", trainable, model.optimizer._velocities)

    losses = []
    for inputs, labels in batches:
        record_state()
        loss, found = gradients([keras.ops.convert_to_tensor(x) for x in inputs], keras.ops.convert_to_tensor(labels))
        losses.append(float(loss))
        record("gradient", trainable, found)
        model.optimizer.apply(found, model.trainable_variables)
    record_state()

    arrays = {name: np.stack(values) for name, values in recorded.items()}
    save(arrays | {"loss": np.array(losses, np.float32)}, output_path, versions())


def run_losses(model, weights, batches):
    start(model, weights)
    losses = []
    for inputs, labels in batches:
        model.reset_metrics()
        losses.append(float(model.train_on_batch(inputs, labels)))
    return losses


def record_losses(output_path, input_paths):
    model = None
    plain, perturbed, hashes = [], [], []
    for index, path in enumerate(input_paths):
        weights, batches = read_input(path)
        model = model or build_model(weights)
        plain.append(run_losses(model, weights, batches))
        rows = []
        for trial in range(PERTURBATIONS):
            random = np.random.default_rng([index, trial])
            moved = {
                name: (w * (1 + PERTURBATION * random.choice([-1.0, 1.0], w.shape))).astype(np.float32)
                for name, w in weights.items()
            }
            rows.append(run_losses(model, moved, batches))
        perturbed.append(rows)
        with safe_open(path, "numpy") as file:
            hashes.append((file.metadata() or {}).get("digest", ""))
    arrays = {"loss": np.array(plain, np.float32), "perturbed": np.array(perturbed, np.float32)}
    save(arrays, output_path, versions() | {"inputs": json.dumps(hashes), "perturbation": str(PERTURBATION)})


def save(arrays, path, metadata):
    """Writes the file under its name only when it is whole."""
    save_file(arrays, f"{path}.part", metadata)
    os.chmod(f"{path}.part", 0o644)
    os.replace(f"{path}.part", path)


def versions():
    backend = keras.backend.backend()
    engine = {"tensorflow": "tensorflow_cpu", "jax": "jaxlib"}[backend]
    packages = {name: version(name) for name in ("keras", engine, "numpy")}
    return {"backend": backend, "python": platform.python_version(), **packages}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True)
    steps = commands.add_parser("steps", help="one run with its whole state before every step")
    steps.add_argument("input")
    steps.add_argument("output")
    steps.set_defaults(run=lambda a: record_steps(a.input, a.output))
    losses = commands.add_parser("losses", help="losses of one run an input, plain and perturbed")
    losses.add_argument("output")
    losses.add_argument("input", nargs="+")
    losses.set_defaults(run=lambda a: record_losses(a.output, a.input))
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
