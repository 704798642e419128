"""What attached files say: opened in a child process, searched, linked to the claims."""
