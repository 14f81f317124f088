#!/bin/bash
# Makes the speech model again, in a virtual environment of its own in the user's cache: torch and pynini are large and
# nothing else in this project needs them. Options: run.sh --help
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
environment="${XDG_CACHE_HOME:-$HOME/.cache}/meldlijn/speech-recipe"

if ! cmp -s "$here/requirements.txt" "$environment/installed.txt"; then
  echo "Python packages of the recipe, in $environment (about 2 GB)" >&2
  python3 -m venv --clear "$environment"
  "$environment/bin/python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt" >&2
  cp "$here/requirements.txt" "$environment/installed.txt"
fi
PYTHONPATH="$here/../../.." exec "$environment/bin/python" -m tests.speech_model.recipe "$@"
