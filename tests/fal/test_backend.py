from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain.errors import InvalidParams
from kling_desktop.fal.backend import Backend, Origin

LIVE = Backend.live()


def test_a_server_is_laid_out_with_one_prefix_for_each_of_fals_hosts() -> None:
    backend = Backend.at("http://127.0.0.1:8123/", "sandbox")
    assert backend.name == "sandbox"
    assert backend.queue == "http://127.0.0.1:8123/queue"
    assert backend.run == "http://127.0.0.1:8123/run"
    assert backend.rest == "http://127.0.0.1:8123/rest"
    assert backend.cdn == "http://127.0.0.1:8123/cdn"
    assert backend.platform == "http://127.0.0.1:8123/platform"


def test_a_server_without_a_name_is_known_by_its_address() -> None:
    assert Backend.at("https://fal.example/").name == "https://fal.example"


@pytest.mark.parametrize("wrong", ["", "127.0.0.1:8000", "ftp://x", "http://", "http://x?a", "x y"])
def test_a_server_needs_an_http_address(wrong: str) -> None:
    with pytest.raises(InvalidParams, match="http or https"):
        Backend.at(wrong)


@pytest.mark.parametrize(
    "url",
    [
        "https://queue.fal.run/fal-ai/kling-video/requests/1",
        "https://QUEUE.fal.run:443/x",
        "https://fal.run/x",
        "https://rest.fal.ai/storage/upload/initiate",
        "https://api.fal.ai/v1/models",
    ],
)
def test_the_key_goes_to_fals_api(url: str) -> None:
    assert LIVE.takes_key(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://queue.fal.run/x",
        "https://queue.fal.run:8443/x",
        "https://v3.fal.media/files/x",
        "https://evilfal.run/x",
        "https://fal.run.evil.example/x",
        "https://queue.fal.run@evil.example/x",
        "https://queue.fal.run\\@evil.example/x",
        "https://user:word@queue.fal.run/x",
        "https://queue.fal.run:99999/x",
        "https://queue.fal.run%2eevil.example/x",
        " https://queue.fal.run/x",
        "//queue.fal.run/x",
        "javascript:alert(1)",
        "",
    ],
)
def test_the_key_goes_nowhere_else(url: str) -> None:
    assert not LIVE.takes_key(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://fal.media/files/x.mp4",
        "https://v3.fal.media/files/x.mp4",
        "https://v3b.fal.media/files/\u043a\u043e\u0442.mp4?signature=1",
        "https://storage.googleapis.com/bucket/x.mp4",
    ],
)
def test_clips_come_from_fals_media_hosts(url: str) -> None:
    assert LIVE.serves_media(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://v3.fal.media/x.mp4",
        "https://v3.fal.media:8080/x.mp4",
        "https://evilfal.media/x.mp4",
        "https://queue.fal.run/x.mp4",
        "https://v3.fal.media/a\nb.mp4",
        "https://v3.fal.media/" + "x" * 9000,
        "https://" + "x" * 70 + ".fal.media/",
        "https://a..fal.media/",
        "file:///etc/passwd",
    ],
)
def test_clips_come_from_nowhere_else(url: str) -> None:
    assert not LIVE.serves_media(url)


def test_a_custom_server_serves_its_own_media_and_nobody_elses() -> None:
    backend = Backend.at("http://127.0.0.1:8000")
    assert backend.serves_media("http://127.0.0.1:8000/cdn/files/x.mp4")
    assert not backend.serves_media("http://127.0.0.1:8001/cdn/files/x.mp4")
    assert not backend.serves_media("https://v3.fal.media/files/x.mp4")


def test_uploads_go_to_fals_api_and_media_hosts() -> None:
    assert LIVE.takes_uploads("https://v3.fal.media/upload?signature=1")
    assert LIVE.takes_uploads("https://rest.alpha.fal.ai/upload")
    assert not LIVE.takes_uploads("https://evilfal.ai/upload")


@pytest.mark.parametrize(
    ("url", "is_loopback"),
    [
        ("http://127.0.0.1:1", True),
        ("http://[::1]:1", True),
        ("http://localhost", True),
        ("http://10.0.0.1", False),
        ("http://localhost.example", False),
    ],
)
def test_our_own_computer_is_recognised(url: str, is_loopback: bool) -> None:
    assert Backend.at(url).is_loopback is is_loopback


def test_an_origin_reads_as_an_address_without_its_usual_port() -> None:
    assert str(Origin.of("HTTPS://Fal.Run:443/x")) == "https://fal.run"
    assert str(Origin.of("http://127.0.0.1:8000/x")) == "http://127.0.0.1:8000"


@given(st.text(max_size=40))
def test_nothing_in_front_of_or_inside_the_host_makes_a_stranger_look_like_fal(junk: str) -> None:
    for url in (f"https://{junk}.evil.example/", f"https://evil.example{junk}"):
        origin = Origin.of(url)
        assert origin is None or not origin.host.endswith(("fal.run", "fal.ai"))
