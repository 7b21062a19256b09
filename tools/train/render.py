# SPDX-License-Identifier: Apache-2.0
"""Renders labelled 64x64 RGB pictures of road signs, easy and hard ones, each a function of (seed, index).

    python render.py --seed 1 --count 40000 --output train.npz
"""
import argparse
import functools
import multiprocessing

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from signs import LABELS, paint

PIXELS = 64
CANVAS = 128  # drawn at twice the size, then reduced: every edge is anti-aliased


@functools.lru_cache(maxsize=None)
def _artwork(label, side):
    return paint(label).resize((side, side), Image.LANCZOS)


def _colour(rng, low=20, high=235):
    return tuple(int(v) for v in rng.integers(low, high, 3))


def _background(rng, clutter):
    """Sky over ground, behind `clutter` random shapes (houses, trees, cars, lamps) and the sign's pole."""
    sky = np.array([rng.integers(120, 230), rng.integers(140, 235), rng.integers(150, 250)])
    ground = np.array(_colour(rng, 40, 150))
    horizon = rng.uniform(0.3, 0.9)
    mix = np.clip((np.linspace(0, 1, CANVAS)[:, None, None] - horizon) * 8, 0, 1)
    rows = sky * (1 - mix) + ground * mix
    image = Image.fromarray(np.broadcast_to(rows, (CANVAS, CANVAS, 3)).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    for _ in range(clutter):
        x, y = rng.uniform(-20, CANVAS, 2)
        w, h = rng.uniform(6, 70, 2)
        shape = rng.integers(4)
        if shape == 0:
            draw.rectangle((x, y, x + w, y + h), fill=_colour(rng))
        elif shape == 1:
            draw.ellipse((x, y, x + w, y + h), fill=_colour(rng))
        elif shape == 2:
            draw.polygon([(x + rng.uniform(0, w), y + rng.uniform(0, h)) for _ in range(5)], fill=_colour(rng))
        else:
            draw.line((x, y, x + w, y + rng.uniform(-h, h)), fill=_colour(rng), width=int(rng.integers(1, 7)))
    return image


def _homography(source, target):
    """The eight coefficients that take each target corner to its source corner."""
    rows, values = [], []
    for (u, v), (x, y) in zip(source, target):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return np.linalg.solve(np.array(rows), np.array(values))


def _place(rng, image, label, size, roll_deg, perspective):
    """Puts the sign, `size` canvas pixels wide, on its pole; returns its centre."""
    art = _artwork(label, 128 if size > 64 else 64)
    slack = (CANVAS - size) / 2
    centre = CANVAS / 2 + rng.uniform(-slack, slack, 2) * 0.8
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * size / 2
    corners *= np.array([1 - rng.uniform(0, 2 * perspective), 1])  # seen from the side: narrower
    corners += rng.uniform(-perspective, perspective, (4, 2)) * size / 2
    angle = np.radians(rng.uniform(-roll_deg, roll_deg))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    corners = corners @ turn + centre
    side = art.width
    coefficients = _homography([(0, 0), (side, 0), (side, side), (0, side)], corners)
    pole = max(3, int(size * 0.08))
    draw = ImageDraw.Draw(image)
    draw.line((*centre, centre[0] + 40 * np.sin(angle), CANVAS + 10), fill=_colour(rng, 70, 150), width=pole)
    warped = art.transform((CANVAS, CANVAS), Image.PERSPECTIVE, coefficients, Image.BICUBIC)
    image.paste(warped, (0, 0), warped)
    return centre


def _occlude(rng, image, centre, size):
    """Leaves, a bar or a sticker over a part of the sign, never over its middle."""
    draw = ImageDraw.Draw(image)
    angle = rng.uniform(0, 2 * np.pi)
    away = np.array([np.cos(angle), np.sin(angle)])
    spot = centre + away * size * rng.uniform(0.36, 0.5)
    if rng.random() < 0.5:
        for _ in range(8):
            x, y = spot + rng.normal(0, size * 0.09, 2)
            r = size * rng.uniform(0.04, 0.09)
            draw.ellipse((x - r, y - r, x + r, y + r), fill=(int(rng.integers(20, 70)), int(rng.integers(60, 130)), 30))
    else:
        along = np.array([-away[1], away[0]]) * size
        draw.line((*(spot - along), *(spot + along)), fill=_colour(rng), width=int(size * rng.uniform(0.08, 0.2)))


def _motion_blur(rng, pixels, reach):
    angle = rng.uniform(0, np.pi)
    shifts = np.linspace(-reach / 2, reach / 2, 7)
    moved = [np.roll(pixels, (round(s * np.sin(angle)), round(s * np.cos(angle))), (0, 1)) for s in shifts]
    return np.mean(moved, axis=0)


def _night(rng, pixels):
    """Little light, a cold or sodium cast, and a cone of headlights."""
    y, x = np.mgrid[0:CANVAS, 0:CANVAS]
    cx, cy = rng.uniform(20, 108, 2)
    cone = np.exp(-((x - cx)**2 + (y - cy)**2) / (2 * rng.uniform(30, 70)**2))[..., None]
    cast = np.array([1.0, 0.85, 0.6]) if rng.random() < 0.5 else np.array([0.75, 0.85, 1.0])
    return pixels * (rng.uniform(0.12, 0.25) + rng.uniform(0.1, 0.5) * cone) * cast


def render(seed, index):
    """(uint8 picture [64, 64, 3], label index, hard?)"""
    rng = np.random.default_rng([seed, index])
    label = int(rng.integers(len(LABELS)))
    hard = bool(rng.random() < 0.5)
    size = 2 * (rng.uniform(30, 50) if hard else rng.uniform(40, 58))
    image = _background(rng, int(rng.integers(8, 30) if hard else rng.integers(2, 10)))
    centre = _place(rng, image, LABELS[label], size, 16 if hard else 5, 0.2 if hard else 0.05)
    if hard and rng.random() < 0.5:
        _occlude(rng, image, centre, size)
    image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0, 2.2) if hard else rng.uniform(0, 0.8)))
    pixels = np.asarray(image, np.float32)
    if hard and rng.random() < 0.4:
        pixels = _motion_blur(rng, pixels, rng.uniform(3, 9))
    noise = rng.uniform(3, 16) if hard else rng.uniform(0, 5)
    if hard and rng.random() < 0.35:
        pixels = _night(rng, pixels)
        noise *= 0.5  # of a darker picture: relatively far more
    else:
        contrast = rng.uniform(0.35, 1.0) if hard else rng.uniform(0.85, 1.0)  # fog and back light
        haze = rng.uniform(60, 230) if hard else rng.uniform(90, 180)
        pixels = (pixels * contrast + haze * (1 - contrast)) * rng.uniform(0.75, 1.15)
    pixels = pixels.reshape(PIXELS, 2, PIXELS, 2, 3).mean((1, 3))
    pixels += rng.normal(0, noise, pixels.shape)
    return np.clip(np.rint(pixels), 0, 255).astype(np.uint8), label, hard


def render_set(seed, count, processes=2):
    """Pictures [count, 64, 64, 3] uint8, labels [count] uint8, hard [count] bool; no order of work can change them."""
    with multiprocessing.Pool(processes) as pool:
        rows = pool.starmap(render, ((seed, i) for i in range(count)), chunksize=256)
    images, labels, hard = zip(*rows)
    return np.stack(images), np.array(labels, np.uint8), np.array(hard)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--output", required=True, help="an .npz file: images, labels, hard")
    args = parser.parse_args()
    images, labels, hard = render_set(args.seed, args.count)
    np.savez(args.output, images=images, labels=labels, hard=hard)


if __name__ == "__main__":
    main()
