"""What `doctor` looks at: one file per part of the machine, each finding on its own."""
