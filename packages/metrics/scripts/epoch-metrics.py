"""Writes test/fixtures/epoch-metrics.json.gz: the metrics of Keras 3 over two batches.

Run with Keras 3 on JAX: python scripts/epoch-metrics.py
"""

import gzip
import json
import os
import pathlib

os.environ["KERAS_BACKEND"] = "jax"
import keras
import numpy as np

random = np.random.default_rng(5)
ROWS = [7, 4]


def metric(name, options, sparse):
    m = keras.metrics
    if name == "topKCategoricalAccuracy":
        kind = m.SparseTopKCategoricalAccuracy if sparse else m.TopKCategoricalAccuracy
        return kind(k=options["k"])
    if name == "auc":
        # Keras has no class_id for AUC: the columns are selected below.
        return m.AUC(curve=options["curve"], num_thresholds=options["thresholds"])
    kind = m.Precision if name == "precision" else m.Recall
    return kind(thresholds=options["threshold"], class_id=options.get("classId"))


def probabilities(rows, units):
    z = random.normal(size=(rows, units)) * 2
    if units == 1:
        p = 1 / (1 + np.exp(-z))
    else:
        p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    p = p.astype(np.float32)
    p[0, 0] = [0, 1, 0.5][random.integers(3)]  # the ends, and a threshold
    return p


def case(name, options, units, sparse):
    own = metric(name, options, sparse)
    batches = []
    for rows in ROWS:
        outputs = probabilities(rows, units)
        indices = random.integers(max(units, 2), size=rows)
        if units == 1:
            dense = indices.astype(np.float32)[:, None]
        else:
            dense = np.eye(units, dtype=np.float32)[indices]
        # Precision, recall and AUC of Keras take no class indices.
        given = indices if sparse else dense
        y, p = (given, outputs) if name.startswith("topK") else (dense, outputs)
        if name == "auc" and "classId" in options:
            y, p = dense[:, options["classId"]], outputs[:, options["classId"]]
        own.update_state(y, p)
        batches.append(
            {"outputs": [float(v) for v in outputs.ravel()], "targets": [float(v) for v in given.ravel()]}
        )
    return {
        "name": name,
        "options": options,
        "units": units,
        "sparse": sparse,
        "batches": batches,
        "value": float(own.result()),
    }


cases = []
for units, sparse in [(5, True), (5, False)]:
    cases += [case("topKCategoricalAccuracy", {"k": k}, units, sparse) for k in (1, 2, 5, 7)]
for units, sparse in [(1, False), (4, True), (4, False)]:
    for name in ("precision", "recall"):
        for threshold in (0.2, 0.5, 0.9999):
            cases.append(case(name, {"threshold": threshold}, units, sparse))
        if units > 1:
            cases.append(case(name, {"threshold": 0.4, "classId": 2}, units, sparse))
    for curve in ("ROC", "PR"):
        for thresholds in (2, 11, 200):
            cases.append(case("auc", {"curve": curve, "thresholds": thresholds}, units, sparse))
        if units > 1:
            cases.append(case("auc", {"curve": curve, "thresholds": 50, "classId": 1}, units, sparse))

path = pathlib.Path(__file__).parent.parent / "test" / "fixtures" / "epoch-metrics.json.gz"
text = json.dumps({"keras": keras.__version__, "cases": cases}) + "\n"
path.write_bytes(gzip.compress(text.encode(), mtime=0))
