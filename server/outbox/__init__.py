"""What the database has ready to be sent to others, and who sends it."""

from server.outbox.courier import Courier, Outcome, Sender
from server.outbox.mailer import Mailer
from server.outbox.poster import Poster

__all__ = ["Courier", "Mailer", "Outcome", "Poster", "Sender"]
