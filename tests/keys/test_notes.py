"""A note tells the server nothing by its size: a call for help, a greeting and a long message are one length."""

from client.keys.devices import SoftOpener, SoftSigner
from client.keys.encoding import new_id
from client.keys.jws import SUITE
from client.keys.notes import Note, open_note, seal_note


def test_every_word_to_the_mediator_has_one_size() -> None:
    signer, page, mediation, one, other = SoftSigner.fresh(), SoftOpener.fresh(), new_id(), new_id(), new_id()
    texts = ("", "I don't feel safe.", "I need a break.", "Please phone me.", "x" * 1000, "ñ" * 900)
    boxes = []
    for kind in ("message", "told", "promise"):
        for text in texts:
            note = Note(
                suite=SUITE,
                mediation=mediation,
                sender=one,
                to=other,
                id=new_id(),
                kind=kind,
                body={"text": text},
                ts=1,
            )
            boxes.append(seal_note(signer, page.public, note))
            assert open_note(page, mediation, one, other, signer.public, boxes[-1]).body.body == {"text": text}
    assert len({len(box) for box in boxes}) == 1
