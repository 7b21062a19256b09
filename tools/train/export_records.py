# SPDX-License-Identifier: Apache-2.0
"""Writes test pictures as records that `coinfer evaluate` and `coinfer run` read, or as PNG files.

    python export_records.py --seed 3 --count 2000 --records out/     # out/inputs.bin, out/labels.csv
    python export_records.py --seed 3 --count 200 --png out/ --pictures 16
"""
import argparse
import pathlib

import numpy as np
from PIL import Image

from render import render_set
from signs import LABELS


def write_records(folder, images, labels):
    """inputs.bin: int8 = pixel - 128, one 64x64x3 record after the other; labels.csv: index,label."""
    records = (images.astype(np.int16) - 128).astype(np.int8)
    (folder / "inputs.bin").write_bytes(records.tobytes())
    rows = [f"{i},{label}" for i, label in enumerate(labels)]
    (folder / "labels.csv").write_text("\n".join(["index,label", *rows]) + "\n", encoding="utf-8")


def write_png(folder, images, labels, hard, pictures):
    """The first pictures of each kind, easy and hard in turn, no class twice before every class was there."""
    left, used = {False: list(np.flatnonzero(~hard)), True: list(np.flatnonzero(hard))}, []
    for i in range(pictures):
        kind = i % 2 == 1
        fewest = min(used.count(labels[j]) for j in left[kind])
        index = next(j for j in left[kind] if used.count(labels[j]) == fewest)
        left[kind].remove(index)
        used.append(labels[index])
        name = f"{LABELS[labels[index]]}_{'hard' if kind else 'easy'}_{index:04d}.png"
        Image.fromarray(images[index]).save(folder / name, optimize=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, required=True, help="how many pictures of this seed are rendered")
    parser.add_argument("--records", type=pathlib.Path, help="the folder for inputs.bin and labels.csv")
    parser.add_argument("--png", type=pathlib.Path, help="the folder for PNG files")
    parser.add_argument("--pictures", type=int, default=16, help="how many of them become PNG files")
    args = parser.parse_args()
    if not args.records and not args.png:
        parser.error("nothing to write: give --records or --png")
    images, labels, hard = render_set(args.seed, args.count)
    for folder in filter(None, (args.records, args.png)):
        folder.mkdir(parents=True, exist_ok=True)
    if args.records:
        write_records(args.records, images, labels)
    if args.png:
        write_png(args.png, images, labels, hard, args.pictures)


if __name__ == "__main__":
    main()
