"""The WSGI application: `gunicorn wsgi:app`."""

from cocrea import create_app
from cocrea.core import memory

app = create_app()
memory.settle()
