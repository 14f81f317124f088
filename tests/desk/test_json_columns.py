"""What rows hold as JSON comes back as it was written."""

import json

import pytest

from ari_app.store.json_columns import read_json


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {"words": [{"text": "één", "start": 0.1, "end": 1.23, "confidence": 1}]},
        {"large": 2**70, "small": 1e-300, "pi": 3.141592653589793},
        "half a character: \ud800",
    ],
)
def test_what_was_written_is_read_again(value):
    assert read_json(json.dumps(value)) == value
    assert read_json(json.dumps(value).encode()) == value


def test_what_is_no_json_is_an_error():
    with pytest.raises(ValueError, match="Expecting"):
        read_json('{"words": [')
