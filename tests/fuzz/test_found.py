"""What the fuzzer has found, each once: see `fuzz_readers`."""

import io

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tests.fuzz.fuzz_readers import check, seeds


@pytest.mark.parametrize("name", seeds())
def test_whole_files_hold(name: str) -> None:
    assert check(name, seeds()[name])


@pytest.mark.parametrize("name", ["a.txt", "a.html"])
def test_white_space_of_an_old_encoding_is_empty(name: str) -> None:
    assert check(name, b"\xa0\n\n") == {"empty": 1}


@pytest.mark.parametrize("compress", [True, False])
def test_a_warc_file_without_a_response_is_empty(compress: bool) -> None:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=compress)
    headers = StatusAndHeaders("GET / HTTP/1.1", [], is_http_request=True)
    writer.write_record(writer.create_warc_record("http://news.example/", "request", http_headers=headers))
    assert check("a.warc.gz" if compress else "a.warc", out.getvalue()) == {"empty": 1}
