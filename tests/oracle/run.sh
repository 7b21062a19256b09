#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Random one-operator models, made on the spot, on TensorFlow Lite Micro's and LiteRT's own kernels.
#   tests/oracle/run.sh --install              installs both runtimes into build/oracle
#   tests/oracle/run.sh <oracle_models>        runs the test; exit code 77: a runtime is not installed
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
venv=$root/build/oracle
if [ "$1" = --install ]; then
  [ -x "$venv/bin/python" ] || python3 -m venv "$venv" || exit 1
  exec "$venv/bin/pip" --disable-pip-version-check install --quiet ai-edge-litert tflite-micro
fi
python=python3
[ ! -x "$venv/bin/python" ] || python=$venv/bin/python
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
"$1" "$folder" $((${COINFER_FULL:+10 *} 40)) || { echo "oracle: too many models are refused"; exit 1; }
TF_CPP_MIN_LOG_LEVEL=3 "$python" "$root/tests/oracle/compare.py" "$folder" "$root/docs/exactness.md"
