"""Writes a model for every layer that tfjs or @treadle/keras loads and for each of its options: as Keras saves it, with
weights, inputs, and what Keras predicts. src/layers.test.ts loads each.

    python scripts/layer-fixtures.py keras3   # Keras 3.15.1 on JAX (packages/trainer/scripts/requirements.txt)
    python scripts/layer-fixtures.py keras2   # tf_keras 2.21.0 on tensorflow-cpu 2.21.0

The output is gzip-compressed: a line of JSON for each model. Weights have the names that tensorflowjs_converter gives them.
"""

import base64
import gzip
import json
import os
import pathlib
import sys

ORIGIN = sys.argv[1]
K3 = ORIGIN == "keras3"
if K3:
    os.environ["KERAS_BACKEND"] = "jax"
    import keras
else:
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import tf_keras as keras
import numpy as np  # noqa: E402

L = keras.layers
PATH = pathlib.Path(__file__).parent.parent / "test" / "fixtures" / "layers" / f"{ORIGIN}.jsonl.gz"
PATH.parent.mkdir(parents=True, exist_ok=True)
LINES = []

def short(values):
    """Values with few digits, which compress well."""
    return (np.round(values * 64) / 64).astype("float32")


def coded(values):
    values = np.asarray(values)
    values = values.astype("int32" if values.dtype.kind in "iub" else "float32")
    data = base64.b64encode(values.tobytes()).decode()
    return {"shape": list(values.shape), "dtype": str(values.dtype), "data": data}


def write(name, model, inputs=None, low=-2.0, high=2.0):
    """Gives the model random weights and writes it with its answer to random inputs."""
    random = np.random.default_rng(len(LINES) + 1)
    weights, parts = [], []
    for weight in model.weights:
        path = weight.path if K3 else weight.name.split(":")[0]
        if "seed_generator" in path or str(weight.dtype).endswith("int64'>"):
            continue
        value = random.uniform(-0.8, 0.8, weight.shape)
        if "variance" in path:
            value = random.uniform(0.5, 1.5, weight.shape)
        dtype = "int32" if path.endswith("count") else "float32"
        value = short(value).astype(dtype)
        weight.assign(value)
        weights.append({"name": path, "shape": list(weight.shape), "dtype": dtype})
        parts.append(value.tobytes())
    for layer in model._flatten_layers() if hasattr(model, "_flatten_layers") else []:
        if isinstance(layer, L.Normalization):
            layer.finalize_state()
    if inputs is None:
        inputs = []
        for one in model.inputs:
            shape = [2, *[3 if size is None else size for size in one.shape[1:]]]
            kind = str(getattr(one.dtype, "name", one.dtype))
            inputs.append(random.integers(0, 5, shape).astype("int32") if "int" in kind else short(random.uniform(low, high, shape)))
    answer = model(inputs if len(inputs) > 1 else inputs[0], training=False)
    outputs = answer if isinstance(answer, (list, tuple)) else [answer]
    topology = {"keras_version": keras.__version__, "model_config": json.loads(model.to_json())}
    if not K3:
        topology["model_config"] = {k: topology["model_config"][k] for k in ("class_name", "config")}
    topology["backend"] = "jax" if K3 else "tensorflow"
    line = {
        "name": name,
        "topology": without_defaults(topology),
        "weights": weights,
        "data": base64.b64encode(b"".join(parts)).decode(),
        "inputs": [coded(one) for one in inputs],
        "outputs": [coded(one) for one in outputs],
    }
    LINES.append(json.dumps(line, separators=(",", ":")) + "\n")


def without_defaults(value):
    """Leaves out initializers, code and metadata of building, to keep the file small. A loader uses none of them."""
    if isinstance(value, list):
        return [without_defaults(one) for one in value]
    if not isinstance(value, dict):
        return value
    if value.get("class_name") == "__lambda__":
        return {**value, "config": {"value": "code"}}
    if value.get("class_name") == "Lambda" and isinstance(value["config"]["function"], list):
        return {**value, "config": {**value["config"], "function": ["code", None, None]}}
    if isinstance(value.get("activation"), dict) and "value" in value["activation"]:
        value = {**value, "activation": {"value": "code"}}
    return {
        key: without_defaults(one)
        for key, one in value.items()
        if not key.endswith("_initializer") and key not in ("build_config", "compile_config")
        and not (one is None and key.endswith(("_regularizer", "_constraint")))
    }


SKIPPED = []


