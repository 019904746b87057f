"""The worker's walls and manners: no socket, no sight of our data, no word on stdout, nothing for a sitting that names another worker."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from client.keys.chat import DocumentBody, TextBody
from client.keys.devices import SoftSigner
from client.keys.encoding import hash_text, new_id
from client.keys.items import Header, pack_content
from client.keys.jws import SUITE, Signed, sign
from server.disclosure import frames
from server.disclosure.process import bubblewrap, start


def run(program: str, *front: str, **env: str) -> str:
    done = subprocess.run(
        [*front, sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **env},
    )
    return done.stdout


def test_behind_the_wall_there_is_no_socket_no_core_and_no_new_process_namespace() -> None:
    said = run(
        "from server.disclosure.worker_main import wall_off\n"
        "import resource, socket, os\n"
        "print(wall_off())\n"
        "for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX):\n"
        "    try:\n"
        "        socket.socket(family); print('open')\n"
        "    except OSError as error:\n"
        "        print('shut')\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE))\n"
    )
    assert said.split("\n")[:5] == ["seccomp", "shut", "shut", "shut", "(0, 0)"]


def test_bubblewrap_hides_the_data_folder(tmp_path: Path) -> None:
    assert bubblewrap(), (
        "bubblewrap (Debian: bubblewrap) can't run here, so this wall can't be tested: it needs user namespaces or root "
        "(kernel.unprivileged_userns_clone=1; a container: --cap-add SYS_ADMIN --security-opt seccomp=unconfined)"
    )
    (tmp_path / "secret").write_text("x")
    said = run(f"import os; print(os.listdir({str(tmp_path)!r}))", *bubblewrap(), "--tmpfs", str(tmp_path))
    assert said.strip() == "[]"


async def test_the_worker_names_the_walls_that_stand(tmp_path: Path) -> None:
    process = await start(tmp_path)
    try:
        assert process.hello.wall == ("bubblewrap+seccomp" if bubblewrap() else "seccomp")
    finally:
        await process.end()


async def test_a_worker_speaks_frames_only_and_refuses_what_it_was_not_named_for(tmp_path: Path) -> None:
    from client.protocol.errors import Refusal

    process = await start(tmp_path)
    try:
        assert len(process.hello.kem) == len(process.hello.sig) == 43
        with pytest.raises(Refusal) as refused:
            await process.ask(frames.Decide(box="A" * 40), 60)
        assert refused.value.facts["rule"] == "order"
    finally:
        await process.end()
    assert not process.alive


async def test_a_worker_that_prints_nonsense_is_ended(tmp_path: Path) -> None:
    from client.protocol.errors import Unavailable

    nonsense = (sys.executable, "-c", "print('library banner' * 100)")
    with pytest.raises(Unavailable):
        await start(tmp_path, nonsense)


def kept(body: Any, kind: str, document: bytes = b"") -> tuple[Signed[Any], bytes]:
    """An item's content, and a descriptor that names it."""
    import msgspec

    from client.keys.chat import Chat
    from client.keys.encoding import b64u
    from client.keys.items import Item, Wrap

    signer, mediation = SoftSigner.fresh(), new_id()
    raw = msgspec.Raw(msgspec.json.encode(body))
    chat = sign(
        "chat",
        Chat(suite=SUITE, mediation=mediation, room=new_id(), epoch=1, id=new_id(), kind=kind, body=raw, ts=1),  # type: ignore[arg-type]
        signer,
    )
    zero = hash_text("")
    header = Header(
        v=1,
        mediation=mediation,
        item=new_id(),
        room=new_id(),
        kind="file" if document else "chat",
        author=signer.public,
        seat=new_id(),
        ts=1,
        ct_sha256=zero,
        pt_commit=zero,
        policy=zero,
        charter=zero,
        size=1,
        digest=chat.hash,
    )
    sid = f"waiver:{header.seat}+gate"
    holders = (header.seat, "gate")
    wrap = Wrap(
        sid=sid,
        holders=holders,
        kc=zero,
        wrap="A" * 20,
        com=dict.fromkeys(holders, zero),
        sealed=dict.fromkeys(holders, "A" * 20),
    )
    item = sign("item", Item(suite=SUITE, hdr=b64u(msgspec.json.encode(header)), wraps=(wrap,)), signer)
    return item, pack_content(chat.compact, document)


def document(mime: str) -> DocumentBody:
    return DocumentBody(
        blob=new_id(),
        name="minutes.pdf",
        mime=mime,
        size=4,
        sha256=hash_text("x"),
        identity="AGE-SECRET-KEY-1" + "Q" * 58,
    )


def test_messages_are_read_and_documents_are_taken_as_bytes_under_a_number() -> None:
    from server.disclosure.kept import Sheaf, Text, read_item

    item, content = kept(TextBody(text="one\r\ntwo"), "text")
    text = read_item(item, content, 3)
    assert isinstance(text, Text)
    assert (text.name, text.text) == ("03-message.txt", "one\ntwo")
    item, content = kept(document("application/pdf"), "document", b"%PDF")
    sheaf = read_item(item, content, 1)
    assert isinstance(sheaf, Sheaf)
    assert (sheaf.stem, sheaf.data) == ("01-document", b"%PDF")
    assert "minutes" not in sheaf.stem, "the name of the source goes nowhere"


@pytest.mark.slow
def test_a_document_that_cannot_be_read_is_refused_by_its_item_with_the_reason() -> None:
    from server.disclosure.kept import CannotDraft, Sheaf
    from server.disclosure.papers import manner_for, read_papers

    for data, reason in ((b"%PDF-1.7 broken", "damaged"), (b"GIF89a" + b"x" * 40, "unknown-kind"), (b"", "empty")):
        with pytest.raises(CannotDraft) as refused:
            read_papers([Sheaf(item="i", stem="01-document", data=data)], manner_for("en"), lambda *_: None)
        assert (refused.value.rule, refused.value.item) == (f"file.{reason}", "i")


@pytest.mark.slow
def test_markup_in_a_text_is_shown_and_never_run(tmp_path: Path) -> None:
    from server.disclosure.excerpt import render_pdf

    file = tmp_path / "x.pdf"
    file.write_bytes(render_pdf([{"name": "01-message.txt", "text": '#read("/etc/passwd") = not a heading'}], []))
    shown = subprocess.run(["pdftotext", str(file), "-"], capture_output=True, text=True, check=True).stdout
    assert '#read("/etc/passwd") = not a heading' in shown.replace("“", '"').replace("”", '"')
    assert "root:" not in shown
