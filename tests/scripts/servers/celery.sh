# Celery workers, of Debian's Celery. Their brokers are databases of the Redis servers, and RabbitMQ:
#   lab1@hale, lab2@hale   of the open server's database 5: the first forks for its tasks and consumes celery, the second runs
#                          them itself and consumes mail
#   victim@hale            the only one at database 7, for a test to stop and to kill
#   odd@hale               of the server that requires a password, with every configurable name changed and replies as
#                          pickles
#   rabbit1@hale, rabbit2@hale   of RabbitMQ; neither forks; both consume celery, the second one also mail
celery_python=/usr/bin/python3

need_celery() {
  need "$celery_python"
  "$celery_python" -E -c 'import importlib.util as u, sys; sys.exit(not (u.find_spec("celery") and u.find_spec("redis")))' ||
    { echo "tests/scripts/servers/with: python3-celery or python3-redis is missing; sh tests/scripts/setup test installs them" >&2; exit 1; }
}

# start_worker NAME BROKER SETTINGS OPTION...
start_worker() {
  worker=$1
  settings="{\"broker_url\": \"$2\"$3}"
  shift 3
  start "celery-$worker" env C_FORCE_ROOT=1 TMPDIR="$folder" HALE_TEST_CELERY_SETTINGS="$settings" "$celery_python" -E -B -W ignore -m celery --workdir "$here" \
    -A celery_app worker -n "$worker@hale" --without-gossip --without-mingle --without-heartbeat -l info "$@"
  celery_workers="${celery_workers:-} $worker"
  celery_ids="${celery_ids:-} $!"
}

start_celery() {
  # A worker that cannot connect to its broker retries only after two seconds.
  await_answer "$redis_port" ping PONG
  await_answer "$redis_auth_port" ping NOAUTH
  open="redis://127.0.0.1:$redis_port"
  start_worker lab1 "$open/5" '' -c 1
  start_worker lab2 "$open/5" '' -P solo -Q mail
  start_worker victim "$open/7" '' -P solo -Q jobs
  celery_victim=$!
  start_worker odd "redis://:s3cret-redis@127.0.0.1:$redis_auth_port/2" ', "control_exchange": "ctl",
    "task_serializer": "pickle", "accept_content": ["pickle", "json"],
    "broker_transport_options": {"global_keyprefix": "pfx:", "fanout_prefix": "/odd."}' -P solo -Q celery,odd
  start_worker rabbit1 "amqp://guest:guest@127.0.0.1:$amqp_port//" '' -P solo
  celery_rabbit1=$!
  start_worker rabbit2 "amqp://guest:guest@127.0.0.1:$amqp_port//" '' -P solo -Q celery,mail
  celery_rabbit2=$!
}

# Waits until each worker is ready.
settle_celery() {
  perl -MTime::HiRes=time,sleep -e '
    my $end = time + 60;
    my $folder = shift;
    for my $worker (@ARGV) {
      until (`cat $folder/celery-$worker` =~ /\bready\./) {
        die "$worker is not ready in time\n" if time > $end;
        sleep 0.02;
      }
    }' "$folder/log" $celery_workers 2>"$folder/log/celery-await" || fail "Celery is not ready in time"
}
