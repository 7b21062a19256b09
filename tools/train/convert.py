# SPDX-License-Identifier: Apache-2.0
"""Converts the trained model to full int8 with TensorFlow's own converter: batch 1, three outputs in order of depth.

    python convert.py --model road_signs.keras --calibration validation.npz --output road_signs.tflite
"""
import argparse

import keras
import numpy as np
import tensorflow as tf

from render import PIXELS

CALIBRATION_PICTURES = 500


def convert(network, pictures):
    """The .tflite bytes; `pictures` (uint8) set the range of every tensor."""

    # A function with a fixed shape, frozen: no shape arithmetic is left, and its outputs keep their order.
    @tf.function(input_signature=[tf.TensorSpec((1, PIXELS, PIXELS, 3), tf.float32, name="picture")])
    def infer(picture):
        return tuple(network(picture, training=False))

    def calibration():
        # Both ends of the range first, so that the input's scale is 1/255 and int8 = pixel - 128, exactly.
        yield [np.zeros((1, PIXELS, PIXELS, 3), np.float32)]
        yield [np.ones((1, PIXELS, PIXELS, 3), np.float32)]
        for picture in pictures:
            yield [picture[None].astype(np.float32) / 255.0]

    converter = tf.lite.TFLiteConverter.from_concrete_functions([infer.get_concrete_function()])
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = calibration
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.int8
    converter.inference_output_type = tf.int8
    return converter.convert()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", required=True)
    parser.add_argument("--calibration", required=True, help="an .npz file of render.py, not the test set")
    parser.add_argument("--output", required=True)
    args = parser.parse_args()
    with np.load(args.calibration) as data:
        pictures = data["images"][:CALIBRATION_PICTURES]
    content = convert(keras.models.load_model(args.model), pictures)
    with open(args.output, "wb") as file:
        file.write(content)
    print(f"{args.output}: {len(content)} bytes")


if __name__ == "__main__":
    main()
