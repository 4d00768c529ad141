"""Whitening filters of patches by NumPy in float64, for src/whitening/whitening-filters.test.ts.

    python scripts/whitening.py     # NumPy 2
"""

import base64
import json
import pathlib

import numpy as np

PATH = pathlib.Path(__file__).parent.parent / "test" / "fixtures" / "whitening.json"
EPSILON = 5e-4
rng = np.random.default_rng(1)


def patches(count, window, channels, noise):
    """Smooth patches, whose neighbouring values are correlated, as bytes."""
    height, width = window
    y, x = np.mgrid[0:height, 0:width]
    slopes = rng.normal(size=(count, 3, 1, 1, channels))
    plane = slopes[:, 0] + slopes[:, 1] * y[..., None] / height + slopes[:, 2] * x[..., None] / width
    values = 128 + 40 * plane + noise * rng.normal(size=plane.shape)
    return np.clip(np.round(values), 0, 255).astype(np.uint8).reshape(count, -1)


def expected(values):
    x = values.astype(np.float64) / 255
    covariance = np.cov(x, rowvar=False, bias=True)
    variances, vectors = np.linalg.eigh(covariance)
    variances, vectors = variances[::-1], vectors[:, ::-1].T
    farthest = np.take_along_axis(vectors, np.abs(vectors).argmax(1)[:, None], 1)
    filters = vectors * np.sign(farthest) / np.sqrt(variances[:, None] + EPSILON)
    return {"variances": variances.tolist(), "filters": filters.tolist(), "means": (filters @ x.mean(0)).tolist()}


cases = []
for window, channels, noise in [((3, 3), 1, 8), ((2, 2), 3, 8), ((3, 3), 3, 20), ((3, 2), 1, 2)]:
    values = patches(200, window, channels, noise)
    size = values.shape[1]
    cases.append({"size": size, "patches": base64.b64encode(values.tobytes()).decode(), **expected(values)})
PATH.write_text(json.dumps({"epsilon": EPSILON, "cases": cases}) + "\n")
