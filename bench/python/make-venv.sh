#!/bin/sh
# Makes the virtual environment in which the Python contenders run: bench/build/venv, about 7 GB with PyTorch.
# torch.compile also needs a C++ compiler (g++).
set -eu
cd "$(dirname "$0")/.."
"${PYTHON:-python3}" -m venv build/venv
build/venv/bin/pip install --quiet --disable-pip-version-check -r python/requirements.txt
