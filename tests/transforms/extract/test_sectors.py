from collections import Counter

from schemas.codes import SECTORS
from transforms.extract.sectors import Field, SectorReader, organisation_sectors, signs


def test_cue_words_count_by_sector(ontology):
    reader = SectorReader(ontology)
    assert reader.count("The navy and the army share a pipeline.") == Counter({"military": 2, "energy": 1})
    assert reader.cues("Navy, navy!") == Counter({"navy": 2})


def test_the_goods_outweigh_what_stands_around(ontology):
    reader = SectorReader(ontology)
    around = Counter({"diplomatic": 2})
    assert reader.sector("deal/sale", ["bought", "crude oil"], ["energy"], False, around, around) == "energy"


def test_a_type_has_a_field_of_its_own_where_nothing_else_speaks(ontology):
    reader = SectorReader(ontology)
    assert reader.sector("deal/investment", [], [], False, Counter(), Counter()) == "trade"


def test_signs_tell_words_sectors_and_shares(ontology):
    reader = SectorReader(ontology)
    field = Field(
        goods=["space", None],
        parties=[None, "energy"],
        own=Counter(),
        sentence=Counter({"rocket": 2}),
        title=Counter({"moon": 1}),
        document=Counter({"rocket": 3, "navy": 1}),
    )
    found = signs(field, reader.sector_of)
    assert {"goods_sector=space", "party_sector=energy", "title=space"} <= set(found)
    assert {"sentence=space", "sentence=space+", "word=rocket"} <= set(found)
    assert {"document_top=space", "document_second=military", "document=space/50", "document=military/20"} <= set(found)
    assert "document=military/35" not in found
    assert len(found) == len(set(found))


def test_the_lexicon_gives_organisations_a_sector():
    assert set(organisation_sectors().values()) <= set(SECTORS)
    assert organisation_sectors()["Sonangol"] == "energy"
