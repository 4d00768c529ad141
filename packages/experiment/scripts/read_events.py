"""Reads a folder of event files with TensorBoard and writes what it finds as JSON.

    python read_events.py FOLDER OUT.json
"""

import json
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import metadata

folder, out = sys.argv[1:]
# 0: keep all.
log = EventAccumulator(folder, size_guidance={"scalars": 0, "images": 0, "histograms": 0, "tensors": 0})
log.Reload()
tags = log.Tags()


def setting(value):
    kind = value.WhichOneof("kind")
    return getattr(value, kind)


def hparams():
    contents = log.PluginTagToContent("hparams")
    start = metadata.parse_session_start_info_plugin_data(contents[metadata.SESSION_START_INFO_TAG])
    end = contents.get(metadata.SESSION_END_INFO_TAG)
    return {
        "settings": {name: setting(value) for name, value in start.hparams.items()},
        "group": start.group_name,
        "status": None if end is None else metadata.parse_session_end_info_plugin_data(end).status,
    }


found = {
    "fileVersion": log.file_version,
    "scalars": {tag: [[event.step, event.value] for event in log.Scalars(tag)] for tag in tags["scalars"]},
    "images": {
        tag: [
            {
                "step": event.step,
                "width": event.width,
                "height": event.height,
                "png": event.encoded_image_string[1:4].decode() == "PNG",
                "description": log.SummaryMetadata(tag).summary_description,
            }
            for event in log.Images(tag)
        ]
        for tag in tags["images"]
    },
    "histograms": {
        tag: [
            {
                "step": event.step,
                "min": event.histogram_value.min,
                "max": event.histogram_value.max,
                "count": event.histogram_value.num,
                "sum": event.histogram_value.sum,
                "counts": list(event.histogram_value.bucket),
            }
            for event in log.Histograms(tag)
        ]
        for tag in tags["histograms"]
    },
    "hparams": hparams(),
}
with open(out, "w") as file:
    json.dump(found, file)