def case(name, shape, make, dtype=None, **options):
    """A model of one layer, or of several: `make` is called when its framework has it."""
    keras.backend.clear_session()
    keras.utils.set_random_seed(1)
    shapes = shape if isinstance(shape, list) else [shape]
    try:
        inputs = [keras.Input(one, dtype=dtype) for one in shapes]
        outputs = make(*inputs) if len(inputs) > 1 else make(inputs[0])
        write(name, keras.Model(inputs if len(inputs) > 1 else inputs[0], outputs), **options)
    except Exception as error:  # this framework, or this version of it, does not have the option
        SKIPPED.append(f"{name}: {type(error).__name__} {str(error).splitlines()[0][:120]}")


def layer(class_name, shape, label="", dtype=None, range=None, **arguments):
    low, high = range or (-2.0, 2.0)
    label = label or ",".join(f"{key}={value}" for key, value in arguments.items())
    name = f"{class_name}({label})".replace(" ", "")
    case(name, shape, lambda x: getattr(L, class_name)(**arguments)(x), dtype, low=low, high=high)


FLAT, STEPS, IMAGE, VOLUME = (7,), (6, 3), (6, 7, 3), (4, 5, 4, 2)
FIRST = "channels_first"

# Activations by name, alone and inside a layer.
for name in """elu exponential gelu hard_sigmoid hard_silu hard_swish leaky_relu linear log_softmax mish relu relu6 selu
        sigmoid silu softmax softplus softsign swish tanh celu glu hard_shrink hard_tanh log_sigmoid soft_shrink
        sparse_plus sparse_sigmoid sparsemax squareplus tanh_shrink threshold""".split():
    layer("Activation", (12,), name, activation=name, range=(-7, 7))
    layer("Dense", FLAT, name, units=6, activation=name)
    layer("Conv2D", (4, 4, 2), name, filters=3, kernel_size=2, activation=name)
for kind in ("LeakyReLU", "ReLU", "PReLU", "ELU", "Softmax"):
    case(f"Dense(activation={kind} layer)", FLAT, lambda x: L.Dense(5, activation=getattr(L, kind)())(x))
case("Dense(activation=function)", FLAT, lambda x: L.Dense(5, activation=lambda v: v * 2)(x))

# Layers that are activations.
for shape in (FLAT, STEPS, IMAGE):
    layer("ReLU", shape, f"rank{len(shape)}")
    layer("LeakyReLU", shape, f"rank{len(shape)}")
    layer("ELU", shape, f"rank{len(shape)}")
    layer("PReLU", shape, f"rank{len(shape)}")
    layer("Softmax", shape, f"rank{len(shape)}")
for arguments in ({"max_value": 1.0}, {"max_value": 0.0}, {"negative_slope": 0.2}, {"threshold": 0.7}, {"threshold": -0.5},
                  {"max_value": 1.0, "negative_slope": 0.1}, {"max_value": 1.5, "threshold": 0.5, "negative_slope": 0.25},
                  {"max_value": 6.0, "threshold": 0.0}):
    layer("ReLU", FLAT, **arguments)
for slope in (0.0, 0.1, 0.9):
    layer("LeakyReLU", FLAT, **{"negative_slope" if K3 else "alpha": slope})
for alpha in (0.5, 2.0, 0.0):
    layer("ELU", FLAT, alpha=alpha)
layer("PReLU", IMAGE, shared_axes=[1, 2])
layer("PReLU", IMAGE, shared_axes=[3])
layer("PReLU", STEPS, shared_axes=[1])
for axis in (1, 2, 3, -1, -2, [1, 2], [-1]):
    layer("Softmax", IMAGE, axis=axis)
layer("ThresholdedReLU", FLAT)
layer("ThresholdedReLU", FLAT, theta=0.3)

# Core.
layer("Dense", STEPS, "rank3", units=4)
layer("Dense", IMAGE, "rank4", units=4, activation="relu")
layer("Dense", FLAT, units=4, use_bias=False)
layer("Dense", FLAT, "regularizers", units=4, kernel_regularizer="l1", bias_regularizer="l2", activity_regularizer="l1_l2")
layer("Dense", FLAT, "constraints", units=4, kernel_constraint="max_norm", bias_constraint="non_neg")
layer("Dense", FLAT, units=4, kernel_constraint="unit_norm", kernel_regularizer="orthogonal_regularizer")
layer("Dense", FLAT, units=4, dtype="float64")
layer("Embedding", (4,), dtype="int32", input_dim=6, output_dim=3)
layer("Embedding", (4,), dtype="int32", input_dim=6, output_dim=3, mask_zero=True)
layer("Embedding", (4,), "float input", dtype="float32", range=(0, 5), input_dim=6, output_dim=3)
if not K3:
    layer("Embedding", (4,), dtype="int32", input_dim=6, output_dim=3, input_length=4)
