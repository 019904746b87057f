"""PDF: render what a reader sees, paint over what goes, rebuild from pixels with a text layer of proven words only."""
