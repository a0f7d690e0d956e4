# One server is open, with TLS and a unix socket. One requires a password, and with TLS a client certificate too. The
# others are small: a replica of the first, another whose link a test breaks, a sentinel that watches the first, and two
# clusters of one node, one with all slots and one with none.
common_redis_settings() {
  echo "bind 127.0.0.1
daemonize no
save ''
appendonly no
repl-diskless-sync-delay 0
dir $folder/redis"
}

# Prints the path of the settings file.
open_redis_settings() {
  {
    common_redis_settings
    echo "port $redis_port
unixsocket $folder/redis/socket
unixsocketperm 777
tls-port $redis_tls_port
tls-cert-file $folder/tls/server.pem
tls-key-file $folder/tls/server.key
tls-ca-cert-file $folder/tls/ca.pem
tls-auth-clients no"
  } >"$folder/redis/open.conf"
  echo "$folder/redis/open.conf"
}

# Users: the default one with a password; "app" with another and few commands; "asker" with what a Celery probe needs; "pinger" with PING only; "silenced" without PING.
locked_redis_settings() {
  {
    common_redis_settings
    echo "port $redis_auth_port
tls-port $redis_mtls_port
tls-cert-file $folder/tls/server.pem
tls-key-file $folder/tls/server.key
tls-ca-cert-file $folder/tls/ca.pem
tls-auth-clients yes
requirepass s3cret-redis
user app on >s3cret-app ~app:* &* +ping +info +select +role +hello
user pinger on >s3cret-pinger -@all +ping
user asker on >s3cret-asker ~pfx:hale-* &/odd.ctl.pidbox &pfx:/odd.ctl.pidbox -@all +select +multi +exec +rpush +expire +publish +lrange +ltrim +del
user silenced on >s3cret-silenced ~* &* -@all +auth"
  } >"$folder/redis/locked.conf"
  echo "$folder/redis/locked.conf"
}

# small_redis_settings NAME PORT: prints the path of the settings file of a server with its own folder; reads more settings from stdin.
small_redis_settings() {
  mkdir "$folder/redis/$1"
  {
    common_redis_settings
    echo "dir $folder/redis/$1
port $2"
    cat
  } >"$folder/redis/$1.conf"
  echo "$folder/redis/$1.conf"
}

start_small_redis() {
  for name in replica cut; do
    eval port="\$redis_${name}_port"
    start "redis-$name" redis-server "$(echo "replicaof 127.0.0.1 $redis_port" | small_redis_settings "$name" "$port")"
  done
  # The default for the cluster bus is port + 10000, which may be in the ephemeral range.
  start redis-cluster redis-server \
    "$(printf 'cluster-enabled yes\ncluster-port %s\n' "$redis_cluster_bus_port" | small_redis_settings cluster "$redis_cluster_port")"
  start redis-slotless redis-server \
    "$(printf 'cluster-enabled yes\ncluster-port %s\n' "$redis_slotless_bus_port" | small_redis_settings slotless "$redis_slotless_port")"
  # Not common_redis_settings: a sentinel refuses settings of a data server.
  echo "bind 127.0.0.1
port $redis_sentinel_port
dir $folder/redis
sentinel monitor cache 127.0.0.1 $redis_port 1" >"$folder/redis/sentinel.conf"
  start redis-sentinel redis-server "$folder/redis/sentinel.conf" --sentinel
}

# Assigns the slots of the cluster, and waits until it is ok and the replicas have synced. An open port shows neither.
settle_redis() {
  redis-cli -p "$redis_cluster_port" cluster addslotsrange 0 16383 >"$folder/log/redis-slots" 2>&1 || fail "cannot assign the slots of the cluster"
  redis-cli -p "$redis_port" rpush jobs a b c >"$folder/log/redis-keys" 2>&1 || fail "cannot write to redis"
  redis-cli -p "$redis_port" set greeting hello EX 3600 >>"$folder/log/redis-keys" 2>&1 || fail "cannot write to redis"
  redis-cli -p "$redis_port" set heartbeat 1 EX 3600 >>"$folder/log/redis-keys" 2>&1 || fail "cannot write to redis"
  await_answer "$redis_cluster_port" "cluster info" cluster_state:ok
  await_answer "$redis_replica_port" "exists greeting" 1
  await_answer "$redis_cut_port" "info replication" master_link_status:up
}

# await_answer PORT COMMAND TEXT: waits until the answer to COMMAND contains TEXT.
await_answer() {
  perl -MTime::HiRes=time,sleep -e '
    my ($port, $command, $words) = @ARGV;
    my $end = time + 20;
    until (`redis-cli -p $port $command` =~ /\Q$words\E/) {
      die "port $port never answered $words to $command\n" if time > $end;
      sleep 0.02;
    }' "$@" 2>>"$folder/log/redis-await" || fail "redis is not ready in time"
}
