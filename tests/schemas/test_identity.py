import pathlib

import pytest

from schemas import identity


def test_a_local_path_becomes_an_absolute_file_uri(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert identity.canonical_uri("a b.txt") == (tmp_path / "a b.txt").as_uri()


def test_the_same_file_has_one_uri_however_it_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert identity.canonical_uri("x/../a.txt") == identity.canonical_uri(str(pathlib.Path(tmp_path, "a.txt")))


@pytest.mark.parametrize("url", ["s3://bucket/key.txt", "gs://bucket/key", "https://example.org/a?b"])
def test_urls_stay_as_they_are(url):
    assert identity.canonical_uri(url) == url


def test_ids_do_not_change_between_versions():
    assert identity.doc_id("file:///a") == "c4b6f7bf149d16db9e034f84579de0f7"
    assert identity.content_id("text") != identity.doc_id("text")


def test_mention_ids_tell_apart_all_that_identifies_a_mention():
    base = ("d", "c", "deal", "sale", 1, 5, 1)
    changed = [
        ("e", *base[1:]),
        ("d", "x", *base[2:]),
        (*base[:3], "supply", *base[4:]),
        (*base[:4], 2, 5, 1),
        (*base[:6], 2),
    ]
    ids = {identity.mention_id(*parts) for parts in (base, *changed)}
    assert len(ids) == 6


def test_text_with_lone_surrogates_has_an_id():
    assert len(identity.content_id("\ud800")) == 32
