"""Our forwarding engine: ICE-lite on one UDP and one TCP port, DTLS and SRTP by aiortc's toolbox, a synchronous forward path."""