for arguments in ({}, {"data_format": FIRST}):
    layer("Flatten", IMAGE, **arguments)
    layer("Flatten", STEPS, f"rank3,{arguments}", **arguments)
    layer("Flatten", FLAT, f"rank2,{arguments}", **arguments)
for target in ((21,), (-1,), (7, -1), (3, 7, 2, 3)):
    layer("Reshape", IMAGE, target_shape=target)
layer("Permute", IMAGE, dims=(3, 1, 2))
layer("Permute", STEPS, dims=(2, 1))
layer("RepeatVector", FLAT, n=3)
layer("Masking", STEPS)
layer("Identity", FLAT)
layer("ActivityRegularization", FLAT, l1=0.1, l2=0.2)
for name in ("Dropout", "AlphaDropout", "GaussianDropout"):
    layer(name, FLAT, rate=0.3)
layer("Dropout", STEPS, rate=0.3, noise_shape=(None, 1, 3))
layer("Dropout", STEPS, rate=0.3, seed=5)
layer("AlphaDropout", STEPS, rate=0.3, noise_shape=(None, 1, 3))
layer("GaussianNoise", FLAT, stddev=0.3)
layer("SpatialDropout1D", STEPS, rate=0.3)
layer("SpatialDropout2D", IMAGE, rate=0.3)
layer("SpatialDropout2D", IMAGE, rate=0.3, data_format=FIRST)
layer("SpatialDropout3D", VOLUME, rate=0.3)

# Convolutions.
for padding in ("valid", "same", "causal"):
    for arguments in ({}, {"strides": 2}, {"dilation_rate": 2}):
        layer("Conv1D", STEPS, filters=4, kernel_size=3, padding=padding, **arguments)
for padding in ("valid", "same"):
    for arguments in ({}, {"strides": 2}, {"strides": (2, 1)}, {"dilation_rate": 2}, {"dilation_rate": (1, 2)}):
        layer("Conv2D", IMAGE, filters=4, kernel_size=(3, 2), padding=padding, **arguments)
        layer("DepthwiseConv2D", IMAGE, kernel_size=(3, 2), padding=padding, **arguments)
        layer("SeparableConv2D", IMAGE, filters=4, kernel_size=3, padding=padding, **arguments)
        layer("Conv2DTranspose", IMAGE, filters=2, kernel_size=3, padding=padding, **arguments)
    for arguments in ({}, {"strides": 2}, {"strides": (1, 2, 1)}, {"dilation_rate": 2}):
        layer("Conv3D", VOLUME, filters=3, kernel_size=2, padding=padding, **arguments)
        layer("Conv3DTranspose", VOLUME, filters=3, kernel_size=2, padding=padding, **arguments)
    for arguments in ({}, {"strides": 2}, {"dilation_rate": 2}):
        layer("Conv1DTranspose", STEPS, filters=2, kernel_size=3, padding=padding, **arguments)
        layer("SeparableConv1D", STEPS, filters=2, kernel_size=3, padding=padding, **arguments)
        layer("DepthwiseConv1D", STEPS, kernel_size=3, padding=padding, **arguments)
layer("Conv2DTranspose", IMAGE, filters=2, kernel_size=3, strides=2, output_padding=1)
layer("Conv2DTranspose", IMAGE, filters=2, kernel_size=3, strides=2, padding="same", output_padding=0)
layer("Conv2DTranspose", IMAGE, filters=2, kernel_size=2, strides=3)
layer("Conv2DTranspose", IMAGE, filters=2, kernel_size=2, strides=3, padding="same")
layer("Conv1D", (6, 4), filters=4, kernel_size=3, groups=2)
layer("Conv2D", (6, 7, 4), filters=4, kernel_size=3, groups=2)
layer("Conv2D", (6, 7, 4), filters=4, kernel_size=3, groups=4)
layer("Conv3D", (4, 4, 4, 4), filters=4, kernel_size=2, groups=2)
for name, shape in (("Conv1D", STEPS), ("Conv2D", IMAGE), ("Conv3D", VOLUME)):
    layer(name, shape, filters=2, kernel_size=2, use_bias=False, activation="relu")
    if name != "Conv3D":
        layer(name, shape, filters=2, kernel_size=2, data_format=FIRST)
