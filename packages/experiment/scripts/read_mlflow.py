"""Reads the runs of an experiment from a tracking server with MLflow's client and writes them as JSON.

    python read_mlflow.py URL EXPERIMENT OUT.json
"""

import json
import sys

from mlflow.tracking import MlflowClient

url, experiment, out = sys.argv[1:]
client = MlflowClient(url)
found = client.get_experiment_by_name(experiment)


def history(run, key):
    return [[metric.step, metric.value] for metric in client.get_metric_history(run, key)]


def files(run, folder=None):
    names = []
    for each in client.list_artifacts(run, folder):
        names += files(run, each.path) if each.is_dir else [[each.path, each.file_size]]
    return names


def read(run):
    return {
        "name": run.info.run_name,
        "status": run.info.status,
        "ended": run.info.end_time,
        "params": run.data.params,
        "tags": run.data.tags,
        "metrics": {key: history(run.info.run_id, key) for key in run.data.metrics},
        "files": files(run.info.run_id),
    }


runs = [] if found is None else [read(run) for run in client.search_runs([found.experiment_id])]
with open(out, "w", encoding="utf-8") as file:
    json.dump(runs, file)
