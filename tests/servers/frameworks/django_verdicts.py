"""What Django says of each case: django_verdicts.py FOLDER SOCKET PORT DATABASE

Every folder in FOLDER is a project of one case: the folders in it are its applications, besides those of Django that its
file "installed" names, and the schema of its name has its table. Prints a line a case: its name, a tab and

    ok       migrate --check is content
    pending  it ends with 1, since there is something to apply
    error    it ends with an error, whose words follow
"""
import os
import sys

from django.conf import settings
from django.core.management import call_command
# Here, so that no case has to.
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
        # --plan, because 3.2 goes on after a --check that is content, and writes.
        with open(os.devnull, "w") as nowhere:
            call_command("migrate", check_unapplied=True, plan=True, skip_checks=True, stdout=nowhere)
    except SystemExit as end:
        return "ok" if not end.code else "pending"
    except Exception as error:
        return "error " + " ".join(f"{type(error).__name__}: {error}".split())
    return "ok"


def main(folder, *database):
    for name in sorted(os.listdir(folder)):
        # Settings are settled once in a process: each case has one of its own, which begins with all of Django read.
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
