"""The formats are the public ones: other implementations, and the standards' own examples, agree."""

import hashlib
import hmac

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws as jose
from joserfc.jwk import OKPKey

from client.keys import bech32, log, vault
from client.keys.devices import SoftOpener
from client.keys.encoding import b64u, unb64u, unpad
from client.keys.hpke_box import seal_box
from client.keys.words import to_words
from tests.keys.world import World
from tests.vectors.test_python import BOXES


def extract(salt: bytes, secret: bytes) -> bytes:
    return hmac.digest(salt, secret, "sha256")


def expand(key: bytes, label: bytes, length: int) -> bytes:
    out, block, count = b"", b"", 1
    while len(out) < length:
        block = hmac.digest(key, block + label + bytes([count]), "sha256")
        out, count = out + block, count + 1
    return out[:length]


def open_by_the_book(secret: bytes, info: bytes, sealed: bytes) -> bytes:
    """RFC 9180 base mode for our suite, written out from the standard and sharing nothing with the libraries but X25519 and AES-GCM."""
    key = X25519PrivateKey.from_private_bytes(secret)
    enc, ciphertext = sealed[:32], sealed[32:]
    public = key.public_key().public_bytes_raw()
    kem, suite = b"KEM" + (0x20).to_bytes(2, "big"), b"HPKE" + bytes.fromhex("002000010002")
    shared = extract(b"", b"HPKE-v1" + kem + b"eae_prk" + key.exchange(X25519PublicKey.from_public_bytes(enc)))
    shared = expand(shared, (32).to_bytes(2, "big") + b"HPKE-v1" + kem + b"shared_secret" + enc + public, 32)
    context = b"\0" + extract(b"", b"HPKE-v1" + suite + b"psk_id_hash")
    context += extract(b"", b"HPKE-v1" + suite + b"info_hash" + info)
    root = extract(shared, b"HPKE-v1" + suite + b"secret")
    aes = expand(root, (32).to_bytes(2, "big") + b"HPKE-v1" + suite + b"key" + context, 32)
    nonce = expand(root, (12).to_bytes(2, "big") + b"HPKE-v1" + suite + b"base_nonce" + context, 12)
    return AESGCM(aes).decrypt(nonce, ciphertext, b"")


@settings(max_examples=20, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80), st.binary(max_size=200))
def test_boxes_are_hpke(secret: bytes, label: bytes, plain: bytes) -> None:
    opener = SoftOpener(secret)
    assert open_by_the_book(secret, label, unb64u(seal_box(opener.public, label, plain))) == plain


def test_kept_boxes_are_hpke() -> None:
    row = BOXES["box"]
    opened = open_by_the_book(unb64u(BOXES["gate"]), b'["incamera/1","x","1"]', unb64u(row["sealed"]))
    assert unpad(opened, row["step"]) == unb64u(row["plain"])


def test_signed_objects_are_jws_for_others() -> None:
    charter = World().charter
    key = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": charter.by})
    read = jose.deserialize_compact(charter.compact, key, algorithms=["Ed25519"])
    assert read.protected == {"alg": "Ed25519", "typ": "incamera-charter+jws"}
    assert read.payload == unb64u(charter.compact.split(".")[1])


def test_words_are_proquints() -> None:
    # The examples of the proquint proposal: 127.0.0.1 and 63.84.220.193.
    assert to_words(bytes([127, 0, 0, 1]))[:2] == ["lusab", "babad"]
    assert to_words(bytes([63, 84, 220, 193]))[:2] == ["gutih", "tugad"]


def test_age_keys_are_what_age_reads() -> None:
    opener = SoftOpener.fresh()
    assert vault.recipient_of(vault.age_identity(opener.secret)) == vault.age_recipient(opener.public)
    assert vault.age_secret(vault.age_identity(opener.secret)) == opener.secret


@given(st.binary(min_size=32, max_size=32))
def test_bech32_reads_what_it_writes(data: bytes) -> None:
    assert bech32.decode("age", bech32.encode("age", data)) == data


# The reference tree of Certificate Transparency (RFC 6962).
LEAVES = [
    bytes.fromhex(x)
    for x in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]


def test_the_tree_is_that_of_certificate_transparency() -> None:
    leaves = [hashlib.sha256(b"\0" + leaf).digest() for leaf in LEAVES]
    assert log.tree_root(leaves).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    assert log.tree_root([]).hex() == hashlib.sha256(b"").hexdigest()
    assert [step.hex()[:8] for step in log.inclusion_path(0, leaves)] == ["96a296d2", "5f083f0a", "6b47aaf2"]


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 70), st.data())
def test_every_entry_and_every_prefix_can_be_shown(size: int, data: st.DataObject) -> None:
    leaves = [hashlib.sha256(str(n).encode()).digest() for n in range(size)]
    root = log.tree_root(leaves)
    index = data.draw(st.integers(0, size - 1))
    path = log.inclusion_path(index, leaves)
    assert log.included(index, size, leaves[index], path, root)
    assert not log.included(index, size, hashlib.sha256(b"x").digest(), path, root)
    if size > 1:
        assert not log.included((index + 1) % size, size, leaves[index], path, root)
    old = data.draw(st.integers(1, size))
    shown = log.consistency_path(old, leaves)
    assert log.consistent(old, size, log.tree_root(leaves[:old]), root, shown)
    other = [hashlib.sha256(b"forged").digest(), *leaves[1:old]]
    assert not log.consistent(old, size, log.tree_root(other), root, shown)
    assert b64u(root)
