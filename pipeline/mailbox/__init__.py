"""Where mail comes from: an IMAP folder, or a folder or mbox of files."""
