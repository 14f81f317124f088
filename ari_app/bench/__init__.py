"""`meldlijn bench`: figures measured side by side in one run. A benchmark is no test: it prints, it does not judge."""
