"""The verdict of Django on each case: django_verdicts.py FOLDER SOCKET PORT DATABASE

Each folder in FOLDER is the project of a case: its folders are its applications, and its file "installed" names further
ones of Django. The schema of the same name has its table. Prints a line for each case: its name, a tab and

    ok       migrate --check succeeds
    pending  it exits with 1: there are unapplied migrations
    error    it fails with an error, which follows
"""
import os
import sys

from django.conf import settings
from django.core.management import call_command
# Imported once here instead of in each case.
import django.core.management.commands.migrate  # noqa: F401
import django.db.backends.postgresql.base  # noqa: F401


def verdict(project, socket, port, database):
    installed = [name for name in sorted(os.listdir(project)) if os.path.isdir(os.path.join(project, name))]
    extra = os.path.join(project, "installed")
    if os.path.exists(extra):
        with open(extra) as lines:
            installed += lines.read().split()
    schema = os.path.basename(project)
    sys.path.insert(0, project)
    settings.configure(
        INSTALLED_APPS=installed,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": database,
                "USER": "postgres",
                "HOST": socket,
                "PORT": port,
                "OPTIONS": {"options": f"-c search_path={schema}"},
            }
        },
    )
    django.setup()
    try:
        # --plan, because Django 3.2 continues after a successful --check, and writes.
        with open(os.devnull, "w") as nowhere:
            call_command("migrate", check_unapplied=True, plan=True, skip_checks=True, stdout=nowhere)
    except SystemExit as end:
        return "ok" if not end.code else "pending"
    except Exception as error:
        return "error " + " ".join(f"{type(error).__name__}: {error}".split())
    return "ok"


def main(folder, *database):
    for name in sorted(os.listdir(folder)):
        # A process can configure its settings only once, so each case has a forked process, with Django already imported.
        inside, outside = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(outside, verdict(os.path.join(folder, name), *database).encode())
            os._exit(0)
        os.close(outside)
        with os.fdopen(inside) as answer:
            print(name, answer.read(), sep="\t")
        os.waitpid(child, 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
