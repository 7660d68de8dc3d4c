"""What installing leaves behind: DAGSTER_HOME and `.env`."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from dotenv import dotenv_values

from perf_pipeline.bootstrap import environment_file, prepare_dagster_home
from perf_pipeline.home import CHECKOUT, Home, find_home


def test_the_dagster_home_has_the_checkouts_settings_linked() -> None:
    """So that an update of the checkout reaches it; a second time changes nothing."""
    home = find_home()
    for _ in range(2):
        folder = prepare_dagster_home(home)
        assert folder == home.dagster
        assert (folder / "dagster.yaml").readlink() == CHECKOUT / "dagster.yaml"


def test_a_link_into_a_checkout_that_moved_is_renewed() -> None:
    """It would lead nowhere, and Dagster would fall back to its defaults."""
    home = find_home()
    home.dagster.mkdir(parents=True)
    (home.dagster / "dagster.yaml").symlink_to("/gone/dagster.yaml")
    prepare_dagster_home(home)
    assert (home.dagster / "dagster.yaml").resolve() == CHECKOUT / "dagster.yaml"


def test_settings_that_somebody_wrote_himself_stay() -> None:
    """Another storage, say."""
    home = find_home()
    home.dagster.mkdir(parents=True)
    (home.dagster / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    prepare_dagster_home(home)
    assert (home.dagster / "dagster.yaml").read_text() == "telemetry: {enabled: false}\n"


def test_the_default_home_needs_no_variable_besides_dagsters() -> None:
    """`PERF_HOME` may then be set by whoever starts Dagster."""
    text = environment_file(Home(CHECKOUT / "data"))
    assert dotenv_values(stream=StringIO(text)) == {"DAGSTER_HOME": f"{CHECKOUT}/data/dagster"}


@pytest.mark.parametrize("folder", ["/srv/perf", "/srv/it's here", "/srv/a #1 \\ b"])
def test_another_home_is_named_whatever_it_is_called(folder: str) -> None:
    """As Dagster reads the file."""
    read = dotenv_values(stream=StringIO(environment_file(Home(Path(folder)))))
    assert read == {"PERF_HOME": folder, "DAGSTER_HOME": f"{folder}/dagster"}
