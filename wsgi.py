"""The WSGI application: `gunicorn wsgi:app`."""

from cocrea import create_app

app = create_app()
