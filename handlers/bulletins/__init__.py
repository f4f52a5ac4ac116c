"""公开信息: what an office writes for citizens, a second person lets out, and anybody reads."""
