"""What is shown in the morning: one page, one message, one file of numbers."""
