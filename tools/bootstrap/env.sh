# Sourced by ./run, ./check and ./incamera: makes .venv from the hash-pinned lock, with nothing but a python3.
#   prepare LOCK     LOCK is requirements.lock or requirements-dev.lock
# A bare Debian has neither pip nor ensurepip: the pip wheel beside this file (its SHA-256 is checked) fetches
# a hash-pinned uv, and uv does the rest. A second start compares one stamp and goes on.
PIP_WHEEL=tools/bootstrap/pip-26.3-py3-none-any.whl
PIP_SHA256=f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13

say() { printf '%s\n' "$*" >&2; }

# Newest supported interpreter wins, since the better language model asks for 3.12; pyenv's folders count too.
find_python() {
  for version in 3.13 3.12 3.11; do
    for candidate in "$(command -v "python$version" 2>/dev/null)" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$version".*/bin/python3 /usr/local/bin/python"$version"; do
      [ -n "$candidate" ] && [ -x "$candidate" ] || continue
      # A pyenv shim stands for versions that may not be selected: believe only what answers.
      answer=$("$candidate" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
      [ "$answer" = "$version" ] && { printf '%s\n' "$candidate"; return 0; }
    done
  done
  answer=$(python3 -c 'import sys; print(int((3, 11) <= sys.version_info[:2] <= (3, 13)))' 2>/dev/null)
  [ "$answer" = 1 ] && { command -v python3; return 0; }
  return 1
}

prepare() {
  lock=$1
  if [ -n "${INCAMERA_PYTHON:-}" ]; then python=$INCAMERA_PYTHON; else
    python=$(find_python) || { say "In Camera needs Python 3.11, 3.12 or 3.13. On Debian: apt-get install python3"; return 1; }
  fi
  stamp=$(cat "$lock" pyproject.toml tools/bootstrap/uv.txt | "$python" -c 'import hashlib,sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())')
  stamp="$stamp $("$python" -c 'import sys; print(sys.version.split()[0])') $PWD"
  if [ -x .venv/bin/incamera ] && [ "$(cat ".venv/stamp-$(basename "$lock")" 2>/dev/null)" = "$stamp" ]; then return 0; fi
  uv=.tools/uv/bin/uv
  if [ ! -x "$uv" ] || ! cmp -s tools/bootstrap/uv.txt .tools/uv.txt; then
    have=$("$python" -c 'import hashlib,sys; print(hashlib.sha256(open(sys.argv[1],"rb").read()).hexdigest())' "$PIP_WHEEL")
    [ "$have" = "$PIP_SHA256" ] || { say "$PIP_WHEEL is not the file that was checked in. Stopping."; return 1; }
    say "Fetching uv (once) ..."
    rm -rf .tools/uv && mkdir -p .tools
    "$python" "$PIP_WHEEL/pip" install --quiet --disable-pip-version-check --root-user-action ignore --no-deps --require-hashes --only-binary :all: \
      --target .tools/uv -r tools/bootstrap/uv.txt || { say "uv could not be fetched. Is the package index reachable from here?"; return 1; }
    cp tools/bootstrap/uv.txt .tools/uv.txt
  fi
  say "Preparing the Python environment (once; a few minutes on a slow line) ..."
  if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c 'import sys; sys.exit(sys.version.split()[0] != sys.argv[1])' "$("$python" -c 'import sys; print(sys.version.split()[0])')" 2>/dev/null; then
    rm -rf .venv; "$uv" venv --quiet --no-project --python "$python" .venv || return 1
  fi
  rm -f .venv/stamp-*
  VIRTUAL_ENV=$PWD/.venv "$uv" pip sync --quiet --require-hashes "$lock" || return 1
  VIRTUAL_ENV=$PWD/.venv "$uv" pip install --quiet --no-deps --no-build-isolation --editable . || return 1
  printf '%s\n' "$stamp" > ".venv/stamp-$(basename "$lock")"
  # What the tests need contains what the product needs: a later ./run must not tear it down again.
  [ "$lock" = requirements-dev.lock ] && {
    other=$(cat requirements.lock pyproject.toml tools/bootstrap/uv.txt | "$python" -c 'import hashlib,sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())')
    printf '%s\n' "$other ${stamp#* }" > .venv/stamp-requirements.lock; }
  return 0
}
