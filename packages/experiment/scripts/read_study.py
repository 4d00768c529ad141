"""Reads a study of a journal with Optuna and writes what it finds as JSON.

    python read_study.py JOURNAL STUDY OUT.json
"""

import json
import sys

import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

journal, name, out = sys.argv[1:]
study = optuna.load_study(study_name=name, storage=JournalStorage(JournalFileBackend(journal)))
found = {
    "direction": study.direction.name,
    "best": study.best_trial.number,
    "trials": [
        {
            "number": trial.number,
            "state": trial.state.name,
            "value": trial.value,
            "params": trial.params,
            "distributions": {key: repr(value) for key, value in trial.distributions.items()},
            "intermediate": [[step, value] for step, value in sorted(trial.intermediate_values.items())],
            "attributes": trial.user_attrs,
            "seconds": trial.duration.total_seconds(),
        }
        for trial in study.trials
    ],
}
# Optuna can go on with the study.
study.enqueue_trial({"training.batchSize": 500})
with open(out, "w") as file:
    json.dump(found, file)
