from __future__ import annotations

import io
import json
import logging

import pytest

from flows.logs import LogFormat, set_up_logs
from pipeline.errors import StoreError


def logged(
    *, level: str = "info", log_format: LogFormat = "text", logger: str = "flows.ingest"
) -> tuple[logging.Logger, io.StringIO]:
    stream = io.StringIO()
    set_up_logs(level, log_format=log_format, stream=stream)
    return logging.getLogger(logger), stream


def test_a_record_is_one_line_with_its_keys() -> None:
    logger, stream = logged()
    logger.info("batch stored", extra={"mails": 3, "mailbox": "claims"})
    moment, rest = stream.getvalue().rstrip("\n").split(" ", 1)
    assert moment.endswith("Z")
    assert rest == 'level=info logger=flows.ingest event="batch stored" mails=3 mailbox=claims'


def test_a_line_end_in_a_record_does_not_break_the_line() -> None:
    logger, stream = logged()
    logger.warning("one\ntwo", extra={"name_of_folder": "a b\nlevel=error"})
    assert stream.getvalue().count("\n") == 1
    assert r'"a b\nlevel=error"' in stream.getvalue()


def test_machines_get_json_lines() -> None:
    logger, stream = logged(log_format="json")
    logger.error("fetch failed", extra={"uid": 7})
    line = json.loads(stream.getvalue())
    assert (line["level"], line["event"], line["uid"]) == ("error", "fetch failed", 7)


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_addresses_never_reach_a_line(log_format: LogFormat) -> None:
    logger, stream = logged(log_format=log_format)
    logger.warning("from <odile@tilleul.example>", extra={"who": "odile@tilleul.example"})
    assert "odile" not in stream.getvalue()
    assert stream.getvalue().count("<address>") == 2


def raise_with_mail_text() -> None:
    message = "could not convert: 'Bonjour, il manque 4 cartons'"
    raise ValueError(message)


def test_of_a_foreign_error_only_type_and_place_are_told() -> None:
    logger, stream = logged()
    try:
        raise_with_mail_text()
    except ValueError:
        logger.exception("mail failed", extra={"mail_id": 4})
    assert "ValueError at " in stream.getvalue()
    assert "cartons" not in stream.getvalue()


def test_our_own_errors_are_told_with_what_caused_them() -> None:
    logger, stream = logged()
    try:
        try:
            raise_with_mail_text()
        except ValueError as error:
            reason = "the disk is full"
            raise StoreError(reason) from error
    except StoreError:
        logger.exception("batch failed")
    assert "StoreError: store: the disk is full at " in stream.getvalue()
    assert " < ValueError at " in stream.getvalue()


def test_foreign_loggers_keep_their_chatter() -> None:
    logger, stream = logged(level="debug", logger="imapclient.imaplib")
    logger.debug("> LOGIN somebody secret")
    assert stream.getvalue() == ""


def test_setting_up_twice_does_not_double_lines() -> None:
    logged()
    logger, stream = logged()
    logger.info("once")
    assert stream.getvalue().count("once") == 1
