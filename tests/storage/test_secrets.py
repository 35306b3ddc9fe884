"""The key: where it is found, how it is kept, and that it shows up nowhere."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring import errors
from keyring.backend import KeyringBackend
from keyring.backends import SecretService, fail, null
from keyring.backends.chainer import ChainerBackend

from kling_desktop import log
from kling_desktop.domain.errors import InvalidParams, MissingKey
from kling_desktop.storage.secrets import (
    KeyringUnusable,
    KeyStatus,
    Source,
    allowed,
    find_key,
    forget_key,
    key_in_environment,
    status,
    store_key,
)

KEY = "0a1b2c3d-aaaa-bbbb:0123456789abcdef"
OTHER = "ffffffff-cccc-dddd:fedcba9876543210"


class Drawer(KeyringBackend):
    """A keyring in memory that fails as it is told."""

    priority = 1
    name = "drawer"

    def __init__(self, trouble: Exception | None = None) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.trouble = trouble

    def get_password(self, service: str, username: str) -> str | None:
        self._fail()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._fail()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._fail()
        del self.kept[service, username]

    def _fail(self) -> None:
        if self.trouble:
            raise self.trouble


class Forgetful(Drawer):
    """Says it kept the key, as keyring's null backend does."""

    def set_password(self, service: str, username: str, password: str) -> None:
        pass


@pytest.fixture
def drawer() -> Drawer:
    return Drawer()


def test_with_no_key_anywhere_none_is_found(drawer: Drawer) -> None:
    assert find_key({}, keyring=drawer) is None


def test_a_stored_key_is_found_in_the_keyring(drawer: Drawer) -> None:
    store_key(KEY, keyring=drawer)
    found = find_key({}, keyring=drawer)
    assert found is not None
    assert (found.key.get_secret_value(), found.source) == (KEY, Source.KEYRING)


def test_the_environment_comes_before_the_keyring(drawer: Drawer) -> None:
    store_key(OTHER, keyring=drawer)
    found = find_key({"FAL_KEY": KEY}, keyring=drawer)
    assert found is not None
    assert (found.key.get_secret_value(), found.source) == (KEY, "environment")


def test_with_a_key_in_the_environment_the_keyring_is_not_touched() -> None:
    assert find_key({"FAL_KEY": KEY}, keyring=Drawer(errors.KeyringLocked())) is not None


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, None),
        ({"FAL_KEY": ""}, None),
        ({"FAL_KEY": "  \n"}, None),
        ({"FAL_KEY": f" '{KEY}'\n"}, KEY),
        ({"FAL_KEY": "any-key-of-a-test-server"}, "any-key-of-a-test-server"),
        ({"FAL_KEY_ID": "one", "FAL_KEY_SECRET": "two"}, "one:two"),
        ({"FAL_KEY_ID": "one"}, None),
        ({"FAL_KEY": KEY, "FAL_KEY_ID": "one", "FAL_KEY_SECRET": "two"}, KEY),
    ],
)
def test_the_environment_may_hold_a_key_whole_or_in_halves(
    environ: dict[str, str], expected: str | None
) -> None:
    found = key_in_environment(environ)
    assert (found.get_secret_value() if found else None) == expected


@pytest.mark.parametrize("value", ["schlüssel", "two words", "a\x07b"])
def test_what_no_header_can_carry_is_no_key(value: str) -> None:
    with pytest.raises(InvalidParams, match="FAL_KEY"):
        key_in_environment({"FAL_KEY": value})


@pytest.mark.parametrize(
    "pasted",
    [
        KEY,
        f"  {KEY}\r\n",
        f'"{KEY}"',
        f"'{KEY}'",
        f"FAL_KEY={KEY}",
        f"export FAL_KEY={KEY}",
        f'export FAL_KEY="{KEY}"\n',
        f"FAL_KEY = {KEY}",
        f"{KEY[:20]}\n{KEY[20:]}",
    ],
)
def test_a_pasted_key_is_tidied(drawer: Drawer, pasted: str) -> None:
    store_key(pasted, keyring=drawer)
    assert list(drawer.kept.values()) == [KEY]


@pytest.mark.parametrize(
    "pasted", ["", "secret-without-an-id", ":", "id:", ":secret", "a:b:c", "a b:c", "ä:b"]
)
def test_what_is_not_id_and_secret_is_refused_without_repeating_it(
    drawer: Drawer, pasted: str
) -> None:
    with pytest.raises(InvalidParams) as caught:
        store_key(pasted, keyring=drawer)
    assert caught.value.problems[0].value is None
    assert str(caught.value) == "key must have the form id:secret"
    assert drawer.kept == {}


