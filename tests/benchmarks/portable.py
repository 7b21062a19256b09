#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints how many instructions `portable` and `reference` take per network on 64-bit Arm, counted exactly by qemu-user.

  tests/benchmarks/portable.py [model.tflite]...      (default: the MLPerf Tiny models beside the repository)

The compiler vectorizes both as it does at -O3 for every Armv8-A core.
"""
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/firmware/profile"))
import profile  # noqa: E402

TRIPLET = "aarch64-linux-gnu"
BUILD = ROOT / "build/aarch64"


def build():
    for command in (["sh", "cmake/install-deps.sh", "host", "test", "cross"],
                    ["sh", "cmake/cross-sysroot.sh", "arm64"],
                    ["cmake", "--preset", "host"], ["cmake", "--build", "build/host", "--target", "coinfer_program"],
                    ["cmake", "--preset", "aarch64"], ["cmake", "--build", "build/aarch64", "--target", "models_benchmark"]):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"portable.py: {' '.join(command)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def executed(plugin, directory, kernels, times, model):
    counts = pathlib.Path(directory) / "counts"
    sysroot = ROOT / "build/sysroot/arm64"
    libraries = f"{sysroot}/usr/lib/{TRIPLET}:{sysroot}/lib/{TRIPLET}"
    # No function is at address 1: everything is one section.
    subprocess.run(["qemu-aarch64", "-cpu", "max", "-L", f"/usr/{TRIPLET}", "-E", f"LD_LIBRARY_PATH={libraries}", "-plugin",
                    f"{plugin},mark=1,out={counts}", BUILD / "tests/benchmarks/models_benchmark", "--run", kernels,
                    str(times), model], check=True)
    return sum(int(line.split()[1]) for line in counts.read_text().splitlines() if line != "section")


def main(models):
    models = models or sorted((ROOT / "../shared/models").resolve().glob("mlperf_*/model.tflite"))
    if not models:
        sys.exit("portable.py: no models in ../shared/models; name some")
    build()
    print(f"{'model':28} {'reference':>12} {'portable':>12} {'factor':>7}   (instructions, aarch64)")
    with tempfile.TemporaryDirectory() as directory:
        plugin = profile.build_plugin(directory)
        for model in map(pathlib.Path, models):
            once = {kernels: executed(plugin, directory, kernels, 2, model) - executed(plugin, directory, kernels, 1, model)
                    for kernels in ("reference", "portable")}
            name = model.parent.name if model.stem == "model" else model.stem
            print(f"{name:28} {once['reference']:12,} {once['portable']:12,} {once['reference'] / once['portable']:6.1f}x")


if __name__ == "__main__":
    main(sys.argv[1:])
