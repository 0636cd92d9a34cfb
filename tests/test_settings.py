"""Settings: the defaults that are promised, who overrides whom, plain refusals, and every door that must stay shut."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import fetching
import pytest
from scrapy.settings import Settings
from scrapy.utils.misc import load_object
from tzlocal import get_localzone_name

from crawler.errors import ConfigurationError

SOURCE = Path(__file__).parents[1] / "crawler" / "settings.py"
Load = Callable[..., ModuleType]


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    """The settings module as a process started in a project folder reads it, with this .env and this environment."""

    def fresh(dotenv: str | bytes = "", folder: str = "", **environment: str) -> ModuleType:
        (tmp_path / "scrapy.cfg").write_text("[settings]\ndefault = crawler.settings\n")
        (tmp_path / ".env").write_bytes(dotenv.encode() if isinstance(dotenv, str) else dotenv)
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        monkeypatch.chdir(tmp_path / folder)
        for name in [name for name in os.environ if name.isupper() and name not in ("PATH", "HOME", "TZ")]:
            monkeypatch.delenv(name)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        spec = importlib.util.spec_from_file_location("fresh_settings", SOURCE)
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return fresh


def as_scrapy(module: ModuleType, **options: str) -> Settings:
    """The settings of a command: the module's, then `-s NAME=value`."""
    settings = Settings()
    settings.setmodule(module)
    settings.setdict(options, priority="cmdline")
    return settings


# --- what is promised ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STORE_URL", "sqlite:///marsad.db"),
        ("WATCHES_PATH", "watches.toml"),
        ("OUTLETS", ""),
        ("TIMEZONE", ""),
        ("ALERT_LANGUAGE", "ar"),
        ("CONTACT", ""),
        ("SMTP_URL", ""),
        ("MAIL_FROM", "Marsad <marsad@localhost>"),
        ("PUBLIC_URL", ""),
        ("ALLOW_PRIVATE_ADDRESSES", False),
        ("BROWSER_PATH", ""),
        ("BACKFILL_HOURS", 48),
        ("LOG_LEVEL", "INFO"),
    ],
)
def test_defaults(name: str, value: object, load: Load) -> None:
    assert getattr(load(), name) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ROBOTSTXT_OBEY", True),
        ("ROBOTSTXT_USER_AGENT", "Marsad"),
        ("CONCURRENT_REQUESTS_PER_DOMAIN", 1),
        ("AUTOTHROTTLE_ENABLED", True),
        ("COOKIES_ENABLED", False),
        ("REFERRER_POLICY", "no-referrer"),
        ("DOWNLOAD_DEADLINE", 60.0),
        ("DOWNLOAD_MAXSIZE", 16 * 1024 * 1024),
        ("DOWNLOAD_VERIFY_CERTIFICATES", True),
        ("REDIRECT_MAX_TIMES", 10),
        ("HTTPPROXY_ENABLED", False),
        ("TELNETCONSOLE_ENABLED", False),
        ("REMOTE_CONTROL_ENABLED", False),
        ("FEED_EXPORT_ENCODING", "utf-8"),
        ("ASYNCIO_EVENT_LOOP", "uvloop.Loop"),
    ],
)
def test_polite_bounded_and_closed(name: str, value: object, load: Load) -> None:
    settings = as_scrapy(load())
    assert settings[name] == value
    assert type(settings[name]) is type(value)


def test_pace(load: Load) -> None:
    module = load()
    assert module.DOWNLOAD_DELAY >= 1
    assert module.DOWNLOAD_TIMEOUT * (module.RETRY_TIMES + 1) <= module.DOWNLOAD_DEADLINE
    assert module.CONCURRENT_REQUESTS >= 16  # many hosts at once


def test_only_the_guarded_door_is_open(load: Load) -> None:
    handlers = as_scrapy(load()).getwithbase("DOWNLOAD_HANDLERS")
    opened = {scheme: path for scheme, path in handlers.items() if path}
    assert opened == {"http": "crawler.download.GuardedHandler", "https": "crawler.download.GuardedHandler"}
    assert all(load_object(path) for path in opened.values())


