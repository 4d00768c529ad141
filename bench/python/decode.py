"""Makes JPEGs of smooth colours with noise, and decodes them with Pillow. For bench/decode.js."""

import multiprocessing
import sys
import time
from pathlib import Path

from PIL import Image


def make(folder: str, count: int, side: int) -> None:
    for index in range(count):
        small = Image.effect_noise((16, 16), 80 + index % 40)
        parts = [small.rotate(90 * turn).resize((side, side), Image.Resampling.BICUBIC) for turn in range(3)]
        noise = Image.effect_noise((side, side), 20)
        picture = Image.blend(Image.merge("RGB", parts), Image.merge("RGB", [noise] * 3), 0.2)
        path = Path(folder) / ("a" if index % 2 else "b")
        path.mkdir(exist_ok=True)
        picture.save(path / f"{index:05}.jpg", quality=90)


def decode(path: Path) -> bytes:
    with Image.open(path) as image:
        return image.convert("RGB").resize((64, 64), Image.Resampling.BILINEAR).tobytes()


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    else:
        paths = sorted(Path(sys.argv[2]).glob("*/*.jpg"))
        begun = time.perf_counter()
        with multiprocessing.Pool(int(sys.argv[3])) as pool:
            pool.map(decode, paths, chunksize=8)
        print(time.perf_counter() - begun)
