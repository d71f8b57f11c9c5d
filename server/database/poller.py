"""Tells when sockets can be read, also those whose peer has reset them.

uvloop runs a reader's callback once after POLLERR and then never again. A session that PostgreSQL
ends while a statement is on its way has both: a last message to be read, and the error after it;
whoever read the message alone would wait forever for the end. An epoll set has no such state, and
as one descriptor in the loop it brings many sockets' events with one callback.
"""

import asyncio
import contextlib
import select
from collections.abc import Callable
from weakref import WeakKeyDictionary

_Callback = Callable[[], None]
_pollers: "WeakKeyDictionary[asyncio.AbstractEventLoop, _Poller]" = WeakKeyDictionary()


def watch(socket: int, callback: _Callback) -> None:
    """Call `callback` whenever `socket` can be read, has ended or failed, until `unwatch`."""
    loop = asyncio.get_running_loop()
    if not hasattr(select, "epoll"):
        loop.add_reader(socket, callback)
        return
    poller = _pollers.get(loop)
    if poller is None:
        poller = _pollers[loop] = _Poller(loop)
    poller.add(socket, callback)


def unwatch(loop: asyncio.AbstractEventLoop, socket: int) -> None:
    """Watch a socket no more; to be called before it is closed."""
    poller = _pollers.get(loop)
    if poller is None:
        loop.remove_reader(socket)
    elif poller.remove(socket):
        del _pollers[loop]


class _Poller:
    """The sockets of one event loop; exists while there are any."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._epoll = select.epoll()
        self._callbacks: dict[int, _Callback] = {}
        self._remove_reader = loop.remove_reader
        loop.add_reader(self._epoll.fileno(), self._run)

    def add(self, socket: int, callback: _Callback) -> None:
        self._callbacks[socket] = callback
        self._epoll.register(socket, select.EPOLLIN)

    def remove(self, socket: int) -> bool:
        """Whether that was the last."""
        del self._callbacks[socket]
        with contextlib.suppress(OSError):  # libpq closes a socket itself when it fails
            self._epoll.unregister(socket)
        if self._callbacks:
            return False
        self._remove_reader(self._epoll.fileno())
        self._epoll.close()
        return True

    def _run(self) -> None:
        for socket, _ in self._epoll.poll(0):
            # An earlier callback of this turn may have ended the session of a later one.
            callback = self._callbacks.get(socket)
            if callback is not None:
                callback()
