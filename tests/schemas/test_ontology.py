import textwrap

import pytest

from schemas.codes import EVENT_TYPES
from schemas.ontology import DEFAULT, OntologyError, check_ontology, load_ontology


@pytest.fixture
def changed(tmp_path):
    """Write the shipped ontology with one text replaced by another."""

    def write(old, new):
        text = DEFAULT.read_text("utf-8")
        assert old in text
        path = tmp_path / "mine.yaml"
        path.write_text(text.replace(old, new, 1), "utf-8")
        return path

    return write


def test_the_shipped_ontology_has_no_mistakes():
    assert check_ontology(DEFAULT) == []


def test_every_type_of_the_guide_has_triggers_codes_and_stages():
    ontology = load_ontology()
    wanted = {f"{c}/{t}" for c, types in EVENT_TYPES.items() for t in types}
    assert wanted <= {t.event_type for triggers in ontology.triggers.values() for t in triggers}
    assert wanted <= set(ontology.types)
    assert wanted <= set(ontology.stages)


def test_phrases_are_found_under_their_first_word():
    phrases = [t.words for t in load_ontology().triggers["joint"]]
    assert ("joint", "venture") in phrases


def test_a_mistake_is_told_with_its_line(changed):
    path = changed("{type: deal/sale, frame: give, needs: [party]", "{type: deal/sail, frame: give, needs: [party]")
    line = next(i for i, text in enumerate(path.read_text("utf-8").splitlines(), 1) if "deal/sail" in text)
    assert check_ontology(path) == [f"line {line}: type 'deal/sail' is not among `types` (write it as class/type)"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("frame: give, needs: [party]", "frame: gift_wrap, needs: [party]", "frame 'gift_wrap'"),
        ("needs: [party], verbs: [sell", "needs: [seller], verbs: [sell", "needs 'seller'"),
        ("give: {subject: supplier", "give: {subject: seller", "'seller' is no slot"),
        ("  military: [military, defense", "  martial: [military, defense", "sector_cues has no 'martial'"),
        ("  undone: [fail]", "  undid: [fail]", "endings has no 'undid'"),
        ("  subjects: [court", "  courts: [court", "commands has no 'courts'"),
    ],
)
def test_each_kind_of_mistake_is_explained(changed, old, new, said):
    assert any(said in mistake for mistake in check_ontology(changed(old, new)))


def test_broken_yaml_is_told_with_its_line(tmp_path):
    path = tmp_path / "broken.yaml"
    path.write_text("frames:\n  give: {subject: supplier\ntypes: []\n", "utf-8")
    (mistake,) = check_ontology(path)
    assert mistake.startswith("line 3:")


def test_a_file_that_is_no_mapping_is_refused(tmp_path):
    path = tmp_path / "list.yaml"
    path.write_text(textwrap.dedent("- a\n- b\n"), "utf-8")
    assert check_ontology(path)[0].startswith("line 1:")


def test_loading_a_wrong_ontology_raises_with_all_mistakes(changed):
    with pytest.raises(OntologyError, match="deal/sail"):
        load_ontology(changed("type: deal/sale, frame: give", "type: deal/sail, frame: give"))


def test_a_missing_file_is_told(tmp_path):
    assert "none.yaml" in check_ontology(tmp_path / "none.yaml")[0]
