# SPDX-License-Identifier: Apache-2.0
"""Artwork of the road signs: one upright 256x256 RGBA picture per class, drawn from plain shapes."""
import math

from PIL import Image, ImageDraw, ImageFont

SIDE = 256
RED, BLUE, YELLOW = (196, 22, 34), (16, 84, 168), (248, 196, 20)
WHITE, BLACK, GREY, GREEN = (244, 244, 244), (20, 20, 20), (120, 120, 120), (20, 150, 60)


def _polygon(sides, radius, turn_deg, centre=(128, 128)):
    angles = [math.radians(turn_deg + 360 * i / sides) for i in range(sides)]
    return [(centre[0] + radius * math.cos(a), centre[1] + radius * math.sin(a)) for a in angles]


def _disc(draw, radius, colour):
    draw.ellipse((128 - radius, 128 - radius, 128 + radius, 128 + radius), fill=colour)


def _text(draw, text, size, colour, centre=(128, 128)):
    font = ImageFont.load_default(size)
    draw.text(centre, text, font=font, fill=colour, anchor="mm", stroke_width=4, stroke_fill=colour)


def _arrow(draw, tail, tip, width, colour):
    length = math.hypot(tip[0] - tail[0], tip[1] - tail[1])
    ux, uy = (tip[0] - tail[0]) / length, (tip[1] - tail[1]) / length
    neck = (tip[0] - 1.6 * width * ux, tip[1] - 1.6 * width * uy)
    draw.line((tail, neck), fill=colour, width=width)
    side = 1.4 * width
    draw.polygon([tip, (neck[0] - side * uy, neck[1] + side * ux), (neck[0] + side * uy, neck[1] - side * ux)],
                 fill=colour)


def _person(draw, x, foot_y, height, colour, stride=0.25):
    """A walking figure; every length is a share of its height."""
    head, hip, shoulder = 0.11 * height, foot_y - 0.45 * height, foot_y - 0.74 * height
    width = max(4, round(0.11 * height))
    draw.ellipse((x - head, foot_y - height, x + head, foot_y - height + 2 * head), fill=colour)
    draw.line((x, shoulder, x, hip), fill=colour, width=round(1.6 * width))
    for sign in (-1, 1):
        draw.line((x, hip, x + sign * stride * height, foot_y), fill=colour, width=width)
        draw.line((x, shoulder, x + sign * 0.28 * height, hip), fill=colour, width=width)


def _car(draw, x, y, colour, scale=1.0):
    def box(left, top, right, bottom):
        return (x + left * scale, y + top * scale, x + right * scale, y + bottom * scale)
    draw.rounded_rectangle(box(-34, -6, 34, 26), 6, fill=colour)
    draw.polygon([(x - 26 * scale, y - 4 * scale), (x - 17 * scale, y - 30 * scale), (x + 17 * scale, y - 30 * scale),
                  (x + 26 * scale, y - 4 * scale)], fill=colour)
    draw.rectangle(box(-30, 24, -16, 38), fill=colour)
    draw.rectangle(box(16, 24, 30, 38), fill=colour)


def _warning(draw):
    draw.polygon(_polygon(3, 140, -90, (128, 152)), fill=RED)
    draw.polygon(_polygon(3, 96, -90, (128, 152)), fill=WHITE)


def _prohibition(draw):
    _disc(draw, 120, RED)
    _disc(draw, 90, WHITE)


def stop(draw):
    draw.polygon(_polygon(8, 126, 22.5), fill=WHITE)
    draw.polygon(_polygon(8, 116, 22.5), fill=RED)
    _text(draw, "STOP", 78, WHITE)


def yield_(draw):
    draw.polygon(_polygon(3, 140, 90, (128, 104)), fill=RED)
    draw.polygon(_polygon(3, 84, 90, (128, 104)), fill=WHITE)


def no_entry(draw):
    _disc(draw, 120, RED)
    draw.rectangle((44, 106, 212, 150), fill=WHITE)


def _speed_limit(number):
    def draw_limit(draw):
        _prohibition(draw)
        _text(draw, str(number), 118 if number < 100 else 86, BLACK)
    return draw_limit