layer("Conv2D", IMAGE, "constraints", filters=2, kernel_size=2, kernel_constraint="max_norm", bias_regularizer="l2", activity_regularizer="l1")
layer("Conv2D", IMAGE, "kernel 1x1", filters=2, kernel_size=1)
layer("Conv2D", (1, 5, 2), "1xN", filters=2, kernel_size=(1, 3))
layer("DepthwiseConv2D", IMAGE, kernel_size=2, depth_multiplier=3)
layer("DepthwiseConv2D", IMAGE, kernel_size=2, use_bias=False, activation="relu6" if K3 else "relu")
layer("DepthwiseConv2D", IMAGE, kernel_size=2, data_format=FIRST)
layer("SeparableConv2D", IMAGE, filters=2, kernel_size=2, depth_multiplier=2)
layer("SeparableConv2D", IMAGE, filters=2, kernel_size=2, use_bias=False, activation="elu")
layer("SeparableConv2D", IMAGE, filters=2, kernel_size=2, data_format=FIRST)
layer("Conv2DTranspose", IMAGE, filters=2, kernel_size=2, use_bias=False, activation="relu")
layer("Conv2DTranspose", IMAGE, filters=2, kernel_size=2, data_format=FIRST)
for amount in (1, (1, 2), ((1, 0), (2, 1))):
    layer("Cropping2D", IMAGE, cropping=amount)
    layer("ZeroPadding2D", IMAGE, padding=amount)
layer("Cropping2D", (3, 6, 7), cropping=1, data_format=FIRST)
layer("ZeroPadding2D", (3, 6, 7), padding=((1, 0), (2, 1)), data_format=FIRST)
layer("Cropping1D", STEPS)
layer("Cropping3D", VOLUME)
layer("ZeroPadding1D", STEPS)
layer("ZeroPadding3D", VOLUME)
layer("UpSampling1D", STEPS)
layer("UpSampling3D", VOLUME)
for interpolation in ("nearest", "bilinear", "bicubic", "lanczos3", "area", "gaussian", "mitchellcubic"):
    for size in (2, (3, 2), 1):
        layer("UpSampling2D", (3, 4, 2), size=size, interpolation=interpolation)
    layer("UpSampling2D", (2, 3, 4), size=(3, 2), interpolation=interpolation, data_format=FIRST)

# Pooling.
for kind in ("MaxPooling", "AveragePooling"):
    for padding in ("valid", "same"):
        for strides in (None, 1, 2, 3):
            layer(f"{kind}1D", (7, 3), pool_size=3, strides=strides, padding=padding)
            layer(f"{kind}2D", IMAGE, pool_size=(3, 2), strides=strides, padding=padding)
            layer(f"{kind}3D", VOLUME, pool_size=2, strides=strides, padding=padding)
    layer(f"{kind}1D", STEPS, "negative", pool_size=2, range=(-3, -1))
    layer(f"{kind}2D", IMAGE, "negative", pool_size=2, padding="same", range=(-3, -1))
    layer(f"{kind}3D", VOLUME, "negative", pool_size=3, padding="same", range=(-3, -1))
    layer(f"{kind}2D", IMAGE, pool_size=3, strides=(2, 1), padding="same")
    if K3:
        layer(f"{kind}1D", (3, 7), pool_size=2, data_format=FIRST)
        layer(f"{kind}2D", IMAGE, pool_size=2, data_format=FIRST)
        layer(f"{kind}3D", VOLUME, pool_size=2, data_format=FIRST)
        layer(f"{kind}2D", IMAGE, pool_size=2, padding="same", data_format=FIRST)
for kind in ("Average", "Max"):
    for keepdims in (False, True):
        for rank, shape in ((1, STEPS), (2, IMAGE), (3, VOLUME)):
            layer(f"Global{kind}Pooling{rank}D", shape, keepdims=keepdims)
            layer(f"Global{kind}Pooling{rank}D", shape, keepdims=keepdims, data_format=FIRST)

# Normalization.
for axis in (-1, 1, 2, 3, -2):
    layer("BatchNormalization", IMAGE, axis=axis)
    layer("LayerNormalization", IMAGE, axis=axis)
