"""Wire formats of real-time media, shared by the forwarding server and the headless client. Parsers never raise on noise but ValueError."""
