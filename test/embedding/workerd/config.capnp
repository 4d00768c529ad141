using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "classifier", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "classifier")],
);

const worker :Workerd.Worker = (
  compatibilityDate = "2026-11-01",
  modules = [
    (name = "worker.js", esModule = embed "worker.js"),
    (name = "kernels.wasm", wasm = embed "kernels.wasm"),
    (name = "simd.wasm", wasm = embed "simd.wasm"),
    (name = "jpeg_decoder.wasm", wasm = embed "jpeg_decoder.wasm"),
    (name = "webp_dec.wasm", wasm = embed "webp_dec.wasm"),
    (name = "model.json", text = embed "model/model.json"),
    (name = "weights.bin", data = embed "model/weights.bin"),
    (name = "recurrent.json", text = embed "recurrent/model.json"),
    (name = "recurrent.bin", data = embed "recurrent/weights.bin"),
  ],
);