for arguments in ({"center": False}, {"scale": False}, {"center": False, "scale": False}, {"epsilon": 0.1}, {"momentum": 0.5}):
    layer("BatchNormalization", FLAT, **arguments)
for shape in (FLAT, STEPS, IMAGE, VOLUME):
    layer("BatchNormalization", shape, f"rank{len(shape)}")
    layer("LayerNormalization", shape, f"rank{len(shape)}")
for arguments in ({"center": False}, {"scale": False}, {"epsilon": 0.1}, {"axis": [1, 2]}, {"axis": [1, 2, 3]}, {"axis": [-1]}, {"rms_scaling": True}):
    layer("LayerNormalization", IMAGE, **arguments)
layer("BatchNormalization", FLAT, "constraints", gamma_constraint="non_neg", beta_regularizer="l2")
layer("BatchNormalization", FLAT, "renorm", renorm=True)
layer("BatchNormalization", IMAGE, axis=[1, 2])
layer("BatchNormalization", IMAGE, fused=False)
layer("BatchNormalization", IMAGE, "synchronized", synchronized=True)
layer("GroupNormalization", (4, 4, 4), groups=2)
layer("UnitNormalization", FLAT)
layer("RMSNormalization", FLAT)
case("SpectralNormalization", FLAT, lambda x: L.SpectralNormalization(L.Dense(3))(x))
layer("Normalization", FLAT)
layer("Normalization", IMAGE, axis=1)
layer("Normalization", IMAGE, axis=(1, 3))
layer("Normalization", FLAT, axis=None)
layer("Normalization", FLAT, mean=0.5, variance=2.0, axis=None)
layer("Normalization", FLAT, mean=0.5, variance=2.0, axis=None, invert=True)
layer("Normalization", FLAT, "lists", mean=[0.1 * i for i in range(7)], variance=[1.0 + i for i in range(7)])

# Merges.
for name in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"):
    for shapes in ([FLAT, FLAT], [FLAT, FLAT, FLAT], [STEPS, (1, 3)], [(6, 1), (1, 3)], [STEPS, (3,)], [IMAGE, (1, 1, 3)], [IMAGE, (3,)]):
        case(f"{name}{shapes}".replace(" ", ""), shapes, lambda *x: getattr(L, name)()(list(x)))
for axis in (1, 2, 3, -1, -2):
    shapes = [list(IMAGE), list(IMAGE)]
    shapes[1][axis - 1 if axis > 0 else axis] = 2
    case(f"Concatenate(axis={axis})", [tuple(one) for one in shapes], lambda *x: L.Concatenate(axis=axis)(list(x)))
case("Concatenate(3)", [FLAT, (2,), (3,)], lambda *x: L.Concatenate()(list(x)))
case("Concatenate(axis=0)", [FLAT, FLAT], lambda *x: L.Concatenate(axis=0)(list(x)))
for shapes, axes in (([FLAT, FLAT], 1), ([STEPS, (4, 3)], 2), ([STEPS, (4, 3)], -1), ([STEPS, (3, 4)], (2, 1)), ([STEPS, STEPS], 1), ([STEPS, (3,)], (2, 1)), ([STEPS, (6,)], 1)):
    for normalize in (False, True):
        case(f"Dot{shapes}(axes={axes},normalize={normalize})".replace(" ", ""), shapes, lambda *x: L.Dot(axes=axes, normalize=normalize)(list(x)))

