"""A variable's name from the watch file in, its value out: read when something is sent, never kept or printed."""

from __future__ import annotations

import os

from dotenv import dotenv_values
from scrapy.utils.conf import closest_scrapy_cfg

from crawler.errors import ConfigurationError


def read_secret(variable: str, asked_by: str) -> str:
    """The value of an environment variable, else of the same name in `.env` beside scrapy.cfg.

    `asked_by` says who needs it, for people: «channel desk-hook (secret_env)». Raises ConfigurationError when it
    is unset or empty; the value itself is in no message.
    """
    if value := os.environ.get(variable, "").strip():
        return value
    if (config := closest_scrapy_cfg()) and (value := (_env_file(config).get(variable) or "").strip()):
        return value
    raise ConfigurationError(f"{asked_by} names the variable {variable}, which is not set: set it in the environment or in .env")


def _env_file(config: str) -> dict[str, str | None]:
    return dotenv_values(f"{config.removesuffix('scrapy.cfg')}.env", interpolate=False, encoding="utf-8")
