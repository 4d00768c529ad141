"""Writes test/fixtures/pictures.json: JPEG, WebP, GIF and BMP files with the pixels that a decoder must give.

    pip install pillow==13.0.0 && python packages/image/scripts/picture-cases.py

JPEG, WebP and most GIF files are written and read by Pillow (libjpeg-turbo, libwebp). BMP files and the pixels of BMP and
palette GIF files are written without an image library: the pixels are known.
"""

import base64
import io
import json
import math
import struct
from pathlib import Path

from PIL import Image, ImageOps

cases = []


def add(name, file, width, height, channels, pixels):
    assert len(pixels) == width * height * channels, (name, len(pixels), width, height, channels)
    cases.append(
        {
            "name": name,
            "file": base64.b64encode(file).decode(),
            "width": width,
            "height": height,
            "channels": channels,
            "pixels": base64.b64encode(bytes(pixels)).decode(),
        }
    )


def drawing(width, height, mode="RGB"):
    """A picture with slopes, an edge and a little texture, so that every frequency occurs."""
    picture = Image.new("RGB", (width, height))
    for y in range(height):
        for x in range(width):
            edge = 90 if x > y else 0
            wave = 40 * math.sin(x * 1.7 + y * 0.6)
            picture.putpixel(
                (x, y),
                (
                    int(60 + edge + wave) % 256,
                    int(120 + 5 * x - 3 * y + wave) % 256,
                    int(200 - 4 * x + 2 * y + (x * 7919 + y * 104729) % 23) % 256,
                ),
            )
    return picture.convert(mode)


def as_read(data, mode, orient=False):
    picture = Image.open(io.BytesIO(data))
    if orient:
        picture = ImageOps.exif_transpose(picture)
    return picture.convert(mode)


def jpeg(name, picture, channels, orient=False, **options):
    out = io.BytesIO()
    picture.save(out, "JPEG", **options)
    read = as_read(out.getvalue(), {1: "L", 3: "RGB"}[channels], orient)
    add(f"JPEG {name}", out.getvalue(), read.width, read.height, channels, read.tobytes())


for width, height in [(1, 1), (8, 8), (7, 5), (17, 9), (16, 24), (33, 3)]:
    for progressive in (False, True):
        kind = "progressive" if progressive else "baseline"
        jpeg(f"grey {width}x{height} {kind}", drawing(width, height, "L"), 1, progressive=progressive, quality=80)
        for sampling, label in ((0, "4:4:4"), (1, "4:2:2"), (2, "4:2:0")):
            jpeg(
                f"{label} {width}x{height} {kind}",
                drawing(width, height),
                3,
                progressive=progressive,
                subsampling=sampling,
                quality=85,
            )
for quality in (5, 30, 100):
    jpeg(f"quality {quality}", drawing(19, 14), 3, quality=quality)
jpeg("optimized tables", drawing(20, 11), 3, quality=70, optimize=True)
jpeg("restart markers", drawing(40, 20), 3, quality=70, restart_marker_blocks=1)
jpeg("kept as RGB", drawing(13, 10), 3, quality=90, keep_rgb=True)
jpeg("with a comment and a profile", drawing(9, 9), 3, quality=90, comment=b"x" * 300, icc_profile=b"\0" * 500)
for orientation in range(1, 9):
    exif = Image.Exif()
    exif[0x0112] = orientation
    jpeg(f"orientation {orientation}", drawing(11, 6), 3, orient=True, exif=exif, quality=90, subsampling=0)
for width, height in [(8, 8), (19, 10)]:
    jpeg(f"CMYK {width}x{height}", drawing(width, height, "CMYK"), 3, quality=90)


def webp(name, picture, **options):
    out = io.BytesIO()
    picture.save(out, "WEBP", **options)
    read = Image.open(io.BytesIO(out.getvalue())).convert("RGBA")
    opaque = read.getextrema()[3] == (255, 255)
    mode = "RGB" if opaque else "RGBA"
    add(f"WebP {name}", out.getvalue(), read.width, read.height, len(mode), read.convert(mode).tobytes())


def see_through(width, height):
    picture = drawing(width, height, "RGBA")
    picture.putalpha(drawing(width, height, "L"))
    return picture


for width, height in [(1, 1), (7, 5), (16, 16), (33, 10)]:
    webp(f"lossy {width}x{height}", drawing(width, height), quality=75)
    webp(f"lossless {width}x{height}", drawing(width, height), lossless=True)
    webp(f"lossy with alpha {width}x{height}", see_through(width, height), quality=60)
    webp(f"lossless with alpha {width}x{height}", see_through(width, height), lossless=True, exact=True)
