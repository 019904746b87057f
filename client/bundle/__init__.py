"""The package for the court: one canonical ZIP that says what was released, to whom, and by whose yes, and can be checked offline.

canonical_zip  write_zip(files) read_zip(untrusted) · ZipRefused names the file and the part that is not as it must be
sshsig         make_sshsig check_sshsig: signatures that `ssh-keygen -Y verify` checks
package        Parts · build_package(signer, parts) · draft_content(files) read_draft(content)
verify         verify_package(untrusted, root) -> Report
cli            the verb `incamera verify`
"""
