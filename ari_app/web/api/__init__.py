"""The API for programs, `/api/v1`: what pages and desk commands can do, as JSON, for who has a token."""
