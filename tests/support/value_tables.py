"""Prices and dates as shops and pages write them, and what is read of each: `python -m tests.support.value_tables`."""

from datetime import UTC, datetime

from scraper.errors import Malformed
from scraper.job import Field, Selection
from scraper.parse.values.casts import Place
from scraper.parse.values.types import cast_for

FETCHED = datetime(2026, 11, 30, 12, tzinfo=UTC)
PLACE = Place("https://a.example/", "utf-8", FETCHED.timestamp())

PRICES = [  # habit, text, what it means
    ("United States", "$1,299.00", 1299), ("United States", "$12.5 USD", 12.5), ("United States", "99¢", 0.99),
    ("United States", "$2.5M", 2_500_000), ("United Kingdom", "£1,299", 1299), ("United Kingdom", "GBP 7.49", 7.49),
    ("Ireland", "€ 19.99", 19.99), ("Germany", "1.299,00 €", 1299), ("Germany", "12,50 €", 12.5),
    ("Germany", "1.299 €", 1299), ("Germany", "1.299,- €", 1299), ("Austria", "€ 5,–", 5),
    ("Austria", "€ 1 299,90", 1299.9),
    ("Switzerland", "CHF 1’299.50", 1299.5), ("Switzerland", "Fr. 12.-", 12), ("Switzerland", "SFr. 1'000.--", 1000),
    ("France", "1 299,00 €", 1299), ("France", "12,5 €", 12.5), ("France", "120 K€", 120_000), ("Belgium", "€ 7,00", 7),
    ("Netherlands", "€ 1.299,95", 1299.95), ("Netherlands", "12,-", 12), ("Netherlands", "€ 2.500", 2500),
    ("Italy", "1.299,00 €", 1299), ("Italy", "€ 0,50", 0.5), ("Spain", "1.299 €", 1299), ("Spain", "19,95€", 19.95),
    ("Portugal", "1 299,00 €", 1299), ("Brazil", "R$ 1.299,90", 1299.9), ("Brazil", "R$ 45,00", 45),
    ("Mexico", "MX$1,299.00", 1299), ("Chile", "$ 45.990", 45990), ("Colombia", "$ 1.299.000", 1_299_000),
    ("Argentina", "AR$ 12.500,00", 12500), ("Sweden", "1 299 kr", 1299), ("Sweden", "49:-", 49),
    ("India", "Rs 500/-", 500), ("Netherlands", "€ 12,—", 12), ("Spain", "1.000 M€", 1_000_000_000),
    ("India", "Rs. 1,299", 1299), ("China", "RMB 25", 25), ("Vietnam", "150.000đ", 150_000),
    ("Iran", "۱۲٬۵۰۰ تومان", 12_500), ("Saudi Arabia", "٢٥٫٥٠ ر.س", 25.5),
    ("Denmark", "1.299,00 kr.", 1299), ("Denmark", "kr. 49,95", 49.95), ("Norway", "kr 1 299,-", 1299),
    ("Finland", "1 299,90 €", 1299.9), ("Poland", "1 299,99 zł", 1299.99), ("Poland", "12,50 zł", 12.5),
    ("Czechia", "1 299 Kč", 1299), ("Hungary", "12 990 Ft", 12990), ("Romania", "1.299,99 lei", 1299.99),
    ("Bulgaria", "25,90 лв.", 25.9), ("Russia", "1 299 ₽", 1299), ("Russia", "1 299,50 руб.", 1299.5),
    ("Ukraine", "1 299 грн", 1299), ("Turkey", "1.299,90 TL", 1299.9), ("Turkey", "₺45,00", 45),
    ("India", "₹1,23,456.00", 123_456), ("India", "Rs. 500", 500), ("Japan", "1,280円", 1280),
    ("Japan", "￥１，２８０", 1280), ("China", "¥12.80", 12.8), ("China", "3.5万元", 35_000),
    ("Taiwan", "NT$ 1,280", 1280),
    ("South Korea", "12,900원", 12_900),
    ("South Korea", "₩12,900", 12_900), ("Indonesia", "Rp15.000", 15_000), ("Malaysia", "RM 12.90", 12.9),
    ("Vietnam", "150.000 ₫", 150_000), ("Thailand", "฿1,290", 1290), ("Egypt", "١٬٢٩٩٫٥٠", 1299.5),
    ("Iran", "۱۲۳", 123),
    ("Israel", "\u200f1,299.00 ₪", 1299), ("anywhere", "$5 - $10", None), ("anywhere", "2 for $5", None),
    ("anywhere", "from €12", 12), ("anywhere", "0,500 kg", None), ("anywhere", "(€5.00)", -5),
]  # fmt: skip

