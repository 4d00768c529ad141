"""Writes test/fixtures/score-cases.json.gz: single-figure metrics as scikit-learn computes them.

Made with Python 3.11, scikit-learn 1.9.1 and numpy 2.4.6:
    python scripts/score-cases.py
"""

import gzip
import json
import math
import warnings
from pathlib import Path

import numpy as np
import sklearn
from sklearn import metrics

warnings.simplefilter("ignore")
rng = np.random.default_rng(7)


def number(value):
    return None if math.isnan(value) else float(value)


classifiers = []
for i in range(60):
    count, classes = int(rng.integers(1, 60)), int(rng.integers(3, 9))
    labels = rng.integers(0, classes, count)
    scale = rng.choice([0.5, 2, 60])
    logits = rng.normal(0, scale, (count, classes))
    logits[np.arange(count), labels] += rng.random() * scale
    probabilities = np.exp(logits - logits.max(1, keepdims=True))
    probabilities /= probabilities.sum(1, keepdims=True)
    if i % 5 == 0:  # ties
        probabilities = np.full((count, classes), 1 / classes)
    if i % 2:
        probabilities = probabilities.astype(np.float32)
    weights = rng.gamma(1, 2, count) if i % 3 == 0 else None
    predictions = probabilities.argmax(1)
    bins = np.linspace(0, 1, 16)
    confidence = probabilities.max(1).astype(np.float64)
    which = np.clip(np.digitize(confidence, bins, right=True) - 1, 0, 14)
    hit = predictions == labels
    ece = sum(abs(hit[which == b].mean() - confidence[which == b].mean()) * (which == b).mean() for b in set(which))
    every = range(classes)
    classifiers.append({
        "labels": labels.tolist(),
        "predictions": predictions.tolist(),
        "float32": probabilities.dtype == np.float32,
        "probabilities": probabilities.ravel().tolist(),
        "sampleWeight": None if weights is None else weights.tolist(),
        "accuracy": number(metrics.accuracy_score(labels, predictions, sample_weight=weights)),
        "balancedAccuracy": number(metrics.balanced_accuracy_score(labels, predictions, sample_weight=weights)),
        "cohenKappa": number(metrics.cohen_kappa_score(labels, predictions, sample_weight=weights)),
        "matthewsCorrcoef": number(metrics.matthews_corrcoef(labels, predictions, sample_weight=weights)),
        "top2": number(metrics.top_k_accuracy_score(labels, probabilities, k=2, labels=every, sample_weight=weights)),
        "logLoss": number(metrics.log_loss(labels, probabilities, labels=every, sample_weight=weights)),
        "expectedCalibrationError": number(ece),
    })

regressors = []
for i in range(20):
    count = int(rng.integers(2, 50))
    targets = rng.normal(2, 1, count) if i else np.full(count, 3.0)
    predictions = targets + rng.normal(0, rng.random() * 2, count)
    regressors.append({
        "targets": targets.tolist(),
        "predictions": predictions.tolist(),
        "mae": number(metrics.mean_absolute_error(targets, predictions)),
        "rmse": number(metrics.root_mean_squared_error(targets, predictions)),
        "r2": number(metrics.r2_score(targets, predictions)),
    })

# format() of floats, for the printed tables
bits = rng.integers(0, 2**63, 300, dtype=np.int64).view(np.float64)
values = [*bits[np.isfinite(bits)], *(rng.random(200) * 10.0 ** rng.integers(-8, 20, 200)), *(np.arange(64) / 32), -0.0, 0.5, 2.5, 1e16, 1e15, 1e-4, 1e-5, 123456789012345680.0]
floats = [
    {"value": float(v), "repr": repr(float(v)), "digits": d, "fixed": f"{float(v):.{d}f}"}
    for v, d in zip(values, rng.integers(0, 30, len(values)).tolist())
    if abs(v) < 1e60
]

out = Path(__file__).parent.parent / "test" / "fixtures" / "score-cases.json.gz"
document = {"scikitLearn": sklearn.__version__, "classifiers": classifiers, "regressors": regressors, "floats": floats}
out.write_bytes(gzip.compress(json.dumps(document, allow_nan=False).encode(), 9, mtime=0))
print(f"{len(classifiers)} + {len(regressors)} + {len(floats)} cases, {out.stat().st_size:,} bytes")
