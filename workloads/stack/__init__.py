"""What stands below every application: processor, memory, network, database, files."""
