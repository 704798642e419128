"""Mail bytes to what they say: text, attachments, zones, language, signs of automatic mail."""