@given(st.text(max_size=40))
def test_whatever_is_pasted_is_kept_or_refused(pasted: str) -> None:
    drawer = Drawer()
    try:
        store_key(pasted, keyring=drawer)
    except InvalidParams:
        assert drawer.kept == {}
    else:
        assert next(iter(drawer.kept.values())).isascii()


def test_each_profile_has_its_own_key(drawer: Drawer) -> None:
    store_key(KEY, keyring=drawer)
    store_key(OTHER, "work", keyring=drawer)
    found = find_key({}, "work", keyring=drawer)
    assert found is not None
    assert found.key.get_secret_value() == OTHER


def test_a_keyring_that_keeps_nothing_is_found_out() -> None:
    with pytest.raises(KeyringUnusable, match="does not give it back"):
        store_key(KEY, keyring=Forgetful())


def test_a_forgotten_key_is_gone(drawer: Drawer) -> None:
    store_key(KEY, keyring=drawer)
    assert forget_key(keyring=drawer)
    assert find_key({}, keyring=drawer) is None


def test_forgetting_twice_is_no_error(drawer: Drawer) -> None:
    assert not forget_key(keyring=drawer)


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        (errors.KeyringLocked("Failed to unlock the collection!"), "the keyring is locked"),
        (errors.NoKeyringError("..."), "this system has no keyring that can be used"),
        (errors.InitError("Prompt dismissed"), "the keyring could not be opened"),
        (errors.PasswordSetError("1783"), "the keyring did not accept the key"),
        (errors.PasswordDeleteError("no"), "the keyring did not remove the key"),
        (errors.KeyringError("odd"), "the keyring does not answer: KeyringError"),
        (ConnectionResetError(), "the keyring does not answer: ConnectionResetError"),
    ],
)
def test_every_trouble_of_a_keyring_has_a_plain_reason(trouble: Exception, reason: str) -> None:
    drawer = Drawer(trouble)
    for act in (
        lambda: find_key({}, keyring=drawer),
        lambda: store_key(KEY, keyring=drawer),
        lambda: forget_key(keyring=drawer),
    ):
        with pytest.raises(KeyringUnusable) as caught:
            act()
        assert caught.value.detail == reason
    assert status({}, keyring=drawer) == KeyStatus(None, "drawer", reason)


def test_an_error_of_the_system_below_a_keyring_is_one_of_the_keyring() -> None:
    from secretstorage.exceptions import SecretServiceNotAvailableException

    with pytest.raises(KeyringUnusable):
        find_key({}, keyring=Drawer(SecretServiceNotAvailableException("gone")))


def test_to_who_asks_for_a_key_an_unusable_keyring_is_a_missing_key() -> None:
    with pytest.raises(MissingKey):
        find_key({}, keyring=Drawer(errors.KeyringLocked()))


def test_the_status_names_source_and_keyring_and_not_the_key(drawer: Drawer) -> None:
    assert status({}, keyring=drawer) == KeyStatus(None, "drawer")
    store_key(KEY, keyring=drawer)
    assert status({}, keyring=drawer) == KeyStatus(Source.KEYRING, "drawer")
    assert status({"FAL_KEY": OTHER}, keyring=drawer) == KeyStatus(Source.ENVIRONMENT, "drawer")


def test_a_key_shows_in_no_text_and_no_log(drawer: Drawer) -> None:
    store_key(KEY, keyring=drawer)
    found = find_key({}, keyring=drawer)
    assert KEY not in repr(found)
    assert log.redact(f"sent {KEY}") == f"sent {log.HIDDEN}"
    find_key({"FAL_KEY": OTHER})
    assert OTHER.split(":")[1] not in log.redact(f"half of it is {OTHER.split(':')[1]}")


class Chain(ChainerBackend):
    """A chain with the members it is given."""

    backends: tuple[KeyringBackend, ...] = ()


def made(kind: Any) -> KeyringBackend:
    """A back end of keyring's own, whose constructors have no types."""
    backend: KeyringBackend = kind()
    return backend


def chain_of(*members: KeyringBackend) -> KeyringBackend:
    return made(type("ThisChain", (Chain,), {"backends": members}))


def test_of_a_chain_the_first_trusted_keyring_is_used() -> None:
    trusted = made(SecretService.Keyring)
    assert allowed(chain_of(Drawer(), trusted)) is trusted


def test_a_chain_without_a_trusted_keyring_is_not_used() -> None:
    assert allowed(chain_of(Drawer())) is None


def test_keyrings_that_keep_no_secret_are_not_used() -> None:
    assert [allowed(each) for each in (Drawer(), made(null.Keyring), made(fail.Keyring))] == [
        None
    ] * 3


def test_a_trusted_keyring_is_used() -> None:
    backend = made(SecretService.Keyring)
    assert allowed(backend) is backend
