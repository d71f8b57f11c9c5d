"""The HTTP side: requests in, PostgreSQL's JSON out."""
