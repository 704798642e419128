"""Server and ledger compared: every mail of either is explained or alarmed."""
