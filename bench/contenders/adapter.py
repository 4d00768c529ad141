"""What every contender in Python provides, and the measurements made with it: adapter.js says the same at more length.

An adapter has train(rows, epochs, validate), accuracy(), predict() for all test images in batches of 1,000,
predict_one(image) and versions. All of them train the baseline network, or the image network that the job names, with
batch size 32.
"""

import gzip
import itertools
import json
import resource
import statistics
import sys
import time
from pathlib import Path

import numpy as np

BATCH = 32
SINGLE = 100  # test images that come in one by one


def measure(setup):
    """Runs the one measurement that this process was started for, and prints it as one line of JSON."""
    job = json.loads(sys.argv[1])
    try:
        adapter = setup(job)
    except ModuleNotFoundError as error:
        found = {"missing": str(error)}
    else:
        if job["measure"] not in MEASURES:
            print(json.dumps({"missing": "has one batch size only"}))
            return
        value = MEASURES[job["measure"]](adapter, job)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        found = {"value": value, "versions": adapter.versions, "peakMemory": peak}
    print(json.dumps(found), flush=True)


def throughput(adapter, job):
    def taken(steps):
        return seconds_of(lambda: adapter.train(steps * BATCH, 1, False))

    taken(1)
    warm_up, guess = 1, taken(1)
    while warm_up < 100 and guess < job["seconds"] / 4:
        warm_up = min(100, 4 * warm_up)
        guess = taken(warm_up)
    if guess >= job["seconds"]:
        return warm_up / guess
    steps = round(job["seconds"] / guess * warm_up)
    epochs = -(-steps // 1875)
    rows = -(-steps // epochs) * BATCH
    return rows / BATCH * epochs / seconds_of(lambda: adapter.train(rows, epochs, False))


def run(adapter, job):
    adapter.train(job["rows"], job["epochs"], True)
    return adapter.accuracy()


def inference(adapter, job):
    adapter.train(trained(job) * BATCH, 1, False)
    return repeated(adapter.predict, job)


def latency(adapter, job):
    adapter.train(trained(job) * BATCH, 1, False)
    images = itertools.cycle(range(SINGLE))
    return repeated(lambda: adapter.predict_one(next(images)), job)


MEASURES = {f.__name__: f for f in (throughput, run, inference, latency)}


def seconds_of(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def trained(job):
    """Steps before inference is measured."""
    return 20 if job.get("network") else 200


def network_parts(name):
    """The parts of an image network: see networks.js."""
    return json.loads((Path(__file__).parents[1] / "networks.json").read_text())[name]


def repeated(work, job):
    work()
    times = []
    while sum(times) < job["seconds"] or len(times) < (3 if job.get("network") else 5):
        times.append(seconds_of(work))
    return statistics.median_high(times)


def read_images(folder):
    """Returns ((images, labels), (test images, test labels)): float32 [n, 28, 28] in [0, 1] and int32 [n]."""

    def read(name, header):
        with gzip.open(f"{folder}/{name}") as file:
            return np.frombuffer(file.read(), np.uint8, offset=header)

    def part(name):
        images = read(f"{name}-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28).astype(np.float32) / np.float32(255)
        return images, read(f"{name}-labels-idx1-ubyte.gz", 8).astype(np.int32)

    return part("train"), part("t10k")
