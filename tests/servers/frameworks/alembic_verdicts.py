"""The verdict of Alembic on each case: alembic_verdicts.py FOLDER SOCKET PORT DATABASE

Each folder in FOLDER is the script location of a case, with the revisions in "versions*". The schema of the same name
has its table. Prints a line for each case: its name, a tab and

    ok       alembic upgrade heads has nothing to do
    pending  it runs something (which is rolled back)
    unknown  it does not know a revision that the table has
    error    it fails with another error, which follows
"""
import os
import sys
import warnings

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

ENVIRONMENT = """
from alembic import context

attributes = context.config.attributes
context.configure(
    connection=attributes["connection"],
    on_version_apply=lambda step, **rest: attributes["steps"].append(step.up_revision_id),
)
with context.begin_transaction():
    context.run_migrations()
"""


def verdict(engine, location):
    versions = sorted(name for name in os.listdir(location) if name.startswith("versions"))
    with open(os.path.join(location, "env.py"), "w") as environment:
        environment.write(ENVIRONMENT)
    config = Config()
    config.set_main_option("script_location", location)
    config.set_main_option("version_path_separator", "os")
    config.set_main_option("version_locations", os.pathsep.join(os.path.join(location, name) for name in versions))
    with engine.connect() as connection:
        transaction = connection.begin()
        connection.execute(text(f"SET search_path = {os.path.basename(location)}"))
        config.attributes["connection"] = connection
        config.attributes["steps"] = []
        try:
            command.upgrade(config, "heads")
        except Exception as error:
            words = " ".join(str(error).split())
            return "unknown" if words.startswith("Can't locate revision") else f"error {type(error).__name__}: {words}"
        finally:
            transaction.rollback()
    return "pending" if config.attributes["steps"] else "ok"


def main(folder, socket, port, database):
    warnings.simplefilter("ignore")
    engine = create_engine("postgresql+psycopg2://", connect_args={
        "host": socket, "port": port, "user": "postgres", "dbname": database})
    for name in sorted(os.listdir(folder)):
        print(name, verdict(engine, os.path.join(folder, name)), sep="\t")


if __name__ == "__main__":
    main(*sys.argv[1:])
