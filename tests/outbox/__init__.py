"""What is sent to others: mail and requests, to real servers that take, refuse, hang and die."""