webp("grey", drawing(12, 9, "L"), quality=90)
webp("with metadata", drawing(12, 9), quality=90, exif=b"Exif\0\0" + b"\0" * 40, xmp=b"x" * 99)
for lossless in (False, True):
    webp(
        f"animated {'lossless' if lossless else 'lossy'}",
        drawing(14, 12),
        save_all=True,
        append_images=[drawing(14, 12).transpose(Image.Transpose.ROTATE_180)],
        lossless=lossless,
        quality=80,
    )
webp(
    "animated with alpha",
    see_through(14, 12),
    save_all=True,
    append_images=[see_through(14, 12).transpose(Image.Transpose.ROTATE_180)],
    lossless=True,
    exact=True,
)


def gif(name, picture, **options):
    out = io.BytesIO()
    picture.save(out, "GIF", **options)
    read = Image.open(io.BytesIO(out.getvalue()))
    mode = "RGBA" if read.convert("RGBA").getextrema()[3] != (255, 255) else "RGB"
    pixels = bytearray(read.convert(mode).tobytes())
    if mode == "RGBA":  # a transparent pixel has no colour
        for i in range(0, len(pixels), 4):
            if pixels[i + 3] == 0:
                pixels[i : i + 4] = bytes(4)
    add(f"GIF {name}", out.getvalue(), read.width, read.height, len(mode), pixels)


for width, height in [(1, 1), (7, 5), (60, 40)]:
    for colours in (2, 3, 16, 200, 256):
        picture = drawing(width, height).quantize(colours)
        gif(f"{colours} colours {width}x{height}", picture, interlace=False)
gif("interlaced", drawing(21, 19).quantize(64), interlace=True)
gif("with a transparent colour", drawing(21, 19).quantize(8), transparency=2)
gif(
    "animated",
    drawing(15, 10).quantize(16),
    save_all=True,
    append_images=[drawing(15, 10).transpose(Image.Transpose.ROTATE_180).quantize(16)],
    comment=b"x" * 600,
)


def bmp_file(header, palette, rows):
    offset = 14 + len(header) + len(palette)
    return b"BM" + struct.pack("<IHHI", offset + len(rows), 0, 0, offset) + header + palette + rows


def info(width, height, bits, compression, size=40, masks=(), colours=0):
    head = struct.pack("<IiiHHIIiiII", size, width, height, 1, bits, compression, 0, 2835, 2835, colours, 0)
    if size > 40:
        head += struct.pack("<4I", *(tuple(masks) + (0,) * (4 - len(masks))))[: size - 40]
        head += b"\0" * (size - len(head))
    return head