DATES = [  # language, text, keys, what it means
    ("en", "March 5, 2024", {"format": "%B %d, %Y"}, "2024-03-05"),
    ("en", "5th March 2024", {"format": "%d %B %Y"}, "2024-03-05"),
    ("en", "Sept 5, 2024", {"format": "%b %d, %Y"}, "2024-09-05"),
    ("en", "Tue, 05 Mar 2024", {"format": "%a, %d %b %Y"}, "2024-03-05"),
    ("en", "Mon, 05 Mar 2024", {"format": "%a, %d %b %Y"}, None), ("en", "03/05/2024", {}, "2024-03-05"),
    ("en", "2 days ago", {"format": "relative"}, "2026-11-28"),
    ("en", "Posted 3 days ago", {"format": "relative"}, "2026-11-27"),
    ("en", "30+ days ago", {"format": "relative"}, None), ("en", "last month", {"format": "relative"}, None),
    ("en", "Sat 5 Jun", {"format": "%a %d %b"}, "2027-06-05"), ("en", "Feb 29", {"format": "%b %d"}, "2028-02-29"),
    ("", "2024-03-05", {}, "2024-03-05"), ("", "2024-03-05T10:00:00Z", {}, "2024-03-05"),
    ("", "20240305", {}, "2024-03-05"),
    ("", "2024-W10-2", {}, "2024-03-05"), ("", "2024/3/5", {}, "2024-03-05"), ("", "2024.03.05", {}, "2024-03-05"),
    ("", "1709596800", {"format": "unix"}, "2024-03-05"), ("", "1709596800", {"format": "unix_ms"}, "2024-03-05"),
    ("de", "5. März 2024", {"format": "%d. %B %Y", "locale": "de"}, "2024-03-05"),
    ("de", "Di., 5. Mrz. 2024", {"format": "%a, %d. %b %Y", "locale": "de"}, "2024-03-05"),
    ("de", "5. Jänner 2024", {"format": "%d. %B %Y", "locale": "de"}, "2024-01-05"),
    ("de", "vor 2 Tagen", {"format": "relative", "locale": "de"}, "2026-11-28"),
    ("de", "vor einer Woche", {"format": "relative", "locale": "de"}, "2026-11-23"),
    ("de", "gestern", {"format": "relative", "locale": "de"}, "2026-11-29"),
    ("fr", "1er mars 2024", {"format": "%d %B %Y", "locale": "fr"}, "2024-03-01"),
    ("fr", "mar. 5 mars 2024", {"format": "%a %d %b %Y", "locale": "fr"}, "2024-03-05"),
    ("fr", "5 févr. 2024", {"format": "%d %b %Y", "locale": "fr"}, "2024-02-05"),
    ("fr", "5 jui 2024", {"format": "%d %b %Y", "locale": "fr"}, None),
    ("fr", "il y a 3 mois", {"format": "relative", "locale": "fr"}, "2026-08-30"),
    ("fr", "hier", {"format": "relative", "locale": "fr"}, "2026-11-29"),
    ("es", "mar 5 mar 2024", {"format": "%a %d %b %Y", "locale": "es"}, "2024-03-05"),
    ("es", "5 de marzo de 2024", {"format": "%d de %B de %Y", "locale": "es"}, "2024-03-05"),
    ("es", "hace 2 semanas", {"format": "relative", "locale": "es"}, "2026-11-16"),
    ("es", "ayer", {"format": "relative", "locale": "es"}, "2026-11-29"),
    ("it", "mar 5 mar 2024", {"format": "%a %d %b %Y", "locale": "it"}, "2024-03-05"),
    ("it", "1º marzo 2024", {"format": "%d %B %Y", "locale": "it"}, "2024-03-01"),
    ("it", "2 giorni fa", {"format": "relative", "locale": "it"}, "2026-11-28"),
    ("pt", "terça-feira, 5 de março de 2024", {"format": "%A, %d de %B de %Y", "locale": "pt"}, "2024-03-05"),
    ("pt", "5 mar. 2024", {"format": "%d %b %Y", "locale": "pt-BR"}, "2024-03-05"),
    ("pt", "há 2 dias", {"format": "relative", "locale": "pt"}, "2026-11-28"),
    ("nl", "5 mrt. 2024", {"format": "%d %b %Y", "locale": "nl"}, "2024-03-05"),
    ("nl", "2 dagen geleden", {"format": "relative", "locale": "nl"}, "2026-11-28"),
    ("sv", "5 mars 2024", {"format": "%d %B %Y", "locale": "sv"}, "2024-03-05"),
    ("sv", "för 2 dagar sedan", {"format": "relative", "locale": "sv"}, "2026-11-28"),
    ("da", "5. marts 2024", {"format": "%d. %B %Y", "locale": "da"}, "2024-03-05"),
    ("nb", "5. mars 2024", {"format": "%d. %B %Y", "locale": "nb"}, "2024-03-05"),
    ("fi", "5. maaliskuuta 2024", {"format": "%d. %B %Y", "locale": "fi"}, "2024-03-05"),
    ("fi", "2 päivää sitten", {"format": "relative", "locale": "fi"}, "2026-11-28"),
    ("pl", "5 marca 2024", {"format": "%d %B %Y", "locale": "pl"}, "2024-03-05"),
    ("pl", "wt., 5 mar 2024", {"format": "%a, %d %b %Y", "locale": "pl"}, "2024-03-05"),
    ("pl", "2 dni temu", {"format": "relative", "locale": "pl"}, "2026-11-28"),
    ("cs", "5. března 2024", {"format": "%d. %B %Y", "locale": "cs"}, "2024-03-05"),
    ("cs", "po 4. 3. 2024", {"format": "%a %d. %m. %Y", "locale": "cs"}, "2024-03-04"),
    ("cs", "před 2 dny", {"format": "relative", "locale": "cs"}, "2026-11-28"),
    ("hu", "2024. március 5.", {"format": "%Y. %B %d.", "locale": "hu"}, "2024-03-05"),
    ("ro", "mar. 5 mar. 2024", {"format": "%a %d %b %Y", "locale": "ro"}, "2024-03-05"),
    ("bg", "5 март 2024", {"format": "%d %B %Y", "locale": "bg"}, "2024-03-05"),
    ("ru", "вт 5 ноя 2024", {"format": "%a %d %b %Y", "locale": "ru"}, "2024-11-05"),
    ("ru", "5 марта 2024 г.", {"format": "%d %B %Y г.", "locale": "ru"}, "2024-03-05"),
    ("ru", "2 дня назад", {"format": "relative", "locale": "ru"}, "2026-11-28"),
    ("ru", "вчера", {"format": "relative", "locale": "ru"}, "2026-11-29"),
    ("uk", "5 березня 2024", {"format": "%d %B %Y", "locale": "uk"}, "2024-03-05"),
    ("el", "5 Μαρτίου 2024", {"format": "%d %B %Y", "locale": "el"}, "2024-03-05"),
    ("tr", "5 KASIM 2024", {"format": "%d %B %Y", "locale": "tr"}, "2024-11-05"),
    ("tr", "5 EKİM 2024", {"format": "%d %B %Y", "locale": "tr"}, "2024-10-05"),
    ("tr", "2 gün önce", {"format": "relative", "locale": "tr"}, "2026-11-28"),
    ("he", "5 במרץ 2024", {"format": "%d ב%B %Y", "locale": "he"}, "2024-03-05"),
    ("ar", "٥ مارس ٢٠٢٤", {"format": "%d %B %Y", "locale": "ar"}, "2024-03-05"),
    ("ar", "منذ 3 أيام", {"format": "relative", "locale": "ar"}, "2026-11-27"),
    ("fa", "1402/12/15", {"format": "%Y/%m/%d", "locale": "fa"}, None),
    ("fa", "۵ مارس ۲۰۲۴", {"format": "%d %B %Y", "locale": "fa"}, "2024-03-05"),
    ("hi", "5 मार्च 2024", {"format": "%d %B %Y", "locale": "hi"}, "2024-03-05"),
    ("th", "5 มี.ค. 2567", {"format": "%d %b %Y", "locale": "th"}, "2024-03-05"),
    ("th", "5 มี.ค. 67", {"format": "%d %b %y", "locale": "th"}, None),
    ("vi", "5 tháng 3, 2024", {"format": "%d %B, %Y", "locale": "vi"}, "2024-03-05"),
    ("vi", "2 ngày trước", {"format": "relative", "locale": "vi"}, "2026-11-28"),
    ("id", "5 Maret 2024", {"format": "%d %B %Y", "locale": "id"}, "2024-03-05"),
    ("ja", "2024年3月5日(火)", {"format": "%Y年%m月%d日(%a)", "locale": "ja"}, "2024-03-05"),
    ("ja", "令和6年3月5日", {}, "2024-03-05"), ("ja", "3ヶ月前", {"format": "relative", "locale": "ja"}, "2026-08-30"),
    ("ja", "12月15日", {"format": ["relative", "%m月%d日"]}, "2026-12-15"),
    ("ko", "2024년 3월 5일", {"format": "%Y년 %m월 %d일", "locale": "ko"}, "2024-03-05"),
    ("ko", "3일 전", {"format": "relative", "locale": "ko"}, "2026-11-27"), ("zh", "2024年3月5日", {}, "2024-03-05"),
    ("zh", "二〇二四年三月五日", {}, "2024-03-05"),
    ("zh", "2024年3月5日星期二", {"format": "%Y年%m月%d日%A", "locale": "zh"}, "2024-03-05"),
    ("zh", "11月3日", {"format": ["relative", "%m月%d日"]}, "2026-11-03"),
    ("zh", "3天前", {"format": "relative"}, "2026-11-27"),
    ("zh", "5月", {"format": "relative"}, None), ("zh", "昨天", {"format": "relative"}, "2026-11-29"),
]  # fmt: skip

