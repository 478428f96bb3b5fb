from transforms.extract.surroundings import signs


def head(doc, word):
    return next(t for t in doc if t.text == word)


def test_what_stands_beside_and_hangs_on_a_trigger(parse):
    doc = parse("Fiji leased a dock to Tonga.")
    found = signs(head(doc, "leased"), 0, [(3, "deal/sale")])
    assert {"paragraph=0", "length=8", "others=1", "beside_type=deal/sale/after"} <= set(found)
    assert {"before=fiji", "dobj=dock", "prep=to", "prep_object=tonga"} <= set(found)
    assert "quoted" not in found
    assert "verbless" not in found


def test_an_open_quotation_and_a_missing_verb_are_told(parse):
    quoted = parse('The mayor said: "We bought trams."')
    assert "quoted" in signs(head(quoted, "bought"), 20, [])
    assert "paragraph=more" in signs(head(quoted, "bought"), 20, [])
    heading = parse("Tram contract")
    assert "verbless" in signs(heading[1], 0, [])