def test_the_middlewares_are_those_that_are_tested(load: Load) -> None:
    module = load()
    assert module.DOWNLOADER_MIDDLEWARES == fetching.MIDDLEWARES
    assert all(load_object(path) for path, order in module.DOWNLOADER_MIDDLEWARES.items() if order)


# --- who overrides whom ----------------------------------------------------------------------------------------------


def test_dotenv_environment_and_options_override_in_this_order(load: Load) -> None:
    module = load("BACKFILL_HOURS=24\nMAIL_FROM=Desk <desk@example.org>\nCONTACT='a # b'\n", BACKFILL_HOURS="12", ALERT_LANGUAGE="en")
    settings = as_scrapy(module, ALERT_LANGUAGE="ar")
    module.check(settings)
    found = {name: settings[name] for name in ("BACKFILL_HOURS", "MAIL_FROM", "CONTACT", "ALERT_LANGUAGE")}
    assert found == {"BACKFILL_HOURS": 12, "MAIL_FROM": "Desk <desk@example.org>", "CONTACT": "a # b", "ALERT_LANGUAGE": "ar"}


def test_an_empty_variable_counts_as_unset(load: Load) -> None:
    module = load("BACKFILL_HOURS=24\nALERT_LANGUAGE=\n", BACKFILL_HOURS="", ALLOW_PRIVATE_ADDRESSES="")
    assert (module.BACKFILL_HOURS, module.ALERT_LANGUAGE, module.ALLOW_PRIVATE_ADDRESSES) == (24, "ar", False)


def test_a_mark_at_the_start_of_dotenv_is_no_part_of_a_name(load: Load) -> None:
    assert load("\ufeffBACKFILL_HOURS=24\n").BACKFILL_HOURS == 24


def test_nothing_in_dotenv_is_expanded(load: Load) -> None:
    assert load("SMTP_URL=smtp://u:p${HOME}@host:25\n").SMTP_URL == "smtp://u:p${HOME}@host:25"


@pytest.mark.parametrize("word", ["1", "true", "YES", "On"])
def test_words_for_true(word: str, load: Load) -> None:
    assert load(ALLOW_PRIVATE_ADDRESSES=word).ALLOW_PRIVATE_ADDRESSES is True


@pytest.mark.parametrize("word", ["0", "FALSE", "no", "Off"])
def test_words_for_false(word: str, load: Load) -> None:
    assert load(ROBOTSTXT_OBEY=word).ROBOTSTXT_OBEY is False
    module = load()
    settings = as_scrapy(module, ROBOTSTXT_OBEY=word)
    module.check(settings)
    assert settings["ROBOTSTXT_OBEY"] is False


@pytest.mark.parametrize(
    ("dotenv", "environment", "part"),
    [
        ("", {"ALLOW_PRIVATE_ADDRESSES": "maybe"}, "ALLOW_PRIVATE_ADDRESSES is 'maybe'"),
        ("BACKFILL_HOURS=two days", {}, "BACKFILL_HOURS is 'two days'"),
        ("", {"BACKFILL_HOURS": "-1"}, "write a number from 0 up"),
        ("", {"DOWNLOAD_TIMEOUT": "nan"}, "DOWNLOAD_TIMEOUT is 'nan'"),
        (b"CONTACT=\xe3\xd1\xd5\xcf", {}, ".env is not UTF-8"),
    ],
)
def test_what_cannot_be_read_ends_with_one_sentence(
    dotenv: str | bytes, environment: dict[str, str], part: str, load: Load, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        load(dotenv, **environment)
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert part in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ({"ALLOW_PRIVATE_ADDRESSES": "maybe"}, "ALLOW_PRIVATE_ADDRESSES"),
        ({"BACKFILL_HOURS": "soon"}, "BACKFILL_HOURS"),
        ({"ALERT_LANGUAGE": "fr"}, "ar or en"),
        ({"TIMEZONE": "Amman"}, "Asia/Amman"),
        ({"TIMEZONE": "../../etc/passwd"}, "TIMEZONE"),
        ({"STORE_URL": "postgresql://host/marsad"}, "sqlite:///marsad.db"),
        ({"STORE_URL": "sqlite:///"}, "STORE_URL"),
        ({"SMTP_URL": "mail.example.org"}, "SMTP_URL"),
        ({"SMTP_URL": "http://mail.example.org"}, "SMTP_URL"),
        ({"SMTP_URL": "smtp://mail.example.org:twenty"}, "SMTP_URL"),
        ({"SMTP_URL": "smtp://["}, "SMTP_URL"),
        ({"PUBLIC_URL": "marsad.example.org"}, "PUBLIC_URL"),
        ({"PUBLIC_URL": "https://["}, "PUBLIC_URL"),
        ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL"),
    ],
)
def test_check_refuses(options: dict[str, str], part: str, load: Load) -> None:
    module = load()
    with pytest.raises(ConfigurationError) as refusal:
        module.check(as_scrapy(module, **options))
    assert part in str(refusal.value)


