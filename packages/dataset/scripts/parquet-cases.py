"""Writes image sets in Parquet as Hugging Face's `datasets` lays them out, by pyarrow, for the tests.

Usage: python parquet-cases.py FOLDER (test/fixtures/parquet). Needs pyarrow and Pillow.
"""

import io
import json
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

NAMES = ["zebra", "apple", "moon"]


def png(value):
    buffer = io.BytesIO()
    Image.new("L", (4, 4), value).save(buffer, "PNG")
    return buffer.getvalue()


def table(values, labels, label_type=pa.int64(), features=True):
    image = pa.array(
        [{"bytes": png(v), "path": f"{i}.png"} for i, v in enumerate(values)],
        type=pa.struct([("bytes", pa.binary()), ("path", pa.string())]),
    )
    metadata = {
        "info": {
            "features": {
                "image": {"_type": "Image"},
                "label": {"names": NAMES, "_type": "ClassLabel"},
            }
        }
    }
    made = pa.table({"image": image, "label": pa.array(labels, type=label_type)})
    return made.replace_schema_metadata({"huggingface": json.dumps(metadata)}) if features else made


def main(folder):
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    values = [10 * i for i in range(12)]
    labels = [i % 3 for i in range(12)]
    pq.write_table(table(values[:8], labels[:8]), data / "train-00000-of-00002.parquet", compression="snappy")
    pq.write_table(
        table(values[8:], labels[8:]), data / "train-00001-of-00002.parquet", compression="zstd", row_group_size=2
    )
    pq.write_table(
        table([200, 210, 220], [2, -1, 0]), data / "test-00000-of-00001.parquet", compression="gzip", data_page_version="2.0"
    )
    pq.write_table(
        table(values, [["b", "a"][i % 2] for i in range(12)], pa.string(), features=False),
        folder / "words.parquet",
        compression="brotli",
    )
    pq.write_table(pa.table({"x": [1, 2], "label": [0, 1]}), folder / "no-images.parquet")


main(Path(sys.argv[1]))
