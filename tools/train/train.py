# SPDX-License-Identifier: Apache-2.0
"""Trains the network of model.py on rendered pictures; all exits together, each with its weight.

    python train.py --train train.npz --validation validation.npz --output road_signs.keras
"""
import argparse

import keras
import numpy as np
import tensorflow as tf

import model

BATCH = 128
LOSS_WEIGHTS = (0.4, 0.5, 1.0)  # exit 1, exit 2, final: early exits must not starve the final one


def load(path):
    """Pictures in [0, 1], the label once per exit; batches are not shuffled yet."""
    with np.load(path) as data:
        return data["images"], data["labels"].astype(np.int32)


def batches(images, labels, shuffle):
    data = tf.data.Dataset.from_tensor_slices((images, labels))
    if shuffle:
        data = data.shuffle(8192, seed=1)
    data = data.batch(BATCH, drop_remainder=shuffle)
    data = data.map(lambda x, y: (tf.cast(x, tf.float32) / 255.0, (y, y, y)))
    return data.prefetch(2)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--train", required=True)
    parser.add_argument("--validation", required=True)
    parser.add_argument("--output", required=True, help="the trained float model, .keras")
    parser.add_argument("--epochs", type=int, default=16)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()

    tf.config.threading.set_intra_op_parallelism_threads(args.threads)
    keras.utils.set_random_seed(args.seed)
    images, labels = load(args.train)
    network = model.build()
    steps = args.epochs * (len(images) // BATCH)
    schedule = keras.optimizers.schedules.CosineDecay(0.0, steps, warmup_target=3e-3, warmup_steps=steps // 20)
    network.compile(
        optimizer=keras.optimizers.AdamW(schedule, weight_decay=1e-3, clipnorm=1.0),
        loss=["sparse_categorical_crossentropy"] * 3,
        loss_weights=list(LOSS_WEIGHTS),
        metrics=[["accuracy"]] * 3,
    )
    network.fit(batches(images, labels, True), epochs=args.epochs, verbose=2,
                validation_data=batches(*load(args.validation), False))
    network.save(args.output)


if __name__ == "__main__":
    main()
