"""`python -m ari_app` is `meldlijn`."""

from ari_app.cli import main

if __name__ == "__main__":
    main()
