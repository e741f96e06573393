"""Texts: odd ones, as they come along in tables, and plain ones of many languages."""

import random
from collections.abc import Callable, Mapping, Sequence

LONGEST = 32_767
"""As many units of UTF-16 as a cell of a workbook can hold."""
LINE_ENDS = ("\n", "\r\n", "\r")
UNSEEN = "\u00a0\u00ad\u200b\u200c\u200d\u200e\u200f\u202f\u2009\u2060\ufeff"
CONTROLS = "\x01\x07\x08\x0b\x0c\x1b\x1c\x1f\x7f\x85\u2028\u2029"

# fmt: off
ODD = (
    "NA", "N/A", "n/a", "nan", "NaN", "None", "null", "NULL", "(null)", "\\N", "nil", "true", "FALSE", "inf", "-inf",
    "-", "--", ".", "0", "00", "-0", "+", "+0", "1e5", "1E5", "1E+11", "1.23E+11", "4,42E+11", "0x10", "0b1", "1_000",
    "1,234", "1.234", "1.234,50", "7.000", "12.500", "3/4", "1-2", "2026-01-03", "03.01.2026", "1:30", "12:00:00 AM",
    "=1+1", "=0123", '="0123"', "=", "@name", "+44 20 7946 0000", "+442079460000", "(020) 7946-0000", "00442079460000",
    "'0123", "''", "'", "it's", "''quoted''", '"', '""', '"quoted"', 'say "hi"', '6"', 'a"b"c', '"a', 'a"', "“typed”",
    "a,b", "a;b", "a|b", "a, b; c | d", ",", ";", "a\tb", "\t", "\ta", "a\t", " a", "a ", "  a  ", " ", "   ",
    "\\", "\\\\", "a\\b", "C:\\temp\\new", "a\\", '\\"', 'a\\"b', "\\n", "\\t", "%s", "%", "50 %", "{name}", "${x}",
    "#", "##", "####", "########", "#N/A", "#REF!", "#NV", "#21#", "*100#", "<b>", "a & b", "&amp;", "&#10;", "]]>",
    "<!-- x -->", "<?xml?>", "_x000D_", "_x000d_", "_x0041_", "_x005F_x000D_", "_x000D", "a_x000A_b", "x_x0007_",
    "_xD83D_", "0123456789012345", "12345678901234567890", "0044123456789012345678", "-5", "5-", "٠١٢٣", "１２３", "²",
    "½", "é", "e\u0301", "ﬁ", "ß", "ẞ", "İ", "ı", "Zürich", "ZÃ¼rich", "itâ€™s", "\ufffd", "Z\ufffdrich", "日本語",
    "한국어", "Ελληνικά", "Привет", "שלום", "مرحبا", "สวัสดี", "नमस्ते", "😀", "👩‍👩‍👧‍👦", "🇬🇧", "𝟘𝟙", "𠜎",
    "\U0010ffff", "a\u0300\u0301\u0302",
    "\u202eabc", "\u2067abc\u2069", "\ue000", "\ufdd0", "\u3000", "http://example.com/?a=1&b=2", "a@example.com",
    "ok\u2026", "–", "—", "€5", "£5", "$5", "¥", "sep=;", "--help", "-5 %", "1 234", "1\u00a0234", "1'234",
)
# fmt: on

