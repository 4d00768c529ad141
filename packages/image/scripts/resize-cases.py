"""Writes test/fixtures/resize.json: pictures resized by Pillow (made with Pillow 13.0.0).

    pip install pillow && python3 scripts/resize-cases.py
"""

import base64
import json
import random
from pathlib import Path

from PIL import Image

FILTERS = {"area": Image.Resampling.BOX, "bilinear": Image.Resampling.BILINEAR}
# Pillow's BOX counts each pixel wholly or not at all: it is the mean over the area where whole blocks are averaged.
SIZES = {
    "area": [((12, 9), (4, 3)), ((12, 9), (6, 9)), ((20, 20), (4, 5)), ((5, 4), (10, 12))],
    "bilinear": [((12, 9), (4, 3)), ((13, 11), (5, 4)), ((28, 20), (9, 17)), ((5, 4), (11, 13)), ((7, 7), (1, 1))],
}

draw = random.Random(1)
cases = []
for name, sizes in SIZES.items():
    for size, to in sizes:
        for mode, channels in (("L", 1), ("RGB", 3)):
            data = bytes(draw.randint(0, 255) for _ in range(size[0] * size[1] * channels))
            resized = Image.frombytes(mode, size, data).resize(to, FILTERS[name]).tobytes()
            encode = lambda values: base64.b64encode(values).decode()
            cases.append(
                {"filter": name, "from": size, "to": to, "channels": channels, "data": encode(data), "pillow": encode(resized)}
            )
target = Path(__file__).parent.parent / "test" / "fixtures" / "resize.json"
target.write_text("[\n" + ",\n".join(json.dumps(one) for one in cases) + "\n]\n")
print(len(cases), "cases")
