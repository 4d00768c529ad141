"""Writes test/fixtures/png.json: PNGs with the pixels that they stand for.

Python's standard library only. Rows are packed, filtered and interlaced here, after ISO/IEC 15948, because image
libraries are no reference: Pillow 13 is wrong on tRNS of 2 and 4 bit grey and on 16 bits.

    python3 scripts/png-cases.py
"""

import base64
import json
import random
import struct
import zlib
from pathlib import Path

SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
DEPTHS = {0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16]}
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
FILTERS = ["none", "sub", "up", "average", "paeth"]


def chunk(kind, data=b""):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def paeth(a, b, c):
    p = a + b - c
    distances = [abs(p - a), abs(p - b), abs(p - c)]
    return [a, b, c][distances.index(min(distances))]


def filtered(number, row, above, step):
    out = bytearray([number])
    for i, value in enumerate(row):
        a = row[i - step] if i >= step else 0
        b = above[i]
        c = above[i - step] if i >= step else 0
        out.append((value - [0, a, b, (a + b) // 2, paeth(a, b, c)][number]) & 255)
    return bytes(out)


def packed(values, depth):
    bits = "".join(format(value, f"0{depth}b") for value in values)
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))


def png(width, height, colour_type, depth, pixels, *, interlaced=False, filter_of=lambda y: 0, before=(), split=None):
    """`pixels[y][x]` is a list of samples."""
    step = max(1, SAMPLES[colour_type] * depth // 8)
    stream = b""
    for left, top, across, down in ADAM7 if interlaced else [(0, 0, 1, 1)]:
        above = None
        for number, y in enumerate(range(top, height, down)):
            values = [sample for x in range(left, width, across) for sample in pixels[y][x]]
            if not values:
                continue
            row = packed(values, depth)
            stream += filtered(filter_of(number), row, above or bytes(len(row)), step)
            above = row
    data = zlib.compress(stream, 9)
    parts = [data] if split is None else [data[i : i + split] for i in range(0, len(data), split)]
    head = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, int(interlaced))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + b"".join(chunk(kind, data) for kind, data in before)
        + b"".join(chunk(b"IDAT", part) for part in parts)
        + chunk(b"IEND")
    )


def to_byte(sample, depth):
    """Rounded to the nearest; there are no ties."""
    most = 2**depth - 1
    return (2 * 255 * sample + most) // (2 * most)


def stand_for(pixels, colour_type, depth, palette=None, alphas=None, key=None):
    out = bytearray()
    for row in pixels:
        for pixel in row:
            if colour_type == 3:
                out += bytes(palette[pixel[0]])
                if alphas is not None:
                    out.append(alphas[pixel[0]] if pixel[0] < len(alphas) else 255)
            else:
                out += bytes(to_byte(sample, depth) for sample in pixel)
                if key is not None:
                    out.append(0 if list(pixel) == list(key) else 255)
    return bytes(out)