RSS = "%a, %d %b %Y %H:%M:%S"
TIMES = [  # text, keys, what it means
    ("2024-03-05T10:00:00Z", {}, "2024-03-05T10:00:00Z"), ("2024-03-05T10:00+08", {}, "2024-03-05T10:00:00+08:00"),
    ("2024-03-05 24:00", {}, "2024-03-06T00:00:00"), ("2024-03-05 10:00 PM", {}, "2024-03-05T22:00:00"),
    ("2024年3月5日15时30分", {}, "2024-03-05T15:30:00"), ("2024-03-05 10:00-11:00", {}, None),
    ("2024-03-05 10:00 CST", {}, None),
    ("2024-03-05 10:00 CST", {"timezone": "Asia/Shanghai"}, "2024-03-05T10:00:00+08:00"),
    ("1890-01-01 10:00", {"timezone": "Asia/Shanghai"}, "1890-01-01T01:54:17Z"),
    ("Tue, 05 Mar 2024 10:00:00 GMT", {"format": f"{RSS} %Z"}, "2024-03-05T10:00:00Z"),
    ("Tue, 05 Mar 2024 10:00:00 GMT", {"format": f"{RSS} %z"}, "2024-03-05T10:00:00Z"),
    ("Tue, 05 Mar 2024 10:00:00 GMT", {"format": f"{RSS} %Z", "timezone": "Asia/Shanghai"},
    "2024-03-05T18:00:00+08:00"),
    ("2024-03-05 03:30 PM", {"format": "%Y-%m-%d %H:%M %p"}, "2024-03-05T15:30:00"),
    ("12:30", {"format": "%H:%M"}, "2026-11-30T12:30:00"), ("3:30 PM", {"format": "%I:%M %p"}, "2026-11-30T15:30:00"),
    ("Tuesday 10:30", {"format": "%A %H:%M"}, "2026-12-01T10:30:00"),
    ("05 10:30", {"format": "%d %H:%M"}, "2026-12-05T10:30:00"),
    ("1709596800", {"format": ["unix_ms", "unix"]}, "2024-03-05T00:00:00Z"), ("3M ago", {"format": "relative"}, None),
    ("1.5 hours ago", {"format": "relative"}, "2026-11-30T10:30:00Z"),
    ("half an hour ago", {"format": "relative"}, "2026-11-30T11:30:00Z"),
    ("yesterday at 3:05 p.m.", {"format": "relative"}, "2026-11-29T15:05:00"),
    ("昨天 凌晨12:30", {"format": "relative"}, "2026-11-29T00:30:00"),
    ("昨天上午12:30", {"format": "relative"}, "2026-11-29T00:30:00"),
    ("昨天 晚上12:30", {"format": "relative"}, "2026-11-30T00:30:00"),
    ("昨天 24:00", {"format": "relative"}, "2026-11-30T00:00:00"),
    ("十五分钟前", {"format": "relative"}, "2026-11-30T11:45:00Z"),
    ("半小时前", {"format": "relative"}, "2026-11-30T11:30:00Z"),
    ("vor 2 Stunden", {"format": "relative"}, None),
    ("vor 2 Stunden", {"format": "relative", "locale": "de"}, "2026-11-30T10:00:00Z"),
    ("há 2 horas", {"format": "relative", "locale": "pt"}, "2026-11-30T10:00:00Z"),
]  # fmt: skip

