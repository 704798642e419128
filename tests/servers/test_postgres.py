"""The private PostgreSQL keeps its promises."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text


def test_the_database_is_there_and_empty(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE mark (word TEXT)"))
        connection.execute(text("INSERT INTO mark VALUES ('été')"))
        assert connection.execute(text("SELECT word FROM mark")).scalar_one() == "été"
    engine.dispose()


@pytest.mark.server
@pytest.mark.parametrize("word", ["first", "second"])
def test_each_test_has_a_database_of_its_own(postgres_url: str, word: str) -> None:
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE mark (word TEXT)"))
        connection.execute(text("INSERT INTO mark VALUES (:word)"), {"word": word})
        assert connection.execute(text("SELECT count(*) FROM mark")).scalar_one() == 1
    engine.dispose()
