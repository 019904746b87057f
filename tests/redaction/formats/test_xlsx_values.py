"""Values of a workbook are read as their format shows them, so that a date or an amount can be named as it is seen."""

from datetime import datetime

import pytest

from redaction.formats.xlsx_values import shown

MOMENT = datetime(1984, 3, 12, 14, 5)  # noqa: DTZ001 - a cell has no zone


@pytest.mark.parametrize(
    ("value", "pattern", "text"),
    [
        (MOMENT, "d mmmm yyyy", "12 March 1984"),
        (MOMENT, "dd/mm/yyyy hh:mm", "12/03/1984 14:05"),
        (MOMENT, "[$-409]dddd, mmmm d, yyyy;@", "Monday, March 12, 1984"),
        (MOMENT, "mm-dd-yy", "1984-03-12 14:05"),
        (96400, '"GBP" #,##0', "GBP 96,400"),
        (0.5, "[$€-407] #,##0.00", "€ 0.50"),
        (12.5, "0.00", "12.50"),
        (0.125, "0.0%", "12.50%"),
        (7, '0 "to somebody"', "7"),
    ],
)
def test_a_value_is_read_as_it_is_shown(value: object, pattern: str, text: str) -> None:
    assert shown(value, pattern)[0] == text