HEAD = """# What is read of what pages write

Made from the tests by `python -m tests.support.value_tables`, fetched on 2026-11-30. The rules stand in
[configuration.md](configuration.md#numbers). What is refused is null, counted as malformed, and told with its cause.

"""


def price(text, **options):
    """Return what `type: float` makes of a text, None where it is malformed."""
    return _cast(text, Field("x", Selection(), type="float", **options))


def day(text, keys, kind="date"):
    """Return what `type: date` makes of a text with these keys, None where it is malformed."""
    formats = keys.get("format", ())
    formats = (formats,) if isinstance(formats, str) else tuple(formats)
    return _cast(
        text,
        Field("x", Selection(), type=kind, formats=formats, locale=keys.get("locale"), timezone=keys.get("timezone")),
    )


def _cast(text, field):
    try:
        return cast_for(field)(text, PLACE)
    except Malformed:
        return None


def pages():
    """Yield the lines of the page."""
    yield '## Prices\n\n| where | text | without a key | with `decimal: ","` |\n| --- | --- | --- | --- |\n'
    for habit, text, _ in PRICES:
        yield f"| {habit} | `{text}` | {_shown(price(text))} | {_shown(price(text, decimal=','))} |\n"
    yield "\n## Dates\n\n| language | text | keys | read as |\n| --- | --- | --- | --- |\n"
    for language, text, keys, _ in DATES:
        yield f"| {language} | {text} | {_said(keys)} | {day(text, keys) or 'refused'} |\n"
    yield "\n## Date-times\n\n| text | keys | read as |\n| --- | --- | --- |\n"
    for text, keys, _ in TIMES:
        yield f"| {text} | {_said(keys)} | {day(text, keys, 'datetime') or 'refused'} |\n"


def _said(keys):
    return f"`{', '.join(f'{key}: {value}' for key, value in keys.items())}`" if keys else ""


def _shown(number):
    return "refused" if number is None else f"{number:g}" if number % 1 else f"{number:.0f}"


if __name__ == "__main__":
    print(HEAD + "".join(pages()), end="")