def packed_rows(rows, bits):
    """Rows of samples, first row first, padded to 4 bytes."""
    out = b""
    for row in rows:
        number = "".join(format(value, f"0{bits}b") for value in row)
        number += "0" * (-len(number) % 32)
        out += int(number, 2).to_bytes(len(number) // 8, "big")
    return out


def indices(width, height, colours):
    return [[(x * 7 + y * 3 + x * y) % colours for x in range(width)] for y in range(height)]


def palette(colours):
    return [((i * 37) % 256, (i * 91 + 5) % 256, (255 - i * 13) % 256) for i in range(colours)]


def flat(rows):
    return [value for row in rows for pixel in row for value in pixel]


for width, height in [(1, 1), (9, 4), (33, 3)]:
    for bits in (1, 4, 8):
        names = indices(width, height, 1 << bits)
        colours = palette(1 << bits)
        known = flat([[colours[i] for i in row] for row in names])
        quads = b"".join(bytes((b, g, r, 0)) for r, g, b in colours)
        stored = packed_rows(names[::-1], bits)
        add(f"BMP {bits} bits {width}x{height}", bmp_file(info(width, height, bits, 0), quads, stored), width, height, 3, known)
        down = packed_rows(names, bits)
        add(f"BMP {bits} bits {width}x{height} downwards", bmp_file(info(width, -height, bits, 0), quads, down), width, height, 3, known)
        core = struct.pack("<IHHHH", 12, width, height, 1, bits)
        triples = b"".join(bytes((b, g, r)) for r, g, b in colours)
        add(f"BMP {bits} bits {width}x{height} OS/2", bmp_file(core, triples, stored), width, height, 3, known)
    pixels = [[tuple((x * a + y * b + c) % 256 for a, b, c in ((31, 7, 3), (11, 60, 9), (5, 90, 77), (51, 17, 40))) for x in range(width)] for y in range(height)]
    rgb = flat([[pixel[:3] for pixel in row] for row in pixels])
    rows = b"".join(b"".join(bytes(pixel[2::-1]) for pixel in row) + b"\0" * (-3 * width % 4) for row in pixels[::-1])
    add(f"BMP 24 bits {width}x{height}", bmp_file(info(width, height, 24, 0), b"", rows), width, height, 3, rgb)
    rows = b"".join(bytes((b, g, r, a)) for row in pixels[::-1] for r, g, b, a in row)
    add(f"BMP 32 bits {width}x{height}", bmp_file(info(width, height, 32, 0), b"", rows), width, height, 3, rgb)
    for size in (56, 108, 124):
        head = info(width, height, 32, 3, size, (0xFF0000, 0xFF00, 0xFF, 0xFF000000))
        add(f"BMP 32 bits with alpha, header of {size} {width}x{height}", bmp_file(head, b"", rows), width, height, 4, flat(pixels))
    masks = struct.pack("<3I", 0x3FF00000, 0xFFC00, 0x3FF)
    tens = [[tuple(value * 4 + 1 for value in pixel[:3]) for pixel in row] for row in pixels]
    rows = b"".join(struct.pack("<I", r << 20 | g << 10 | b) for row in tens[::-1] for r, g, b in row)
    known = [int(value * 255 / 1023 + 0.5) for value in flat(tens)]
    add(f"BMP masks of 10 bits {width}x{height}", bmp_file(info(width, height, 32, 3), masks, rows), width, height, 3, known)
    for compression, shifts, label in ((0, (10, 5, 5), "555"), (3, (11, 5, 6), "565")):
        depth = (5, 6 if label == "565" else 5, 5)
        small = [[tuple(v >> (8 - d) for v, d in zip(pixel[:3], depth)) for pixel in row] for row in pixels]
        rows = b""
        for row in small[::-1]:
            line = b"".join(struct.pack("<H", r << shifts[0] | g << shifts[1] | b) for r, g, b in row)
            rows += line + b"\0" * (-len(line) % 4)
        extra = struct.pack("<3I", 0xF800, 0x7E0, 0x1F) if compression else b""
        known = [int(v * 255 / ((1 << d) - 1) + 0.5) for row in small for pixel in row for v, d in zip(pixel, depth)]
        add(f"BMP 16 bits {label} {width}x{height}", bmp_file(info(width, height, 16, compression), extra, rows), width, height, 3, known)


def run_lengths(rows, bits):
    """Runs and, for every third row, literal pixels."""
    out = b""
    for number, row in enumerate(rows):
        if number % 3 == 2 and len(row) >= 3:
            for start in range(0, len(row), 200):
                part = row[start : start + 200]
                if len(part) < 3:
                    for value in part:
                        out += bytes((1, value if bits == 8 else value << 4))
                    continue
                if bits == 8:
                    data = bytes(part)
                else:
                    padded = part + [0] * (len(part) % 2)
                    data = bytes(padded[i] << 4 | padded[i + 1] for i in range(0, len(padded), 2))
                out += bytes((0, len(part))) + data + b"\0" * (len(data) % 2)
        else:
            x = 0
            while x < len(row):
                count = 1
                while x + count < len(row) and count < 255 and row[x + count] == row[x]:
                    count += 1
                out += bytes((count, row[x] if bits == 8 else row[x] << 4 | row[x]))
                x += count
        out += b"\0\0"
    return out[:-2] + b"\0\1"


for bits, compression in ((8, 1), (4, 2)):
    for width, height in [(1, 1), (12, 7), (300, 4)]:
        names = [[value // 2 for value in row] for row in indices(width, height, 1 << bits)]
        colours = palette(1 << bits)
        quads = b"".join(bytes((b, g, r, 0)) for r, g, b in colours)
        known = flat([[colours[i] for i in row] for row in names])
        file = bmp_file(info(width, height, bits, compression), quads, run_lengths(names[::-1], bits))
        add(f"BMP RLE{bits} {width}x{height}", file, width, height, 3, known)
    colours = palette(1 << bits)
    quads = b"".join(bytes((b, g, r, 0)) for r, g, b in colours)
    skipped = bytes((2, 0x11, 0, 2, 3, 1, 1, 0x22, 0, 1))
    names = [[0] * 8 for _ in range(3)]
    names[0][0] = names[0][1] = 0x11 if bits == 8 else 1
    names[1][5] = 0x22 if bits == 8 else 2
    known = flat([[colours[i] for i in row] for row in names[::-1]])
    add(f"BMP RLE{bits} with skipped pixels", bmp_file(info(8, 3, bits, compression), quads, skipped), 8, 3, 3, known)

target = Path(__file__).parent.parent / "test" / "fixtures" / "pictures.json"
target.write_text(json.dumps(cases, indent=0) + "\n")
print(len(cases), "cases,", target.stat().st_size, "bytes")
