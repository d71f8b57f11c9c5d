"""An HTTP server that generates its API from the functions of a PostgreSQL database."""
