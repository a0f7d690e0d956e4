# A server with TCP, TLS and a unix socket, and its standby. Roles: app with a password, trusted without, monitor in pg_monitor,
# full with a connection limit of 0.
write_postgres_settings() {
  for file in server.pem server.key; do
    cp "$folder/tls/$file" "$folder/pg/data/$file"
    chmod 600 "$folder/pg/data/$file"
  done
  cat >>"$folder/pg/data/postgresql.conf" <<END
listen_addresses = '127.0.0.1'
port = $pg_port
unix_socket_directories = '$folder/pg'
max_connections = 20
ssl = on
ssl_cert_file = 'server.pem'
ssl_key_file = 'server.key'
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
logging_collector = off
log_destination = 'stderr'
END
  cat >"$folder/pg/data/pg_hba.conf" <<END
local all postgres,trusted trust
local replication postgres trust
local all all scram-sha-256
host all trusted,monitor 127.0.0.1/32 trust
host all all 127.0.0.1/32 scram-sha-256
END
  if [ -n "$as_pg_user" ]; then chown "$pg_user" "$folder/pg/data"/server.*; fi
}

# Before its first start, a data directory is as good as a base backup. Its control file has initdb's max_connections of
# 100, and a standby must not have fewer than its primary.
write_standby_settings() {
  cp -a "$folder/pg/data" "$folder/pg/standby"
  cat >>"$folder/pg/standby/postgresql.conf" <<END
port = $pg_standby_port
max_connections = 100
primary_conninfo = 'host=$folder/pg port=$pg_port user=postgres'
wal_retrieve_retry_interval = 50ms
wal_receiver_status_interval = 1s
END
  : >"$folder/pg/standby/standby.signal"
  if [ -n "$as_pg_user" ]; then chown "$pg_user" "$folder/pg/standby/standby.signal"; fi
}

# psql without a password and without settings from the environment.
ask_postgres() {
  env -u PGSERVICE -u PGOPTIONS "$pg_bin/psql" --no-psqlrc --quiet --set=ON_ERROR_STOP=1 \
    --host="$folder/pg" --port="$pg_port" --username=postgres --dbname=postgres
}

# A Django project; its migrations are applied in the database app.
write_shop() {
  mkdir -p "$folder/shop/shop/migrations"
  : >"$folder/shop/shop/migrations/__init__.py"
  cat >"$folder/shop/shop/migrations/0001_initial.py" <<END
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("auth", "0001_initial")]
    operations = []
END
}

fill_postgres() {
  tries=0
  until "$pg_bin/pg_isready" --quiet --host="$folder/pg" --port="$pg_port"; do
    tries=$((tries + 1))
    [ "$tries" -lt 200 ] || fail "PostgreSQL is not ready in time"
    sleep 0.05
  done
  ask_postgres >"$folder/log/psql" 2>&1 <<END || fail "PostgreSQL cannot be filled"
CREATE ROLE app LOGIN PASSWORD 's3cret-app';
CREATE ROLE trusted LOGIN;
CREATE ROLE monitor LOGIN IN ROLE pg_monitor;
CREATE ROLE "full" LOGIN PASSWORD 's3cret-full' CONNECTION LIMIT 0;
CREATE DATABASE app OWNER app;
\\connect app
SET synchronous_commit = on;
CREATE TABLE jobs (id integer);
ALTER TABLE jobs OWNER TO app;
CREATE TABLE django_migrations (id serial PRIMARY KEY, app varchar(255), name varchar(255), applied timestamptz DEFAULT now());
INSERT INTO django_migrations (app, name) VALUES ('auth', '0001_initial'), ('shop', '0001_initial');
ALTER TABLE django_migrations OWNER TO app;
SET statement_timeout = '20s';
DO \$\$ BEGIN
  WHILE NOT EXISTS (SELECT FROM pg_stat_get_wal_senders() WHERE replay_lsn >= pg_current_wal_insert_lsn()) LOOP
    PERFORM pg_sleep(0.01);
  END LOOP;
END \$\$;
END
}