# Recurrent layers and wrappers.
for name in ("SimpleRNN", "LSTM", "GRU"):
    for arguments in ({}, {"return_sequences": True}, {"go_backwards": True}, {"go_backwards": True, "return_sequences": True}, {"unroll": True}, {"use_bias": False}, {"stateful": False},
                      {"activation": "relu"}, {"dropout": 0.2, "recurrent_dropout": 0.2}, {"time_major": False}):
        layer(name, STEPS, units=4, **arguments)
    case(f"{name}(return_state)", STEPS, lambda x: getattr(L, name)(4, return_state=True)(x))
    case(f"{name}(stateful)", STEPS, lambda x: getattr(L, name)(4, stateful=True)(x), inputs=None)
    case(f"{name}(initial_state)", [STEPS, (4,), (4,)], lambda x, h, c: getattr(L, name)(4)(x, initial_state=[h, c] if name == "LSTM" else [h]))
    case(f"{name}(masked)", STEPS, lambda x: getattr(L, name)(4)(L.Masking(0.0)(x)), inputs=[np.array([[[1, 2, 0.5], [0, 0, 0], [0.3, -1, 1], [1, 1, 1], [0, 0, 0], [0, 0, 0]], [[0, 0, 0], [1, 1, 1], [1, 0, 1], [0, 0, 0], [0.5, 0.2, 0.1], [1, 2, 3]]], "float32")])
    case(f"{name}(masked,return_sequences)", STEPS, lambda x: getattr(L, name)(4, return_sequences=True)(L.Masking(0.0)(x)), inputs=[np.array([[[1, 2, 0.5], [0, 0, 0], [0.3, -1, 1], [1, 1, 1], [0, 0, 0], [0, 0, 0]], [[0, 0, 0], [1, 1, 1], [1, 0, 1], [0, 0, 0], [0.5, 0.2, 0.1], [1, 2, 3]]], "float32")])
    case(f"Embedding(mask_zero)+{name}", (5,), lambda x: getattr(L, name)(4)(L.Embedding(6, 3, mask_zero=True)(x)), "int32", inputs=[np.array([[1, 2, 0, 3, 0], [0, 4, 5, 0, 0]], "int32")])
    case(f"RNN({name}Cell)", STEPS, lambda x: L.RNN(getattr(L, f"{name}Cell")(4))(x))
    case(f"RNN([{name}Cell]*2)", STEPS, lambda x: L.RNN([getattr(L, f"{name}Cell")(4), getattr(L, f"{name}Cell")(2)], return_sequences=True)(x))
    for mode in ("concat", "sum", "mul", "ave", None):
        for sequences in (False, True):
            case(f"Bidirectional({name},{mode},{sequences})", STEPS, lambda x: L.Bidirectional(getattr(L, name)(3, return_sequences=sequences), merge_mode=mode)(x))
layer("GRU", STEPS, units=4, reset_after=False)
layer("GRU", STEPS, units=4, reset_after=False, recurrent_activation="hard_sigmoid")
layer("GRU", STEPS, units=4, reset_after=False, return_sequences=True, go_backwards=True)
layer("LSTM", STEPS, units=4, unit_forget_bias=False)
layer("LSTM", STEPS, units=4, recurrent_activation="hard_sigmoid")
case("Bidirectional(GRU,reset_after=False)", STEPS, lambda x: L.Bidirectional(L.GRU(3, reset_after=False))(x))
case("Bidirectional(LSTM,hard_sigmoid)", STEPS, lambda x: L.Bidirectional(L.LSTM(3, recurrent_activation="hard_sigmoid"))(x))
case("Bidirectional(backward_layer)", STEPS, lambda x: L.Bidirectional(L.LSTM(3), backward_layer=L.LSTM(2, go_backwards=True))(x))
for arguments in ({}, {"return_sequences": True}, {"padding": "same"}, {"strides": 2}, {"dilation_rate": 2}, {"go_backwards": True}, {"recurrent_activation": "hard_sigmoid"}, {"use_bias": False}):
    layer("ConvLSTM2D", (3, 5, 5, 2), filters=2, kernel_size=2, **arguments)
layer("ConvLSTM1D", (3, 5, 2), filters=2, kernel_size=2)
for label, inner, shape in (
    ("Dense", lambda: L.Dense(4, activation="relu"), (3, 5)),
    ("Dense hard_sigmoid", lambda: L.Dense(4, activation="hard_sigmoid"), (3, 5)),
    ("Conv2D", lambda: L.Conv2D(2, 2), (3, 5, 5, 2)),
    ("Conv2D groups", lambda: L.Conv2D(2, 2, groups=2), (3, 5, 5, 2)),
    ("DepthwiseConv2D", lambda: L.DepthwiseConv2D(2), (3, 5, 5, 2)),
    ("AveragePooling2D same", lambda: L.AveragePooling2D(2, padding="same"), (3, 5, 5, 2)),
    ("UpSampling2D bilinear", lambda: L.UpSampling2D(2, interpolation="bilinear"), (2, 3, 3, 2)),
    ("GlobalAveragePooling2D keepdims", lambda: L.GlobalAveragePooling2D(keepdims=True), (3, 5, 5, 2)),
    ("Flatten", lambda: L.Flatten(), (3, 2, 2)),
    ("Flatten channels_first", lambda: L.Flatten(data_format=FIRST), (3, 2, 2, 2)),
    ("LeakyReLU", lambda: L.LeakyReLU(), (3, 5)),
    ("ReLU slope", lambda: L.ReLU(negative_slope=0.2), (3, 5)),
    ("Softmax axis 1", lambda: L.Softmax(axis=1), (3, 4, 2)),
    ("BatchNormalization", lambda: L.BatchNormalization(), (3, 5)),
    ("BatchNormalization axis 1", lambda: L.BatchNormalization(axis=1), (3, 4, 2)),
    ("Dropout", lambda: L.Dropout(0.3), (3, 5)),
    ("LSTM", lambda: L.LSTM(2), (2, 3, 2)),
    ("Sequential", lambda: keras.Sequential([L.Dense(3), L.LeakyReLU(0.2)]), (3, 5)),
    ("Bidirectional", lambda: L.Bidirectional(L.LSTM(2)), (2, 3, 2)),
):
    case(f"TimeDistributed({label})", shape, lambda x: L.TimeDistributed(inner())(x))

