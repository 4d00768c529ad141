"""The report's network and its training as a user of Keras 3 writes them; the backend is KERAS_BACKEND."""

from importlib.metadata import version

import numpy as np

from adapter import BATCH, read_images


def keras_adapter(job, engine, jit_compile="auto"):
    import keras

    layers = keras.layers
    (images, labels), test = read_images(job["data"])
    inputs = layers.Input((28, 28))
    x = layers.Dense(30, activation="relu")(inputs)
    x = layers.BatchNormalization()(x)
    x = layers.Dense(30, activation="relu")(x)
    x = layers.BatchNormalization()(x)
    x = layers.Dropout(0.5)(x)
    x = layers.Flatten()(layers.Concatenate()([inputs, x]))
    model = keras.Model(inputs, layers.Dense(10, activation="softmax")(x))
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
