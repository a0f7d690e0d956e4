"""The application of the Celery workers that tests/servers/with starts. HALE_TEST_CELERY_SETTINGS holds its settings as JSON."""
import json
import os
import time

from celery import Celery

app = Celery("app", set_as_current=True)
app.conf.update(json.loads(os.environ["HALE_TEST_CELERY_SETTINGS"]))


@app.task(name="nap")
def nap(bed):
    """Makes the file `bed`, and sleeps until it is gone."""
    with open(bed, "w", encoding="ascii"):
        pass
    for _ in range(2000):
        if not os.path.exists(bed):
            return
        time.sleep(0.01)