def drawn(width, height, colour_type, depth, seed):
    """Slopes with some noise: every filter has something to do, and the file stays small."""
    draw = random.Random(seed)
    most = 2**depth - 1

    def sample(x, y, channel):
        slope = (x * (channel + 1) * most // width + y * most // (channel + 2)) % (most + 1)
        return draw.randint(0, most) if draw.random() < 0.1 else slope

    return [[[sample(x, y, c) for c in range(SAMPLES[colour_type])] for x in range(width)] for y in range(height)]


cases = []


def case(name, width, height, colour_type, depth, pixels, *, palette=None, alphas=None, key=None, before=(), **options):
    chunks = list(before)
    if palette is not None:
        chunks.append((b"PLTE", bytes(value for colour in palette for value in colour)))
    if alphas is not None:
        chunks.append((b"tRNS", bytes(alphas)))
    if key is not None:
        chunks.append((b"tRNS", struct.pack(f">{len(key)}H", *key)))
    file = png(width, height, colour_type, depth, pixels, before=chunks, **options)
    values = stand_for(pixels, colour_type, depth, palette if colour_type == 3 else None, alphas, key)
    cases.append(
        {
            "name": name,
            "width": width,
            "height": height,
            "channels": len(values) // (width * height),
            "png": base64.b64encode(file).decode(),
            "pixels": base64.b64encode(values).decode(),
        }
    )


def colours(count):
    return [((i * 37) % 256, (i * 91 + 5) % 256, 255 - i) for i in range(count)]


seed = 0
for colour_type, depths in DEPTHS.items():
    for depth in depths:
        palette = colours(2**depth) if colour_type == 3 else None
        for interlaced in (False, True):
            way = "interlaced" if interlaced else "in one pass"
            for number, filter_name in enumerate(FILTERS):
                seed += 1
                pixels = drawn(9, 9, colour_type, depth, seed)
                case(
                    f"colour type {colour_type}, {depth} bits, {way}, filter {filter_name}",
                    9, 9, colour_type, depth, pixels,
                    palette=palette, interlaced=interlaced, filter_of=lambda y, number=number: number,
                )  # fmt: skip
            pixels = drawn(9, 9, colour_type, depth, seed)
            if colour_type == 3:
                alphas = [(i * 53) % 256 for i in range(max(1, 2**depth // 2))]
                case(f"palette with alpha, {depth} bits, {way}", 9, 9, 3, depth, pixels,
                     palette=palette, alphas=alphas, interlaced=interlaced)  # fmt: skip
            elif colour_type in (0, 2):
                case(f"one transparent colour, colour type {colour_type}, {depth} bits, {way}", 9, 9, colour_type, depth,
                     pixels, key=pixels[4][4], interlaced=interlaced)  # fmt: skip

for width in range(1, 9):
    for height in (1, 2, 3, 5):
        seed += 1
        depth = [1, 2, 4, 8][seed % 4]
        case(f"interlaced {width} × {height}, {depth} bits", width, height, 0, depth,
             drawn(width, height, 0, depth, seed), interlaced=True, filter_of=lambda y: (y + 1) % 5)  # fmt: skip

# 16 bits: colours that differ in the low byte only, of which one is transparent.
near = [[[0x1234], [0x1235], [0x1134], [0x0034]]]
case("16 bit grey, transparent colour compared in full", 4, 1, 0, 16, near, key=[0x1234])
near = [[[0x1234, 1, 2], [0x1235, 1, 2], [0x1234, 1, 3]]]
case("16 bit RGB, transparent colour compared in full", 3, 1, 2, 16, near, key=[0x1234, 1, 2])
edges = [[[value] for value in (0, 127, 128, 129, 385, 386, 32767, 32768, 65149, 65150, 65406, 65407, 65535)]]
case("16 bit grey, rounding", 13, 1, 0, 16, edges)
pixels = drawn(9, 9, 2, 8, 1)
case("RGB with a suggested palette", 9, 9, 2, 8, pixels, palette=colours(216))
case("RGB with values below the size of its suggested palette", 9, 9, 2, 8,
     [[[x, y, x + y] for x in range(9)] for y in range(9)], palette=colours(216))  # fmt: skip
case("16 bit RGB with a suggested palette", 9, 9, 2, 16, drawn(9, 9, 2, 16, 2), palette=colours(216))
case("RGBA with a suggested palette", 9, 9, 6, 8, drawn(9, 9, 6, 8, 3), palette=colours(256))
case("data in chunks of one byte", 9, 9, 2, 8, pixels, split=1)
ignored = [
    (b"gAMA", struct.pack(">I", 35000)),
    (b"sRGB", b"\1"),
    (b"cHRM", bytes(32)),
    (b"sBIT", b"\5\5\5"),
    (b"bKGD", bytes(6)),
    (b"iCCP", b"x\0\0" + b"no zlib stream"),
    (b"tEXt", b"Comment\0" + b"a" * 50),
    (b"zTXt", b"Comment\0\0" + b"no zlib stream"),
    (b"prVt", b"anything"),
]
case("chunks that pixels do not depend on", 9, 9, 2, 8, pixels, before=ignored)
animation = [
    (b"acTL", struct.pack(">II", 2, 0)),
    (b"fcTL", struct.pack(">IIIIIHHBB", 0, 9, 9, 0, 0, 1, 10, 0, 0)),
]
case("the first frame of an animation", 9, 9, 2, 8, pixels, before=animation)

target = Path(__file__).parent.parent / "test" / "fixtures" / "png.json"
target.parent.mkdir(parents=True, exist_ok=True)
target.write_text("[\n" + ",\n".join(json.dumps(one, ensure_ascii=False) for one in cases) + "\n]\n")
print(len(cases), "cases,", target.stat().st_size, "bytes")
