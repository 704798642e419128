"""The commands of `triage`, one file a group; heavy imports stand inside the commands."""
