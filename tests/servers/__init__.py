"""Private real servers for the tests: started on free ports, gone when the session ends."""