# Preprocessing.
layer("Rescaling", IMAGE, scale=0.5)
layer("Rescaling", IMAGE, scale=0.5, offset=-0.25)
layer("Rescaling", IMAGE, scale=[0.5, 2.0, 3.0], offset=[0.1, 0.2, 0.3])
layer("CenterCrop", IMAGE, height=4, width=3)
layer("CenterCrop", IMAGE, height=3, width=4)
layer("CenterCrop", IMAGE, height=9, width=10)
layer("CenterCrop", IMAGE, height=4, width=10)
for interpolation in ("nearest", "bilinear", "bicubic"):
    for height, width in ((3, 3), (12, 14), (9, 5)):
        layer("Resizing", IMAGE, height=height, width=width, interpolation=interpolation)
layer("Resizing", IMAGE, height=4, width=4, crop_to_aspect_ratio=True)
layer("Resizing", IMAGE, height=4, width=4, pad_to_aspect_ratio=True)
layer("Resizing", IMAGE, height=4, width=4, antialias=True)
for mode in ("one_hot", "multi_hot", "count"):
    layer("CategoryEncoding", (1,) if mode == "one_hot" else (3,), dtype="int32", num_tokens=5, output_mode=mode)
for name, arguments in (("RandomFlip", {}), ("RandomRotation", {"factor": 0.1}), ("RandomZoom", {"height_factor": 0.1}), ("RandomTranslation", {"height_factor": 0.1, "width_factor": 0.1}),
                        ("RandomContrast", {"factor": 0.1}), ("RandomBrightness", {"factor": 0.1}), ("RandomCrop", {"height": 4, "width": 4}), ("RandomWidth", {"factor": 0.1}), ("RandomHeight", {"factor": 0.1}),
                        ("RandomShear", {"x_factor": 0.1}), ("RandomGrayscale", {}), ("RandomHue", {"factor": 0.1}), ("RandomErasing", {}), ("RandomSharpness", {"factor": 0.1})):
    layer(name, IMAGE, range=(0, 255), **arguments)

# Layers that neither tfjs nor @treadle/keras has.
layer("EinsumDense", STEPS, equation="abc,cd->abd", output_shape=(None, 4))
layer("Discretization", FLAT, bin_boundaries=[0.0, 1.0])
layer("AdaptiveAveragePooling2D", IMAGE, output_size=2)
case("Attention", [STEPS, STEPS], lambda a, b: L.Attention()([a, b]))
case("AdditiveAttention", [STEPS, STEPS], lambda a, b: L.AdditiveAttention()([a, b]))
case("MultiHeadAttention", [STEPS, STEPS], lambda a, b: L.MultiHeadAttention(1, 2)(a, b))
case("Lambda", FLAT, lambda x: L.Lambda(lambda v: v * 2)(x))

# Arguments of calls.
for training in (True, False):
    case(f"BatchNormalization called with training={training}", FLAT, lambda x: L.BatchNormalization()(x, training=training))
    case(f"nested BatchNormalization called with training={training}", FLAT, lambda x: keras.Sequential([L.Input(FLAT) if K3 else L.InputLayer(FLAT), L.BatchNormalization()])(x, training=training))
case("Dropout called with training=False", FLAT, lambda x: L.Dropout(0.5)(x, training=False))
case("Dropout called with training=True", FLAT, lambda x: L.Dropout(0.0)(x, training=True))
case("GaussianNoise called with training=True", FLAT, lambda x: L.GaussianNoise(0.0)(x, training=True))
case("LSTM called with training=False", STEPS, lambda x: L.LSTM(3)(x, training=False))
case("LSTM called with a mask", [STEPS, (6,)], lambda x, m: L.LSTM(3)(x, mask=m > 0) if not K3 else L.LSTM(3)(x, mask=keras.ops.greater(m, 0)))
case("Softmax called with a mask", [FLAT, FLAT], lambda x, m: L.Softmax()(x, mask=m) if K3 else L.Softmax()(x, mask=m > 0))

