"""Writes test/fixtures/mcnemar-cases.json.gz: McNemar's test and Holm's correction as statsmodels computes them.

Made with Python 3.11, statsmodels and scipy (their versions are in the file):
    python scripts/mcnemar-cases.py
"""

import gzip
import json
from pathlib import Path

import numpy as np
import scipy
import statsmodels
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

rng = np.random.default_rng(11)
pairs = [(0, 0), (0, 1), (1, 0), (12, 12), (0, 24), (24, 0), (11, 13), (12, 13), (0, 25), (25, 0)]
pairs += [(500, 500), (501, 500), (300, 900), (0, 1300), (10, 900)]
pairs += [tuple(int(n) for n in rng.integers(0, limit, 2)) for limit in [6, 13, 20, 60, 200, 1000] for _ in range(10)]

tests = []
for only_first, only_second in pairs:
    exact = only_first + only_second < 25
    result = mcnemar([[7, only_first], [only_second, 3]], exact=exact, correction=True)
    tests.append(
        {
            "onlyFirst": only_first,
            "onlySecond": only_second,
            "method": "exact" if exact else "chi-square",
            "statistic": float(result.statistic),
            "pValue": float(result.pvalue),
        }
    )

corrections = []
for count in [1, 2, 3, 6, 10, 15]:
    for _ in range(4):
        values = np.round(rng.random(count) ** 4, 6 if count % 2 else 2)  # two decimals make ties
        corrections.append(
            {"pValues": values.tolist(), "holm": multipletests(values, method="holm")[1].tolist()}
        )

content = {
    "versions": {"scipy": scipy.__version__, "statsmodels": statsmodels.__version__},
    "tests": tests,
    "corrections": corrections,
}
path = Path(__file__).parent.parent / "test/fixtures/mcnemar-cases.json.gz"
path.write_bytes(gzip.compress(json.dumps(content).encode(), mtime=0))
