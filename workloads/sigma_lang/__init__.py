"""SigmaLANG: compression of JSON-like records with trained dictionaries."""
