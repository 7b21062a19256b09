# SPDX-License-Identifier: Apache-2.0
"""Measures every exit of an int8 .tflite file on rendered pictures, with TensorFlow Lite's integer kernels.

    python evaluate.py --model road_signs.tflite --seed 3 --count 8000 --output accuracy.json
"""
import argparse
import json
import shlex
import sys

import numpy as np
import tensorflow as tf

from model import EXITS
from render import render_set

THRESHOLDS = (0.6, 0.8, 0.9, 0.95)


def run(model_path, images, threads):
    """int8 outputs [exit][picture, class], the names of the output tensors, and the outputs' scales."""
    interpreter = tf.lite.Interpreter(
        model_path, num_threads=threads,
        experimental_op_resolver_type=tf.lite.experimental.OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES)
    interpreter.allocate_tensors()
    inputs, outputs = interpreter.get_input_details()[0], interpreter.get_output_details()
    scale, zero_point = inputs["quantization"]
    if abs(scale * 255 - 1) > 1e-6 or zero_point != -128:
        sys.exit(f"{model_path}: the input must be int8 = pixel - 128, its scale is {scale}, its zero point {zero_point}")
    answers = [np.empty((len(images), o["shape"][-1]), np.int8) for o in outputs]
    for i, image in enumerate(images):
        interpreter.set_tensor(inputs["index"], (image.astype(np.int16) - 128).astype(np.int8)[None])
        interpreter.invoke()
        for answer, output in zip(answers, outputs):
            answer[i] = interpreter.get_tensor(output["index"])[0]
    return answers, [o["name"] for o in outputs], [o["quantization"] for o in outputs]


def share(mask):
    return round(float(np.mean(mask)), 4)


def early_exit_policy(answers, quantization, labels, hard):
    """What happens if exit 1 is taken whenever it is sure enough, and the final exit otherwise."""
    scale, zero_point = quantization
    sureness = (answers[0].max(1).astype(np.float64) - zero_point) * scale
    rows = []
    for threshold in THRESHOLDS:
        early = sureness >= threshold
        best = np.where(early, answers[0].argmax(1), answers[-1].argmax(1))
        rows.append({
            "threshold": threshold, "accuracy": share(best == labels), "taken_early": share(early),
            "taken_early_easy": share(early[~hard]), "taken_early_hard": share(early[hard])
        })
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--output", help="a .json file; standard output without it")
    args = parser.parse_args()
    images, labels, hard = render_set(args.seed, args.count)
    answers, names, quantization = run(args.model, images, args.threads)
    exits = []
    for name, tensor, answer in zip(EXITS, names, answers, strict=True):
        right = answer.argmax(1) == labels
        exits.append({
            "exit": name, "output_tensor": tensor, "accuracy": share(right),
            "accuracy_easy": share(right[~hard]), "accuracy_hard": share(right[hard])
        })
    report = {
        "command": "python evaluate.py " + shlex.join(sys.argv[1:]),
        "kernels": f"TensorFlow Lite {tf.__version__}, integer, without delegates",
        "seed": args.seed, "pictures": args.count, "easy": int((~hard).sum()), "hard": int(hard.sum()),
        "exits_by_depth": exits,
        "exit1_if_sure_else_final": early_exit_policy(answers, quantization[0], labels, hard),
    }
    text = json.dumps(report, indent=2) + "\n"
    if args.output:
        with open(args.output, "w", encoding="utf-8") as file:
            file.write(text)
    print(text, end="")


if __name__ == "__main__":
    main()
