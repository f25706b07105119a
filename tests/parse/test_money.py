"""What may stand beside a number is money, as the CLDR has it."""

import pytest
from babel import Locale
from babel.numbers import get_currency_name

from scraper.errors import Malformed
from scraper.parse.values.money import CODES
from scraper.parse.values.numbers import parse_number

SYMBOLS = {
    "sv": "SEK", "da": "DKK", "nb": "NOK", "cs": "CZK", "pl": "PLN", "hu": "HUF", "bg": "BGN", "de": "EUR",
    "en_US": "USD",
    "en_GB": "GBP", "en_IN": "INR", "id": "IDR", "ms": "MYR", "ja": "JPY", "zh": "CNY", "ko": "KRW", "ru": "RUB",
    "uk": "UAH", "tr": "TRY", "vi": "VND", "pt_BR": "BRL", "en_AU": "AUD", "en_CA": "CAD", "zh_Hant_TW": "TWD",
    "he": "ILS",
}  # fmt: skip


def test_every_code_is_one_of_the_cldr():
    assert {code for code in CODES if get_currency_name(code, locale="en") == code} <= {"ZWG", "SLE"}


@pytest.mark.parametrize("name", sorted(SYMBOLS))
def test_the_signs_that_a_language_has_for_its_own_money_are_known(name):
    symbol = Locale.parse(name).currency_symbols[SYMBOLS[name]]
    assert parse_number(f"12 {symbol}") == parse_number(f"{symbol}12") == 12


@pytest.mark.parametrize("text", ["NOV 30", "30 NOV", "ABC 5", "XXX 5", "K€ 5", "M$ 5", "KUSD", "EURO5UR"])
def test_three_capitals_are_not_always_money(text):
    with pytest.raises(Malformed):
        parse_number(text)
