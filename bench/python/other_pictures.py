"""Writes pictures that are no clothes, a folder of PNGs for each kind, for bench/distance.js.

Run with scikit-learn 1.9.1, scikit-image 0.26.0 and Pillow 13.0.0, whose packages hold the pictures:
    python other_pictures.py FOLDER
"""

import sys
from pathlib import Path

import numpy as np
import skimage
from PIL import Image, ImageDraw
from sklearn.datasets import load_digits, load_sample_images

PER_KIND = 400
DATA = Path(skimage.__file__).parent / 'data'
random = np.random.default_rng(12)


def scenes(*names):
    return [np.asarray(Image.open(DATA / name).convert('RGB')) for name in names]


def crops(pictures, smallest, largest):
    """Square parts of the pictures, of any size between the two (in pixels)."""
    for index in range(PER_KIND):
        picture = pictures[index % len(pictures)]
        height, width = picture.shape[:2]
        side = int(random.integers(smallest, min(largest, height, width) + 1))
        top = int(random.integers(0, height - side + 1))
        left = int(random.integers(0, width - side + 1))
        yield picture[top : top + side, left : left + side]


def drawings():
    """One to three filled shapes of grey on black."""
    for _ in range(PER_KIND):
        picture = Image.new('L', (28, 28))
        draw = ImageDraw.Draw(picture)
        for _ in range(int(random.integers(1, 4))):
            x, y, r = random.integers(4, 24), random.integers(4, 24), random.integers(3, 12)
            shape = [draw.ellipse, draw.rectangle][int(random.integers(0, 2))]
            shape([int(x - r), int(y - r), int(x + r), int(y + r)], fill=int(random.integers(60, 256)))
        yield np.asarray(picture)


def kinds():
    photographs = [*load_sample_images().images, *scenes('astronaut.png', 'chelsea.png', 'coffee.png', 'motorcycle_left.png')]
    yield 'photographs', crops(photographs, 100, 400)
    yield 'textures', crops(scenes('brick.png', 'grass.png', 'gravel.png'), 60, 200)
    yield 'text', crops(scenes('page.png'), 40, 120)
    faces = np.load(DATA / 'lfw_subset.npy')[:100]
    yield 'faces', ((255 * face).astype(np.uint8) for face in faces)
    digits = load_digits().images[:PER_KIND]
    yield 'digits', ((digit * 255 / 16).astype(np.uint8) for digit in digits)
    yield 'drawings', drawings()
    yield 'noise', (random.integers(0, 256, (28, 28), dtype=np.uint8) for _ in range(PER_KIND))


folder = Path(sys.argv[1])
for kind, pictures in kinds():
    (folder / kind).mkdir(parents=True, exist_ok=True)
    for index, picture in enumerate(pictures):
        Image.fromarray(picture).save(folder / kind / f'{index:03}.png')
