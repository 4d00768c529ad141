"""The baseline network or an image network, and its training, as a user of Keras 3 writes them; the backend is KERAS_BACKEND."""

from importlib.metadata import version

import numpy as np

from adapter import BATCH, network_parts, read_images


def keras_adapter(job, engine, jit_compile="auto"):
    import keras

    (images, labels), test = read_images(job["data"])
    if job.get("network"):
        images, test = images[..., None], (test[0][..., None], test[1])
        model = image_network(keras, network_parts(job["network"]))
    else:
        model = baseline(keras)
    model.compile(
        optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"], jit_compile=jit_compile
    )

    class Adapter:
        versions = {"keras": version("keras"), engine: version(engine)}

        def train(self, rows, epochs, validate):
            validation = {"validation_data": test} if validate else {}
            model.fit(images[:rows], labels[:rows], batch_size=BATCH, epochs=epochs, verbose=0, **validation)

        def accuracy(self):
            return model.evaluate(*test, batch_size=1000, verbose=0)[1]

        def predict(self):
            model.predict(test[0], batch_size=1000, verbose=0)

        def predict_one(self, image):
            # The quickest public way for one image: `predict` builds a data pipeline first.
            np.asarray(model.predict_on_batch(test[0][image : image + 1]))

    return Adapter()


def baseline(keras):
    layers = keras.layers
    inputs = layers.Input((28, 28))
    x = layers.Dense(30, activation="relu")(inputs)
    x = layers.BatchNormalization()(x)
    x = layers.Dense(30, activation="relu")(x)
    x = layers.BatchNormalization()(x)
    x = layers.Dropout(0.5)(x)
    x = layers.Flatten()(layers.Concatenate()([inputs, x]))
    return keras.Model(inputs, layers.Dense(10, activation="softmax")(x))


def image_network(keras, parts):
    """The network that networks.js describes."""
    layers = keras.layers

    def convolution(x, filters, strides=1, kernel_size=3):
        options = {"strides": strides, "padding": "same", "use_bias": False, "kernel_initializer": "he_normal"}
        return layers.BatchNormalization()(layers.Conv2D(filters, kernel_size, **options)(x))

    x = inputs = layers.Input((28, 28, 1))
    for part in parts:
        if part == "pool":
            x = layers.MaxPooling2D(2)(x)
        elif isinstance(part, int):
            x = layers.ReLU()(convolution(x, part))
        else:
            filters, strides = part["residual"], part.get("strides")
            deep = convolution(layers.ReLU()(convolution(x, filters, strides or 1)), filters)
            short = convolution(x, filters, strides, 1) if strides else x
            x = layers.ReLU()(layers.Add()([deep, short]))
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(10, activation="softmax")(x))
