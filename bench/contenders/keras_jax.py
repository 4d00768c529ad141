"""Keras 3 on JAX, compiled by XLA as shipped."""

import json
import os
import sys

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_PLATFORMS"] = "cpu"
if json.loads(sys.argv[1])["threads"] == 1:
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

from adapter import measure
from keras_network import keras_adapter

measure(lambda job: keras_adapter(job, "jax"))
