"""通知: what an office tells many, written once; who has read it, without being asked."""
