"""Where a language's model is found."""

import shutil
from pathlib import Path

import pytest

from voice.stt.models import STARTER_MODELS, ModelError, find_model


@pytest.mark.parametrize("lang", ["en", "pl", "cs"])
def test_a_starter_model_where_the_operator_has_none(lang: str, tmp_path: Path) -> None:
    model = find_model(lang, tmp_path)
    assert model.starter
    assert model.path.is_absolute()
    assert (model.rate, model.grammars) == (8000, True)
    assert 100_000 < model.size < 50_000_000


def test_the_operators_model_comes_first_also_below_the_archives_own_folder(tmp_path: Path) -> None:
    shutil.copytree(STARTER_MODELS / "en", tmp_path / "en" / "vosk-model-small-en")
    conf = tmp_path / "en" / "vosk-model-small-en" / "conf" / "mfcc.conf"
    conf.write_text("# features\n--sample-frequency=16000 # Hz\n--use-energy=false\n")
    model = find_model("en", tmp_path)
    assert not model.starter
    assert model.path == tmp_path / "en" / "vosk-model-small-en"
    assert model.rate == 16000


def test_a_flat_model_with_one_fixed_graph_has_no_grammars(tmp_path: Path) -> None:
    folder = tmp_path / "pl"
    folder.mkdir()
    (folder / "final.mdl").write_bytes(b"")
    (folder / "HCLG.fst").write_bytes(b"")
    model = find_model("pl", tmp_path)
    assert (model.path, model.grammars, model.rate) == (folder, False, 16000)


def test_what_is_wrong_names_the_mend(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="unpack a Vosk model into"):
        find_model("de", tmp_path)
    with pytest.raises(ModelError, match="unpack a Vosk model into"):
        find_model("..", tmp_path / "none")
    (tmp_path / "en").mkdir()
    with pytest.raises(ModelError, match=r"no am/final\.mdl"):
        find_model("en", tmp_path)
    shutil.copytree(STARTER_MODELS / "cs", tmp_path / "cs")
    (tmp_path / "cs" / "conf" / "mfcc.conf").write_text("--sample-frequency=fast\n")
    with pytest.raises(ModelError, match="no number"):
        find_model("cs", tmp_path)