def test_a_secret_is_not_repeated(load: Load) -> None:
    module = load()
    with pytest.raises(ConfigurationError) as refusal:
        module.check(as_scrapy(module, SMTP_URL="imap://user:secret@host"))
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("url", ["", "smtp://host:25", "smtp+starttls://user:p%40ss@host:587", "smtps://host:465"])
def test_check_accepts_mail_servers(url: str, load: Load) -> None:
    module = load()
    module.check(as_scrapy(module, SMTP_URL=url))


# --- what is derived -------------------------------------------------------------------------------------------------


def test_relative_paths_start_at_the_project(load: Load, tmp_path: Path) -> None:
    module = load(folder="some/where")
    settings = as_scrapy(module)
    assert module.store_path(settings) == tmp_path / "marsad.db"
    assert module.watches_path(settings) == tmp_path / "watches.toml"
    assert module.watches_path(as_scrapy(module, WATCHES_PATH="/srv/watches.toml")) == Path("/srv/watches.toml")
    assert module.store_path(as_scrapy(module, STORE_URL="sqlite:////srv/m.db")) == Path("/srv/m.db")


def test_dotenv_is_read_from_the_project_wherever_one_stands(load: Load) -> None:
    assert load("BACKFILL_HOURS=24\n", folder="some/where").BACKFILL_HOURS == 24


@pytest.mark.parametrize(
    ("given", "agent"),
    [
        ({}, "contact: not given"),
        ({"CONTACT": "https://example.org/bot"}, "contact: https://example.org/bot"),
        ({"USER_AGENT": "Desk/1 (desk@example.org)"}, "Desk/1 (desk@example.org)"),
    ],
)
def test_user_agent(given: dict[str, str], agent: str, load: Load) -> None:
    dotenv = "".join(f"{name}={value}\n" for name, value in given.items())
    for module, options in ((load(**given), {}), (load(dotenv), {}), (load(), given)):
        settings = as_scrapy(module, **options)
        module.check(settings)
        assert agent in settings["USER_AGENT"]
    assert settings["USER_AGENT"].startswith(("Marsad/", "Desk/"))


def test_the_zone_is_the_one_given_or_the_machine_s(load: Load) -> None:
    module = load()
    assert module.local_zone(as_scrapy(module, TIMEZONE="Asia/Amman")).key == "Asia/Amman"
    assert module.local_zone(as_scrapy(module)).key == get_localzone_name()


def test_the_browser_is_the_one_given_or_found(load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = load()
    monkeypatch.setenv("PATH", str(tmp_path))
    found: Any = module.browser_path(as_scrapy(module))
    assert found == ""
    program = tmp_path / "chromium-browser"
    program.touch(mode=0o755)
    assert module.browser_path(as_scrapy(module)) == str(program)
    assert module.browser_path(as_scrapy(module, BROWSER_PATH="/opt/chrome")) == "/opt/chrome"
