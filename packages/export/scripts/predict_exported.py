"""Opens exported models with Keras and ONNX Runtime and writes what they predict.

    python predict_exported.py FOLDER

FOLDER/cases.json is a list of { file, inputs: [{ shape, data }] }. Files that end in .keras are opened with Keras,
files that end in .onnx are checked with onnx.checker and run with ONNX Runtime. FOLDER/outputs.json receives a list in
the same order: { outputs: [{ shape, data }] } with what is in the file's metadata as `metadata`, or { error }.

Needs packages/trainer/scripts/requirements.txt.
"""

import json
import os
import sys
import zipfile

# The backend of JAX compiles each operation for one call only, which takes five times as long.
os.environ["KERAS_BACKEND"] = "numpy"
# OpenBLAS rounds by the kernels that it chooses for the processor: with some, networks differ by more than 1e-6.
os.environ.setdefault("OPENBLAS_CORETYPE", "Haswell")

import numpy as np


def run_keras(path, inputs):
    import keras

    model = keras.saving.load_model(path)
    outputs = model(inputs if len(inputs) > 1 else inputs[0], training=False)
    outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
    with zipfile.ZipFile(path) as archive:
        metadata = json.loads(archive.read("metadata.json"))
    metadata["layers"] = [layer.__class__.__name__ for layer in model.layers]
    return [np.asarray(output) for output in outputs], metadata


def run_onnx(path, inputs):
    import onnx
    import onnxruntime

    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    names = [given.name for given in session.get_inputs()]
    metadata = {
        "opset": [entry.version for entry in model.opset_import],
        "operators": sorted({node.op_type for node in model.graph.node}),
        "inputs": [[given.name, given.shape] for given in session.get_inputs()],
        "outputs": [[given.name, given.shape] for given in session.get_outputs()],
        "properties": session.get_modelmeta().custom_metadata_map,
        "description": session.get_modelmeta().description,
    }
    return session.run(None, dict(zip(names, inputs))), metadata


def run(folder, case):
    path = os.path.join(folder, case["file"])
    inputs = [np.array(i["data"], dtype=np.float32).reshape(i["shape"]) for i in case["inputs"]]
    try:
        outputs, metadata = (run_keras if path.endswith(".keras") else run_onnx)(path, inputs)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}
    tensors = [{"shape": list(o.shape), "data": o.astype(float).ravel().tolist()} for o in outputs]
    return {"outputs": tensors, "metadata": metadata}


def main():
    folder = sys.argv[1]
    with open(os.path.join(folder, "cases.json")) as file:
        cases = json.load(file)
    with open(os.path.join(folder, "outputs.json"), "w") as file:
        json.dump([run(folder, case) for case in cases], file)


main()
