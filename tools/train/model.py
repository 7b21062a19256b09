# SPDX-License-Identifier: Apache-2.0
"""The network: a cheap head, a bottleneck of 8x8x8 (512 bytes as int8), two early exits and a heavy tail.

Shapes are height x width x channels. The head and exit 1 cost little and keep the sum of live activations
below 24 KiB, so that they fit a small microcontroller; the tail holds most of the work and of the weights.
"""
import keras
from keras import layers

from render import PIXELS
from signs import LABELS

EXITS = ("exit1", "exit2", "final")  # in order of depth


def _conv(x, filters, size, name, stride=1, relu=True):
    x = layers.Conv2D(filters, size, stride, "same", use_bias=False, name=name)(x)
    x = layers.BatchNormalization(name=name + "_bn")(x)
    return layers.ReLU(6.0, name=name + "_relu")(x) if relu else x


def _depthwise(x, name, stride=1):
    x = layers.DepthwiseConv2D(3, stride, "same", use_bias=False, name=name)(x)
    x = layers.BatchNormalization(name=name + "_bn")(x)
    return layers.ReLU(6.0, name=name + "_relu")(x)


def _separable_residual(x, name):
    y = _depthwise(x, name + "_depthwise")
    y = _conv(y, x.shape[-1], 1, name + "_pointwise", relu=False)
    return layers.ReLU(6.0, name=name + "_relu")(layers.Add(name=name + "_add")([x, y]))


def _residual(x, name):
    y = _conv(x, x.shape[-1], 3, name + "_conv", relu=False)
    return layers.ReLU(6.0, name=name + "_relu")(layers.Add(name=name + "_add")([x, y]))


def _classifier(x, name):
    x = layers.Dropout(0.2, name=name + "_dropout")(x)
    x = layers.Dense(len(LABELS), name=name + "_logits")(x)
    return layers.Softmax(name=name)(x)


def build():
    """Pictures scaled to [0, 1] in; the probabilities of exit 1, exit 2 and the final exit out."""
    picture = keras.Input((PIXELS, PIXELS, 3), name="picture")

    # Head: 1.1 million multiply-accumulates.
    x = _conv(picture, 8, 3, "head_1", stride=2)  # 32x32x8
    x = _conv(x, 24, 3, "head_2", stride=2)  # 16x16x24
    x = _separable_residual(x, "head_3")
    x = _depthwise(x, "head_4_depthwise", stride=2)  # 8x8x24
    x = _conv(x, 48, 1, "head_4_pointwise")  # 8x8x48
    x = _separable_residual(x, "head_5")
    bottleneck = _conv(x, 8, 1, "bottleneck")  # 8x8x8: what crosses the link

    y = _conv(bottleneck, 32, 3, "exit1_conv", stride=2)  # 4x4x32
    y = layers.Flatten(name="exit1_flatten")(y)
    exit1 = _classifier(y, "exit1")

    x = _conv(bottleneck, 96, 3, "tail_1")  # 8x8x96
    y = _depthwise(x, "exit2_depthwise", stride=2)  # 4x4x96
    y = layers.GlobalAveragePooling2D(name="exit2_mean")(y)
    exit2 = _classifier(y, "exit2")

    x = _residual(x, "tail_2")
    x = _residual(x, "tail_3")
    x = _conv(x, 112, 3, "tail_4", stride=2)  # 4x4x112
    x = layers.GlobalAveragePooling2D(name="tail_5_mean")(x)
    final = _classifier(x, "final")
    return keras.Model(picture, [exit1, exit2, final], name="road_signs")
