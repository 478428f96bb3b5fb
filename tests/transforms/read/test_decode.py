"""Bytes become the right text or are refused for the right reason."""

import pytest

from transforms.read import Decoded, Rejected, decode

SENTENCES = {
    "cp1252": "“We agreed,” he said. It’s a €3bn deal – the largest ever signed by the café.",
    "latin-1": "The minister visited the café; Zürich and São Paulo agreed.",
    "cp1250": "Rząd podpisał umowę o współpracy wojskowej z Łotwą. Żołnierze będą ćwiczyć wspólnie.",
    "cp1251": "Россия и Индия подписали соглашение о военно-техническом сотрудничестве.",
    "koi8-r": "Россия и Индия подписали соглашение о военно-техническом сотрудничестве. Сумма не названа.",
    "shift_jis": "日本とオーストラリアは防衛協力に関する協定に署名した。両国は共同訓練を行う予定である。",
    "euc_kr": "한국과 폴란드는 방산 협력 협정에 서명했다. 양국은 공동 훈련을 실시할 예정이다.",
    "gb18030": "中国和巴基斯坦签署了一项价值五十亿美元的军售合同。双方将加强合作。",
    "big5": "台灣與美國簽署軍售合約，雙方將加強合作。國防部表示將購買飛彈。",
    "cp1254": "Türkiye ile Azerbaycan askeri iş birliği anlaşması imzaladı. Görüşmeler geçen yıl başlamıştı.",
    "mac_roman": "“We agreed,” he said. It’s a deal – the largest ever signed by the café.",
    "utf-8": "“We agreed,” he said – 日本 😀",
}


def text_of(data: bytes) -> str:
    result = decode(data)
    assert isinstance(result, Decoded), result
    return result.text


def reason_of(data: bytes) -> str:
    result = decode(data)
    assert isinstance(result, Rejected), result
    return result.reason


@pytest.mark.parametrize(("encoding", "text"), SENTENCES.items())
def test_text_of_many_encodings_is_read_as_it_was_written(encoding: str, text: str) -> None:
    assert text_of(text.encode(encoding)) == text


@pytest.mark.parametrize("text", ["The deal is worth £5 million.", "A €3bn deal", "£5m", "Café"])
def test_a_few_western_characters_are_not_taken_for_another_alphabet(text: str) -> None:
    assert decode(text.encode("cp1252")) == Decoded(text, "cp1252")


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-8", "utf-8-bom"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32-le", "utf-32-le"),
        ("utf-32-be", "utf-32-be"),
    ],
)
def test_a_byte_order_mark_tells_the_encoding_and_stays_in_the_text(codec: str, name: str) -> None:
    text = "\ufeffA deal – 😀\r\n"
    assert decode(text.encode(codec)) == Decoded(text, name)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "cp1251"])
def test_line_ends_stay_as_they_are(encoding: str) -> None:
    text = "One\r\nTwo\nThree\r" + (SENTENCES["cp1251"] if encoding == "cp1251" else "café.")
    assert text_of(text.encode(encoding)) == text


@pytest.mark.parametrize(
    "data", [b"", b" \r\n\t\n", "\u3000\u00a0\n".encode(), b"\xef\xbb\xbf\n", b"\xff\xfe", b"\xff\xfe \0"]
)
def test_nothing_but_white_space_is_empty(data: bytes) -> None:
    assert reason_of(data) == "empty"


@pytest.mark.parametrize(
    "data",
    [
        "The café’".encode()[:-1],
        "The café’".encode()[:-2],
        "A deal of €".encode()[:-1],
        "Только русский текст".encode()[:-1],
        "An emoji 😀".encode()[:-3],
        b"\xef\xbb\xbf" + "The café".encode()[:-1],
        "\ufeffA deal".encode("utf-16-le")[:-1],
        "\ufeffAn emoji 😀".encode("utf-16-be")[:-2],
        "\ufeffA deal".encode("utf-32-le")[:-2],
    ],
)
def test_text_that_ends_inside_a_character_is_truncated(data: bytes) -> None:
    assert reason_of(data) == "truncated"


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\nA deal",
        b"PK\x03\x04mimetype",
        b"\x1f\x8b\x08text",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0",
        b"A deal\0",
        bytes(range(1, 32)) * 10,
        "\ufeffA\0deal".encode("utf-16-le"),
    ],
)
def test_what_is_no_text_is_binary(data: bytes) -> None:
    assert reason_of(data) == "binary"


@pytest.mark.parametrize("text", ["One\fTwo", "Bold\x1b[1m text", "The end\x1a", "A stray \x01 in a sentence"])
def test_a_control_character_here_and_there_is_text(text: str) -> None:
    assert text_of(text.encode()) == text


@pytest.mark.parametrize(
    "data",
    [
        "“We agreed,” he said".encode() + b"\x92" + " – in Zürich".encode(),
        b"A surrogate \xed\xa0\x80 in UTF-8",
        "\ufeffa\ud800b".encode("utf-16-le", "surrogatepass"),
        "\ufeffa\ud800b".encode("utf-32-be", "surrogatepass"),
        bytes(0x80 + (i * 7919 >> 3) % 128 for i in range(500)),
    ],
)
def test_bytes_that_no_encoding_fits_are_refused_and_not_guessed_at(data: bytes) -> None:
    assert reason_of(data) == "undecodable"


def test_damage_is_told_by_its_place() -> None:
    result = decode("“Agreed”".encode() + b"\x92" + "é".encode())
    assert result == Rejected("undecodable", "damaged UTF-8, the first wrong byte is at offset 12")