# Operations, which Keras 3 writes with class names like those of layers.
if K3:
    ops = keras.ops
    for name, make in (("add", lambda a, b: a + b), ("subtract", lambda a, b: a - b), ("multiply", lambda a, b: a * b), ("maximum", lambda a, b: ops.maximum(a, b)), ("dot", lambda a, b: ops.dot(a, ops.transpose(b))), ("concatenate", lambda a, b: ops.concatenate([a, b], axis=1)), ("average", lambda a, b: ops.average(a + b, axis=1))):
        case(f"ops.{name}", [(4,), (4,)], make)
    for name, make in (("add 1", lambda a: a + 1.0), ("softmax", lambda a: ops.softmax(a, axis=1)), ("relu", ops.relu), ("reshape", lambda a: ops.reshape(a, (-1, 18))), ("mean", lambda a: ops.mean(a, axis=1)), ("flip", lambda a: ops.flip(a, axis=1)), ("leaky_relu", lambda a: ops.leaky_relu(a, 0.1)), ("elu", lambda a: ops.elu(a, 0.1)), ("normalize", ops.normalize)):
        case(f"ops.{name}", STEPS, make)
else:
    import tensorflow as tf

    case("tf.add", [FLAT, FLAT], lambda a, b: a + b)
    case("tf.add 1", FLAT, lambda a: a + 1.0)
    case("tf.relu", FLAT, lambda a: tf.nn.relu(a))
    case("tf.reshape", STEPS, lambda a: tf.reshape(a, (-1, 18)))
    case("slicing", STEPS, lambda a: a[:, 1:])

# Policies of data types.
if K3:
    for policy in ("mixed_float16", "mixed_bfloat16", "float16", "float64"):
        case(f"dtype={policy}", FLAT, lambda x: L.Dense(3, dtype=policy)(x))

# Structures.
def shared(x):
    dense = L.Dense(7, activation="tanh")
    return dense(dense(x))


def nested(build_first):
    def make(x):
        first = [L.Input(FLAT) if K3 else L.InputLayer(FLAT)] if build_first else []
        inner = keras.Sequential([*first, L.Dense(5, activation="relu"), L.BatchNormalization()], name="inner")
        return L.Dense(2)(inner(x))

    return make


def nested_functional(x):
    a = keras.Input(FLAT)
    b = L.Dense(7, activation="relu")(a)
    inner = keras.Model(a, L.Add()([a, b]), name="inner")
    return L.Dense(2)(inner(inner(x)))


def two_outputs(x):
    a = keras.Input(FLAT)
    inner = keras.Model(a, [L.Dense(3)(a), L.Dense(2, activation="relu")(a)], name="inner")
    first, second = inner(x)
    return [second, L.Concatenate()([first, second])]


case("shared layer", FLAT, shared)
case("nested Sequential with an input", FLAT, nested(True))
case("nested Sequential without an input", FLAT, nested(False))
case("nested functional, twice", FLAT, nested_functional)
case("nested with two outputs", FLAT, two_outputs)
case("two inputs", [FLAT, STEPS], lambda a, b: L.Concatenate()([L.Dense(3)(a), L.Flatten()(b)]))
for head in ("softmax", "linear"):
    for tail in ("Dense", "Activation", "Reshape", "nested"):
        def make(x):
            if tail == "Dense":
                return L.Dense(3, activation=head)(x)
            if tail == "Activation":
                return L.Activation(head)(L.Dense(3)(x))
            if tail == "Reshape":
                return L.Reshape((3,))(L.Dense(3, activation=head)(L.Reshape((1, 7))(x)))
            first = [L.Input(FLAT) if K3 else L.InputLayer(FLAT)]
            return keras.Sequential([*first, L.Dense(3, activation=head)], name="head")(x)

        case(f"head {head} {tail}", FLAT, make)

PATH.write_bytes(gzip.compress("".join(LINES).encode(), mtime=0))
print(len(LINES), "models,", PATH.stat().st_size, "bytes; not in this framework:", *SKIPPED, sep="\n  ")
