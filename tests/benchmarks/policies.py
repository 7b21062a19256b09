#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Regret of coinfer's device against the oracle, and where a policy of the papers is better: `coinfer simulate` over models,
device speeds, objectives and links.

  policies.py [--detector cusum|bayes] [--models kws,signs]     needs build/host/coinfer and ../shared/models
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
COINFER = os.path.join(ROOT, "build/host/coinfer")
SHARED = os.path.join(ROOT, "../shared/models")
MODELS = {"signs": (os.path.join(ROOT, "examples/models/road_signs/road_signs.tflite"),
                    ["--exits", "0;1;2"], "0.975,0.985,0.987"),
          "vww": (f"{SHARED}/mlperf_vww_mbv1_025/model.tflite", [], "0.86"),
          "resnet8": (f"{SHARED}/mlperf_ic_resnet8/model.tflite", [], "0.87"),
          "kws": (f"{SHARED}/mlperf_kws_dscnn/model.tflite", [], "0.92"),
          "ad": (f"{SHARED}/mlperf_ad_fc/model.tflite", [], "1")}
TRACES = ["constant:2M", "markov:10M/5s,500k/5s,50k/2s", "wifi", "lte", "ble", "lora"]
# Objective, and the deadline as a multiple of the time on the device.
OBJECTIVES = [("accuracy", 0.6), ("accuracy", 1.3), ("accuracy", 3), ("latency", 0), ("energy", 3)]
FRAMES = 1500


def run(*command):
    return subprocess.run([COINFER, *command], check=True, capture_output=True, text=True).stdout


def simulate(model, profile, speed, objective, deadline, trace, detector, folder):
    path, exits, accuracy = MODELS[model]
    with open(profile) as file:
        local_us = sum(stage["median_us"] for stage in json.load(file)["device"]["stages"]) / speed
    rate = min(10.0, 0.7e6 / local_us, *([0.95e6 / (local_us * deadline)] if deadline else []))
    out = os.path.join(folder, "result.json")
    options = ["--deadline-us", str(round(local_us * deadline))] if deadline else []
    if model == "signs" and objective != "accuracy":
        options += ["--accuracy-floor", "0.987"]
    if trace == "lora":
        for name in ("answer", "connect", "ping"):
            options += [f"--{name}-timeout-us", "60000000"]
    run("simulate", path, *exits, "--profile", profile, "--accuracy", accuracy, "--device-speed", str(speed), "--objective",
        objective, "--trace", trace, "--rate", f"{rate:.4g}", "--duration", f"{min(36000, FRAMES / rate):.0f}s", "--active-mw",
        "100", "--send-mw", "300", "--wait-mw", "80", "--handshake", "0,2200,2", "--resumption", "0,500,1", "--detector",
        detector, "--json", out, *options)
    with open(out) as file:
        return {policy["policy"]: policy for policy in json.load(file)["policies"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--detector", choices=["cusum", "bayes"], default="cusum")
    parser.add_argument("--models", default=",".join(MODELS))
    options = parser.parse_args()
    regrets = {}
    with tempfile.TemporaryDirectory() as folder:
        for model in options.models.split(","):
            path, exits, _ = MODELS[model]
            profile = os.path.join(folder, model + ".json")
            run("profile", path, *exits, "-o", profile, "--repetitions", "20", "-q")
            for speed in (0.005, 0.1) if model in ("signs", "vww", "resnet8") else (0.005,):
                for objective, deadline in OBJECTIVES:
                    for trace in TRACES if model == "signs" else TRACES[:-1]:
                        found = simulate(model, profile, speed, objective, deadline, trace, options.detector, folder)
                        ours = found.pop("ours")
                        regrets.setdefault((trace, objective), []).append(ours["regret"])
                        better = [name for name, other in found.items() if name not in ("oracle", "edge-compressed") and
                                  (other["on_time_accuracy"] > ours["on_time_accuracy"] + 5e-5 if objective == "accuracy" else
                                   other["regret"] < ours["regret"] - 5e-5)]
                        print(f"{model:8} {speed:5} {objective:8} {deadline:3} {trace:28} regret {ours['regret']:7.2%}"
                              f"  better: {', '.join(better) or '-'}", flush=True)
    print()
    for (trace, objective), values in sorted(regrets.items()):
        print(f"{trace:28} {objective:8} mean {sum(values) / len(values):7.2%}  largest {max(values):7.2%}  of {len(values)}")


if __name__ == "__main__":
    sys.exit(main())