def no_overtaking(draw):
    _prohibition(draw)
    _car(draw, 90, 130, RED)
    _car(draw, 166, 130, BLACK)


def end_of_limits(draw):
    _disc(draw, 120, BLACK)
    _disc(draw, 112, WHITE)
    for shift in (-36, -18, 0, 18, 36):
        reach = math.sqrt(112**2 - (shift / math.sqrt(2))**2) / math.sqrt(2)
        middle = 128 + shift / 2
        draw.line((middle - reach, middle + reach, middle + reach, middle - reach), fill=BLACK, width=8)


def priority_road(draw):
    draw.polygon(_polygon(4, 126, 0), fill=WHITE)
    draw.polygon(_polygon(4, 86, 0), fill=YELLOW)


def keep_right(draw):
    _disc(draw, 120, BLUE)
    _arrow(draw, (72, 72), (190, 190), 36, WHITE)


def roundabout(draw):
    _disc(draw, 120, BLUE)
    for turn in (0, 120, 240):
        draw.arc((66, 66, 190, 190), turn, turn + 78, fill=WHITE, width=24)
        end = math.radians(turn + 78)
        base = (128 + 50 * math.cos(end), 128 + 50 * math.sin(end))
        tip = (base[0] - 40 * math.sin(end), base[1] + 40 * math.cos(end))
        side = (28 * math.cos(end), 28 * math.sin(end))
        draw.polygon([tip, (base[0] + side[0], base[1] + side[1]), (base[0] - side[0], base[1] - side[1])], fill=WHITE)


def pedestrian_crossing(draw):
    draw.rounded_rectangle((14, 14, 242, 242), 18, fill=BLUE)
    draw.polygon(_polygon(3, 112, -90, (128, 148)), fill=WHITE)
    _person(draw, 128, 196, 104, BLACK)


def parking(draw):
    draw.rounded_rectangle((14, 14, 242, 242), 18, fill=BLUE)
    _text(draw, "P", 200, WHITE)


def children(draw):
    _warning(draw)
    _person(draw, 98, 196, 70, BLACK, 0.2)
    _person(draw, 152, 196, 86, BLACK, 0.2)


def slippery(draw):
    _warning(draw)
    _car(draw, 128, 128, BLACK, 0.8)
    for x in (104, 140):
        for step, dx in enumerate((12, -12)):
            top = 162 + 17 * step
            draw.line((x + (0 if dx > 0 else 12), top, x + (12 if dx > 0 else 0), top + 17), fill=BLACK, width=8)


def roadworks(draw):
    _warning(draw)
    _person(draw, 112, 196, 86, BLACK, 0.16)
    draw.line((112, 150, 160, 178), fill=BLACK, width=8)
    draw.pieslice((138, 170, 194, 226), 180, 360, fill=BLACK)


def traffic_light(draw):
    _warning(draw)
    draw.rounded_rectangle((106, 96, 150, 200), 8, fill=BLACK)
    for y, colour in ((114, RED), (148, YELLOW), (182, GREEN)):
        draw.ellipse((115, y - 13, 141, y + 13), fill=colour)


def crossroads(draw):
    _warning(draw)
    draw.line((96, 122, 160, 192), fill=BLACK, width=20)
    draw.line((160, 122, 96, 192), fill=BLACK, width=20)


PAINTERS = {
    "stop": stop, "yield": yield_, "no_entry": no_entry,
    "speed_20": _speed_limit(20), "speed_30": _speed_limit(30), "speed_50": _speed_limit(50),
    "speed_70": _speed_limit(70), "speed_100": _speed_limit(100),
    "no_overtaking": no_overtaking, "end_of_limits": end_of_limits, "priority_road": priority_road,
    "keep_right": keep_right, "roundabout": roundabout, "pedestrian_crossing": pedestrian_crossing,
    "parking": parking, "children": children, "slippery": slippery, "roadworks": roadworks,
    "traffic_light": traffic_light, "crossroads": crossroads,
}
LABELS = list(PAINTERS)


def paint(label):
    """RGBA, SIDE x SIDE, transparent around the sign."""
    image = Image.new("RGBA", (SIDE, SIDE), (128, 128, 128, 0))
    PAINTERS[label](ImageDraw.Draw(image))
    return image
