"""Writes test/fixtures/augmentation.json: images that Keras's preprocessing layers changed by given amounts.

Run with Keras 3 (README.md): python scripts/augmentation.py
"""

import json
import os
import pathlib

os.environ["KERAS_BACKEND"] = "numpy"
import keras
import numpy as np

keras.config.set_floatx("float64")
layers = keras.layers
random = np.random.default_rng(3)


def rotation(degrees):
    # The matrix in float64: `RandomRotation` makes one of float32 for its angle.
    angle = np.radians(degrees)
    return [np.cos(angle), -np.sin(angle), np.sin(angle), np.cos(angle)]


def around_centre(image, linear):
    """Keras's operation with a linear map (xx, xy, yx, yy) around the centre of the image."""
    height, width, _ = image.shape
    xx, xy, yx, yy = linear
    x, y = (width - 1) / 2, (height - 1) / 2
    matrix = np.array([xx, xy, x - xx * x - xy * y, yx, yy, y - yx * x - yy * y, 0, 0], dtype="float64")
    return keras.ops.image.affine_transform(image, matrix, "bilinear", "reflect")


def rotated_by_layer(image, degrees):
    """What `RandomRotation` itself does at this angle."""
    layer = layers.RandomRotation(0.5, fill_mode="reflect", interpolation="bilinear")
    height, width, _ = image.shape
    matrix = layer._compute_affine_matrix(
        center_x=0.5, center_y=0.5, angle=np.array([float(degrees)]), translate_x=np.zeros(1), translate_y=np.zeros(1),
        scale=np.ones(1), shear_x=np.zeros(1), shear_y=np.zeros(1), height=height, width=width,
    )
    return keras.ops.image.affine_transform(image, matrix[0].astype("float64"), "bilinear", "reflect")


def zoomed_by_layer(image, scale):
    layer = layers.RandomZoom(0.5, fill_mode="reflect", interpolation="bilinear")
    zoom = np.array([[float(scale)]])
    return layer.transform_images(image, {"height_zoom": zoom, "width_zoom": zoom, "input_shape": image.shape})


def translated_by_layer(image, moved):
    """Moves an image right and down by these numbers of pixels."""
    layer = layers.RandomTranslation(1.0, 1.0, fill_mode="reflect", interpolation="bilinear")
    translations = np.array([[float(value) for value in moved]])
    return layer.transform_images(image, {"translations": translations, "input_shape": image.shape})


def brightened_by_layer(image, added):
    layer = layers.RandomBrightness(1.0, value_range=(0, 255))
    return layer.transform_images(image, {"rgb_delta": np.array([[[255.0 * added]]])})


def contrast_by_layer(image, factor):
    layer = layers.RandomContrast(1.0, value_range=(0, 255))
    return layer.transform_images(image, {"contrast_factor": np.array([[[float(factor)]]])})


def case(name, given, shape, change):
    image = random.integers(256, size=shape).astype("float64")
    values = np.asarray(change(image.copy()), dtype="float64")
    return {
        "name": name,
        "given": given,
        "shape": list(shape),
        "image": [int(v) for v in image.ravel()],
        "values": [round(float(v), 4) for v in values.ravel()],
    }


cases = []
for shape in [(6, 9, 1), (7, 5, 3), (1, 4, 1)]:
    for linear in [
        rotation(30),
        rotation(-137.5),
        [1.25, 0.0, 0.0, 1.25],
        [0.6, 0.0, 0.0, 0.6],
        [1.0, 0.4, 0.0, 1.0],
        [0.9, 0.35, -0.5, 1.3],
        [5.0, 4.0, 3.0, -6.0],
    ]:
        linear = [float(v) for v in linear]
        cases.append(case("linear", linear, shape, lambda image: around_centre(image, linear)))
for degrees in [12, -75]:
    cases.append(case("rotate", degrees, (8, 6, 3), lambda image: rotated_by_layer(image, degrees)))
for scale in [0.7, 1.2]:
    cases.append(case("zoom", scale, (8, 6, 3), lambda image: zoomed_by_layer(image, scale)))
for added in [0.2, -0.35]:
    cases.append(case("brightness", added, (4, 5, 3), lambda image: brightened_by_layer(image, added)))
for factor in [0.4, 1.6]:
    cases.append(case("contrast", factor, (4, 5, 3), lambda image: contrast_by_layer(image, factor)))
for moved in [(1.25, -0.5), (-3.0, 2.75), (8.5, 5.25)]:
    # The place of a value is to the left of a pixel that moved to the right.
    given = [1.0, 0.0, 0.0, 1.0, -moved[0], -moved[1]]
    cases.append(case("translate", given, (5, 7, 3), lambda image: translated_by_layer(image, moved)))

path = pathlib.Path(__file__).parent.parent / "test/fixtures/augmentation.json"
path.write_text(json.dumps({"keras": keras.__version__, "cases": cases}, separators=(",", ":")) + "\n")
