// The text of VERIFY.txt, the same in every package. Twin of client/bundle/verify_text.py.
export const VERIFY_TXT = `HOW TO CHECK THIS PACKAGE

This folder holds an excerpt from a mediation, and the proof of who agreed to its release.
The short way, offline, with the program that made it:

    incamera verify PACKAGE.zip --root FINGERPRINT

FINGERPRINT is the mediator's. Ask the mediator for it by another way than the one this package came by.
Without it the check can only say that everything fits together, not who stands behind it.

The long way, with common tools, in the unpacked folder (Linux, macOS, or Git Bash on Windows):

1. The files are the ones that were packed:

    sha256sum -c SHA256SUMS

2. The mediator's device signed that list:

    ssh-keygen -Y verify -f allowed_signers -I mediator -n incamera-package -s SHA256SUMS.sig < SHA256SUMS

3. Each person whose yes was needed signed the release (OpenSSL 3):

    for f in consents/*.jws; do
      seat=\${f##*/*lock-}; seat=\${seat##*/release-}; seat=\${seat%.jws}
      printf %s "$(cut -d. -f1,2 "$f")" > signed.tmp
      printf '%s==' "$(cut -d. -f3 "$f" | tr '_-' '/+')" | base64 -d > signature.tmp
      openssl pkeyutl -verify -pubin -inkey "keys/holder-$seat.pem" -rawin -in signed.tmp -sigfile signature.tmp
    done; rm -f signed.tmp signature.tmp

4. What each of them said (the part between the dots is base64url of JSON):

    for f in consents/*.jws; do cut -d. -f2 "$f" | tr '_-' '/+' | sed 's/$/==/' | base64 -d 2>/dev/null; echo; done

What the files are:

    excerpt.pdf, items/*.txt    the redacted excerpt itself
    request.jws, private.json   what was asked for; for whom and why
    consents/                   each person's two answers: let the reviewer look; release exactly these bytes
    holders/, sheets/, cards/   whose key signed: person, device, place, by the mediator's signature
    charter.jws, certs/         the frame of the mediation; the mediator's devices, signed by the mediator's root key
    items/*.jws, draft.jws      what was kept locked, and the redacted draft, as sealed things (not their content)
    sitting.jws                 which redaction program opened them
    verdict.jws                 the program's own word: by which profile, and that other programs found nothing left
    authority/, offices/        the paper that a release rests on where not everyone agreed, who checked it; the custodian's device
    log/                        proofs that these events are in the mediation's log
    keys/                       the public keys, for OpenSSL
`;