PLAIN: Mapping[str, Sequence[str]] = {
    "en": (
        "Spring reminder", "Renewals north", "Second wave", "Feedback calls for July", "Thank you for your order",
        "Appointment tomorrow", "Overdue invoices", "Members without an address",
    ),
    "de": (
        "Frühjahrsaktion Süd", "Kündigungsrückläufer", "Größere Städte im Herbst", "Zählerablesung für Köln",
        "Rückruf wegen Überweisung", "Bestätigung der Störungsmeldung", "Müller & Söhne", "Straßenfest am Römerplatz",
    ),
    "fr": (
        "Réabonnement février", "Enquête de satisfaction à Nîmes", "Rappel du dernier délai", "Clients privilégiés",
        "Où êtes-vous passés ?", "Fenêtres et façades", "Reçu envoyé à l'hôtel", "Été prochain",
    ),
    "es": (
        "Campaña de otoño", "Recordatorio de la señora Muñoz", "Atención al público", "Año próximo", "Última llamada",
        "¿Está satisfecho?", "Niños y jóvenes", "Renovación del teléfono móvil",
    ),
    "pt": (
        "Promoção de verão", "Avaliação do serviço", "Inscrição até amanhã", "Não há ninguém", "Licença de condução",
        "Cobrança de março", "Atenção à região", "Informações úteis",
    ),
    "sv": ("Påminnelse om räkning", "Höstens kunder", "Förnyelse på Åland", "Svarar ej före åtta", "Nöjda medlemmar"),
    "da": ("Påmindelse før jul", "Kære medlem på Ærø", "Fornyelse i København", "Små virksomheder", "Første bølge"),
    "pl": (
        "Przypomnienie o płatności", "Ankieta zadowolenia", "Jesienna promocja dla Łodzi", "Kolejka główna",
        "Proszę oddzwonić później", "Wznowienie członkostwa", "Żółte strony", "Część druga, październik",
    ),
    "cs": (
        "Připomenutí schůzky", "Průzkum spokojenosti zákazníků", "Obnovení členství", "Žádost o zpětné volání",
        "Podzimní nabídka pro Plzeň", "Děkujeme za objednávku", "Příští týden v úterý", "Účet po splatnosti",
    ),
    "hu": (
        "Őszi kedvezmény", "Ügyfél-elégedettség felmérése", "Emlékeztető a fizetésről", "Köszönjük a rendelést",
        "Következő hét kedden", "Szűrés és körlevél", "Megújítás Győrben", "Lejárt számlák",
    ),
    "ro": ("Reînnoirea abonamentului", "Mulţumim pentru comandă", "Întâlnirea de mâine", "Plăţi restante în Iaşi"),
    "ru": (
        "Напоминание о платеже", "Опрос клиентов", "Осенняя распродажа", "Продление договора", "Вторая волна звонков",
        "Спасибо за заказ", "Встреча завтра утром", "Просроченные счета",
    ),
    "uk": (
        "Нагадування про оплату", "Опитування клієнтів", "Друга хвиля дзвінків", "Дякуємо за замовлення",
        "Їжа та ґанок",
    ),
    "bg": ("Напомняне за плащане", "Проучване на клиентите", "Втора вълна обаждания", "Благодарим за поръчката"),
    "el": (
        "Υπενθύμιση πληρωμής", "Έρευνα ικανοποίησης πελατών", "Δεύτερο κύμα κλήσεων", "Ευχαριστούμε για την παραγγελία",
        "Ραντεβού αύριο το πρωί", "Ανανέωση συνδρομής στη Θεσσαλονίκη",
    ),
    "tr": (
        "Ödeme hatırlatması", "Müşteri memnuniyeti araştırması", "İkinci arama dalgası", "Siparişiniz için teşekkürler",
        "Yarın sabah görüşme", "Güncel üyelik yenileme", "Şişli şubesi", "Gecikmiş faturalar",
    ),
    "he": ("תזכורת לתשלום", "סקר שביעות רצון", "גל שני של שיחות", "תודה על ההזמנה", "פגישה מחר בבוקר"),
    "ar": ("تذكير بالدفع", "استطلاع رضا العملاء", "الموجة الثانية من المكالمات", "شكرا على طلبكم", "موعد غدا صباحا"),
    "lt": (
        "Priminimas apie mokėjimą", "Klientų apklausa", "Antroji skambučių banga", "Ačiū už užsakymą",
        "Pratęsimas šiaurėje",
    ),
    "ja": (
        "支払いのお知らせ", "お客様満足度調査", "秋のキャンペーン", "契約更新のご案内", "ご注文ありがとうございます",
        "第二回の電話", "明日の予約確認", "東京支店",
    ),
    "zh": (
        "付款提醒", "客户满意度调查", "秋季促销活动", "续签合同通知", "感谢您的订购", "第二轮电话", "明天上午的预约",
        "北京分公司的客户",
    ),
    "tw": (
        "付款提醒", "客戶滿意度調查", "秋季促銷活動", "續約通知", "感謝您的訂購", "第二輪電話", "明天上午的預約",
        "臺北分公司的客戶",
    ),
    "ko": (
        "결제 안내", "고객 만족도 조사", "가을 판촉 행사", "계약 갱신 안내", "주문해 주셔서 감사합니다",
        "두 번째 전화", "내일 오전 예약", "서울 지점 고객",
    ),
}  # fmt: skip


def digits(chance: random.Random) -> str:
    """Return a number or code as people write it, often with a zero or a plus before it."""
    length = chance.choice((1, 3, 4, 5, 9, 10, 11, 12, 15, 16, 17, 20))
    number = "".join(chance.choices("0123456789", k=length))
    return chance.choice(("", "", "0", "00", "+", "+4", "0044")) + number


def odd(chance: random.Random) -> str:
    """Return a text that some program may take for something else, or lose a part of."""
    make: Callable[[random.Random], str] = chance.choice(MAKERS)
    return make(chance)


def _of_scripts(chance: random.Random) -> str:
    return " ".join(chance.choice(PLAIN[chance.choice(tuple(PLAIN))]) for _ in range(chance.randint(1, 3)))


def _with_unseen(chance: random.Random) -> str:
    return _put(chance, chance.choice((*ODD, digits(chance))), chance.choice(UNSEEN))


def _with_controls(chance: random.Random) -> str:
    return _put(chance, _of_scripts(chance), chance.choice(CONTROLS))


def _of_lines(chance: random.Random) -> str:
    end = chance.choice((*LINE_ENDS, chance.choice(LINE_ENDS) * 2))
    return end.join(chance.choice((*ODD, "", _of_scripts(chance))) for _ in range(chance.randint(2, 4)))


def _joined(chance: random.Random) -> str:
    return chance.choice(("", " ", ",", '"', "\\")).join(chance.choices(ODD, k=2))


def _long(chance: random.Random) -> str:
    length = chance.choice((255, 256, 1023, 4095, 8224, 8225, 32_766, LONGEST))
    piece = chance.choice(("x", "0", " y", "é", "日", "a\nb", "😀", "<&>", '"', "_x000D_"))
    units = len(piece.encode("utf-16-le")) // 2
    return piece * (length // units)


def _put(chance: random.Random, text: str, mark: str) -> str:
    at = chance.choice((0, len(text), chance.randint(0, len(text))))
    return text[:at] + mark + text[at:]


MAKERS = (
    *[lambda chance: chance.choice(ODD)] * 6,
    digits,
    digits,
    _of_scripts,
    _of_scripts,
    _with_unseen,
    _with_controls,
    _of_lines,
    _of_lines,
    _joined,
)


def rare(chance: random.Random) -> str:
    """Return a text that takes long to write and to read."""
    return _long(chance)
