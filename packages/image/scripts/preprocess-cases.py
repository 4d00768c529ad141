"""Writes test/fixtures/preprocess.json: pictures fitted by Pillow (made with Pillow 13.0.0).

    pip install pillow && python3 scripts/preprocess-cases.py
"""

import base64
import json
import random
from pathlib import Path

from PIL import Image

SIZES = [(40, 30), (30, 41), (17, 17), (9, 5), (64, 8)]
TARGETS = [(16, 16), (12, 20)]
BACKGROUND = (255, 128, 0)


def at_least_one(value):
    return max(1, int(value + 0.5))


def fit(image, to, how):
    filter = Image.Resampling.BILINEAR
    (width, height), (w, h) = image.size, to
    if how == "stretch":
        return image.resize(to, filter, reducing_gap=None)
    if how == "crop":
        ratio = min(width / w, height / h)
        size = (at_least_one(w * ratio), at_least_one(h * ratio))
        left, top = (width - size[0]) // 2, (height - size[1]) // 2
        return image.crop((left, top, left + size[0], top + size[1])).resize(to, filter, reducing_gap=None)
    ratio = min(w / width, h / height)
    size = (at_least_one(width * ratio), at_least_one(height * ratio))
    ground = Image.new("RGB", to, BACKGROUND)
    ground.paste(image.resize(size, filter, reducing_gap=None), ((w - size[0]) // 2, (h - size[1]) // 2))
    return ground


encode = lambda values: base64.b64encode(values).decode()
draw = random.Random(2)
cases = []
for size in SIZES:
    for to in TARGETS:
        for how in ("crop", "pad", "stretch"):
            # Smooth, as photographs are, with noise.
            data = bytes(
                min(255, max(0, int(127 + 100 * ((x * (c + 1) + y) % 50 - 25) / 25 + draw.randint(-40, 40))))
                for y in range(size[1])
                for x in range(size[0])
                for c in range(3)
            )
            fitted = fit(Image.frombytes("RGB", size, data), to, how)
            cases.append({"fit": how, "from": size, "to": to, "data": encode(data), "pillow": encode(fitted.tobytes())})
target = Path(__file__).parent.parent / "test" / "fixtures" / "preprocess.json"
target.write_text("[\n" + ",\n".join(json.dumps(one) for one in cases) + "\n]\n")
print(len(cases), "cases")
