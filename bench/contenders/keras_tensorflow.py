"""Keras 3 on TensorFlow: as shipped, or with jit_compile."""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

from adapter import measure
from keras_network import keras_adapter


def setup(job):
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(job["threads"])
    tf.config.threading.set_inter_op_parallelism_threads(job["threads"])
    return keras_adapter(job, "tensorflow-cpu", jit_compile=job.get("jit", "auto"))


measure(setup)
