# Two servers: one open to all, which also speaks TLS and has a unix socket; one that demands a password, and by TLS a client certificate as well.
common_redis_settings() {
  echo "bind 127.0.0.1
daemonize no
save ''
appendonly no
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

# The default user has a password; the user "app" has another and may do little, "silenced" may not even PING.
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
user silenced on >s3cret-silenced ~* &* -@all +auth"
  } >"$folder/redis/locked.conf"
  echo "$folder/redis/locked.conf"
}
