"""The application of the Celery workers that tests/scripts/servers/with starts. HALE_TEST_CELERY_SETTINGS holds its settings as JSON."""
import json
import os
import socket
import time
from urllib.parse import urlsplit

from celery import Celery

settings = json.loads(os.environ["HALE_TEST_CELERY_SETTINGS"])


def await_broker():
    """Waits for the broker: a worker that cannot connect retries only after two seconds, then after four."""
    broker = urlsplit(settings["broker_url"])
    while True:
        try:
            return socket.create_connection((broker.hostname, broker.port)).close()
        except OSError:
            time.sleep(0.05)


await_broker()
app = Celery("app", set_as_current=True)
app.conf.update(settings)


@app.task(name="nap")
def nap(bed):
    """Creates the file `bed`, and sleeps until it is deleted."""
    with open(bed, "w", encoding="ascii"):
        pass
    for _ in range(2000):
        if not os.path.exists(bed):
            return
        time.sleep(0.01)
