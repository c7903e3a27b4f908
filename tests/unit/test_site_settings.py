"""Production does not start with weak settings, and says which they are."""

import os
import subprocess
import sys

import pytest

from fastlege.config.hardening import check_environment, weak_settings
from fastlege.kernel.errors import DataError

STRONG = {
    "FASTLEGE_SECRET_KEY": "kT7-vX2_pQ9.zL4:wB8;nC3,mD6+hF1=jG5*yR0?uE8!sA2#iO7",
    "FASTLEGE_ALLOWED_HOSTS": "fastlege.example",
    "FASTLEGE_DATABASE_URL": "postgresql://site@db.example/fastlege",
    "FASTLEGE_SMTP_URL": "smtps://site:hemmelig@mail.example",
    "FASTLEGE_MAIL_FROM": "no-reply@fastlege.example",
    "FASTLEGE_SITE_URL": "https://fastlege.example",
}


def test_strong_settings_are_accepted():
    assert weak_settings(STRONG) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FASTLEGE_SECRET_KEY", None),
        ("FASTLEGE_SECRET_KEY", "x9-secret"),
        ("FASTLEGE_SECRET_KEY", "ab" * 40),
        ("FASTLEGE_ALLOWED_HOSTS", None),
        ("FASTLEGE_ALLOWED_HOSTS", "fastlege.example,*"),
        ("FASTLEGE_DATABASE_URL", None),
        ("FASTLEGE_SMTP_URL", None),
        ("FASTLEGE_SMTP_URL", "smtp://user:hemmelig@mail.example"),
        ("FASTLEGE_SMTP_URL", "https://mail.example"),
        ("FASTLEGE_SMTP_URL", "smtps://mail.example:99999"),
        ("FASTLEGE_MAIL_FROM", None),
        ("FASTLEGE_MAIL_FROM", "fastlege"),
        ("FASTLEGE_SITE_URL", None),
        ("FASTLEGE_SITE_URL", "fastlege.example/nb"),
    ],
)
def test_each_weak_setting_is_named_and_no_value_is_repeated(name, value):
    environ = {key: text for key, text in STRONG.items() if key != name} | ({name: value} if value else {})
    (message,) = weak_settings(environ)
    assert message.startswith(name)
    assert value is None or value not in message


def test_a_misspelt_environment_is_refused():
    with pytest.raises(DataError, match="expected development or production"):
        check_environment("prod")


def test_settings_do_not_load_in_production_with_the_development_key():
    environ = {name: text for name, text in os.environ.items() if name not in STRONG} | {"FASTLEGE_ENV": "production"}
    found = subprocess.run(
        [sys.executable, "-c", "import fastlege.config.settings"],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 1
    for name in STRONG:
        assert name in found.stderr
