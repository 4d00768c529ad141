"""Makes a large picture in several formats and prints their paths. For bench/large-pictures.js."""

import sys
from pathlib import Path

from PIL import Image

folder, side = Path(sys.argv[1]), int(sys.argv[2])
small = Image.effect_noise((16, 16), 80)
parts = [small.rotate(90 * turn).resize((side, side), Image.Resampling.BICUBIC) for turn in range(3)]
noise = Image.effect_noise((side, side), 20)
picture = Image.blend(Image.merge("RGB", parts), Image.merge("RGB", [noise] * 3), 0.2)
picture.resize((28, 28)).save(folder / "small.png")
ways = {
    f"side-{side}.jpg": {"quality": 90},
    f"side-{side}-progressive.jpg": {"quality": 90, "progressive": True},
    f"side-{side}-444.jpg": {"quality": 95, "subsampling": 0, "progressive": True},
    f"side-{side}.png": {"compress_level": 1},
    f"side-{side}.webp": {"quality": 80, "method": 0},
    f"side-{side}.bmp": {},
}
for name, options in ways.items():
    picture.save(folder / name, **options)
    print(folder / name)
upright = Image.Exif()
upright[0x0112] = 6
picture.save(folder / f"side-{side}-turned.jpg", quality=90, exif=upright)
picture.putalpha(noise)
picture.save(folder / f"side-{side}-alpha.png", compress_level=1)
for name in ("turned.jpg", "alpha.png"):
    print(folder / f"side-{side}-{name}")
raw = folder / f"side-{side}.rgba"
raw.write_bytes(picture.tobytes())
print(raw)
