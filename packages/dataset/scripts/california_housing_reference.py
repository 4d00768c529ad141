"""Reference values for California housing, by scikit-learn's own code where it has any.

Writes test/fixtures/california-housing.json: the features of some rows and each column's sum and extremes as
sklearn.datasets.fetch_california_housing derives them, and the standardised values for a given split.

    python california_housing_reference.py PATH/TO/cal_housing.data[.gz]

The fixture in the repository was made with scikit-learn 1.9.1 and numpy 2.4.6.
"""

import gzip
import hashlib
import io
import json
import sys
import tarfile
import tempfile
from pathlib import Path
from unittest import mock

import numpy as np
import sklearn
from sklearn.datasets import _california_housing, fetch_california_housing
from sklearn.preprocessing import StandardScaler

path = Path(sys.argv[1])
raw = path.read_bytes()
if raw[:2] == b"\x1f\x8b":
    raw = gzip.decompress(raw)

# scikit-learn reads the table from the archive it downloads: hand it one with this table in it.
with tempfile.TemporaryDirectory() as home:
    archive = Path(home) / "cal_housing.tgz"
    with tarfile.open(archive, "w:gz") as tar:
        entry = tarfile.TarInfo("CaliforniaHousing/cal_housing.data")
        entry.size = len(raw)
        tar.addfile(entry, io.BytesIO(raw))

    with mock.patch.object(_california_housing, "_fetch_remote", lambda *_, **__: str(archive)):
        features, targets = fetch_california_housing(data_home=home, return_X_y=True)

rows = [0, 1, 2, 1000, 10_000, 20_639]
# A split that needs no random numbers: every fifth row is for testing.
test = np.arange(len(targets)) % 5 == 0
scaler = StandardScaler().fit(features[~test])
scaled = scaler.transform(features)

fixture = {
    "versions": {"scikit-learn": sklearn.__version__, "numpy": np.__version__},
    "sha256": hashlib.sha256(raw).hexdigest(),
    "shape": list(features.shape),
    "rows": [
        {"row": row, "features": features[row].tolist(), "target": float(targets[row]), "scaled": scaled[row].tolist()}
        for row in rows
    ],
    "columns": [
        {"sum": float(column.sum()), "min": float(column.min()), "max": float(column.max())} for column in features.T
    ],
    "targetSum": float(targets.sum()),
    "everyFifthHeldOut": {"mean": scaler.mean_.tolist(), "scale": scaler.scale_.tolist()},
}
target = Path(__file__).parent.parent / "test" / "fixtures" / "california-housing.json"
target.parent.mkdir(exist_ok=True)
target.write_text(json.dumps(fixture, indent=1) + "\n")
print(json.dumps(fixture["versions"]), target)
