"""Writes test/fixtures/classification-report-cases.json.gz: varied inputs and what scikit-learn prints for them.

Made with Python 3.11, scikit-learn 1.9.1 and numpy 2.4.6:
    python scripts/classification-report-cases.py
"""

import gzip
import json
import math
import warnings
from pathlib import Path

import numpy as np
import sklearn
from sklearn.metrics import classification_report

FASHION = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]
ODD_NAMES = ["", " ", "a" * 30, "Größe", "長い名前", "👟 shoe", "é", "e\u0301", "👩‍👩‍👧", "<b>&amp;</b>", "tab\there", "naïve\u00a0x"]
rng = np.random.default_rng(20250301)
cases = []


def add(kind, y_true, y_pred, names=None, labels=None, weights=None, digits=2, zero_division=0):
    y_true, y_pred = np.asarray(y_true, np.int64), np.asarray(y_pred, np.int64)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        text = classification_report(
            y_true, y_pred, target_names=names, labels=labels, digits=digits, zero_division=zero_division,
            sample_weight=None if weights is None else np.asarray(weights, np.float64),
        )
    case = {"kind": kind, "labels": y_true.tolist(), "predictions": y_pred.tolist(), "text": text}
    if names is not None:
        case["classNames"] = names
    if labels is not None:
        case["reported"] = [int(label) for label in labels]
    if weights is not None:
        case["sampleWeight"] = [float(weight) for weight in weights]
    if digits != 2:
        case["digits"] = digits
    if zero_division != 0:
        case["zeroDivision"] = "nan" if math.isnan(zero_division) else zero_division
    cases.append(case)


def draw(count, classes, skill=0.7, low=0):
    """Labels and predictions over `classes` classes, the rarer the higher; right with probability `skill`."""
    share = rng.dirichlet(np.full(classes, 0.8))
    y_true = rng.choice(classes, count, p=share)
    y_pred = np.where(rng.random(count) < skill, y_true, rng.integers(0, classes, count))
    return y_true + low, y_pred + low


def present(y_true, y_pred):
    return sorted(set(y_true.tolist()) | set(y_pred.tolist()))


for i in range(50):
    y = draw(int(rng.integers(1, 120)), int(rng.integers(2, 13)), rng.random())
    add("plain", *y, digits=int(rng.choice([2, 2, 3, 4])))
for i in range(20):
    y = draw(int(rng.integers(1, 60)), 2, rng.random())
    add("two classes", *y, digits=int(rng.integers(0, 5)))
for i in range(15):
    y_true, y_pred = draw(int(rng.integers(20, 200)), 10)
    add("names", y_true, y_pred, names=FASHION, labels=range(10), digits=int(rng.integers(1, 6)))
for i in range(25):
    y_true, y_pred = draw(int(rng.integers(2, 50)), int(rng.integers(2, 8)))
    seen = present(y_true, y_pred)
    add("odd names", y_true, y_pred, names=rng.permutation(ODD_NAMES)[: len(seen)].tolist())
for i in range(30):
    y_true, y_pred = draw(int(rng.integers(2, 60)), 6)
    labels = rng.permutation(np.arange(-1, 9))[: int(rng.integers(1, 10))]
    add("labels chosen", y_true, y_pred, labels=labels, zero_division=float(rng.choice([0, 1, np.nan])))
for i in range(10):
    y_true, y_pred = draw(int(rng.integers(2, 60)), 4, low=-2)
    add("negative labels", y_true, y_pred)
for i in range(30):
    count = int(rng.integers(2, 80))
    y_true, y_pred = draw(count, int(rng.integers(2, 9)))
    add("float weights", y_true, y_pred, weights=rng.gamma(1, 2, count), digits=int(rng.integers(2, 8)))
for i in range(15):
    count = int(rng.integers(2, 80))
    y_true, y_pred = draw(count, int(rng.integers(2, 9)))
    weights = rng.choice([0, 0, 0.1, 0.25, 1, 2, 1e-7, 12345678.9, 1e17], count)
    add("wild weights", y_true, y_pred, weights=weights, zero_division=float(rng.choice([0, 1, np.nan])))
for i in range(10):
    y_true, y_pred = draw(int(rng.integers(1, 30)), int(rng.integers(2, 6)), 0)
    add("no hits", y_true, np.where(y_true == y_pred, y_pred + 1, y_pred), zero_division=int(rng.integers(0, 2)))
for i in range(20):
    # sums over many classes: the order of addition shows in the last digits
    classes = int(rng.choice([8, 9, 15, 16, 40, 100, 129, 150]))
    count = classes * 4
    y_true, y_pred = draw(count, classes)
    weights = rng.gamma(1, 2, count) if i % 2 else None
    add("many classes", y_true, y_pred, weights=weights, digits=17, zero_division=float(rng.choice([0, np.nan])))
for digits in [0, 1, 2, 3, 4, 13, 20, 25]:
    # eighths and sixteenths: exact ties between two roundings
    add("ties", [0] * 8 + [1] * 16, [0] * 5 + [1] * 3 + [0] * 3 + [1] * 13, digits=digits)
    add("ties", [0] * 16 + [1] * 16, [0] * 1 + [1] * 15 + [0] * 15 + [1] * 1, digits=digits)
for i in range(12):
    y_true, y_pred = draw(int(rng.integers(4, 40)), 5)
    labels = list(range(-1, 6 + i % 3))
    add("absent classes", y_true, y_pred, labels=labels, names=[f"class {label}" for label in labels], zero_division=[0, 1, float("nan")][i % 3])
add("one row", [3], [3])
add("one class", [1] * 5, [1] * 5)
add("long rows", [0, 1] * 500, [0, 0, 1, 1] * 250, names=["nought " * 5, "one"])
add("labels twice", [0, 1, 2, 2], [0, 2, 2, 2], labels=[2, 0, 2, 1])
add("only unseen labels", [0, 1, 1], [0, 1, 0], labels=[7, 8])

out = Path(__file__).parent.parent / "test" / "fixtures" / "classification-report-cases.json.gz"
document = {"scikitLearn": sklearn.__version__, "numpy": np.__version__, "cases": cases}
out.write_bytes(gzip.compress(json.dumps(document, ensure_ascii=False).encode(), 9, mtime=0))
print(f"{len(cases)} cases, {out.stat().st_size:,} bytes")
