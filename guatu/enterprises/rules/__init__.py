"""What can be worked out on paper about enterprises, without Django: reading the register, and where a zone lies."""
