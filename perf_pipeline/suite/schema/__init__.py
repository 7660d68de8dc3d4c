"""What an author may write, as pydantic models; the JSON Schema for editors comes from them."""
