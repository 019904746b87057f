"""A crooked page is set straight, a straight one is left alone, and places follow."""

import pytest
from PIL import Image

from redaction.formats.upright import moved, skew_of, straightened
from tests.redaction.formats.hiding_pdf import CROOKED, drawn

PAGE = drawn(CROOKED * 4, (1400, 1500), 34)


@pytest.mark.parametrize("angle", [-9, -4.5, -1.5, 2, 6, 11])
def test_a_crooked_page_is_measured(angle: float) -> None:
    crooked = PAGE.rotate(angle, expand=True, fillcolor="white", resample=Image.Resampling.BICUBIC)
    assert skew_of(crooked) == pytest.approx(-angle, abs=0.5)
    assert abs(skew_of(straightened(crooked, -angle))) < 0.8


def test_what_lies_straight_or_has_no_lines_stays() -> None:
    assert skew_of(PAGE) == 0
    assert skew_of(Image.new("RGB", (800, 600), "white")) == 0
    assert skew_of(Image.effect_noise((800, 600), 60).convert("RGB")) == 0
    assert straightened(PAGE, 0) is PAGE


@pytest.mark.parametrize("angle", [-7.0, 3.5])
def test_a_point_is_found_again(angle: float) -> None:
    picture = Image.new("L", (400, 300), 255)
    picture.paste(0, (90, 60, 94, 64))
    turned = straightened(picture, angle)
    x, y = moved(92, 62, (400, 300), angle)
    assert turned.getpixel((round(x), round(y))) < 128  # type: ignore[operator]
