# One server with TCP and TLS, on a separate node: its port mapper and its distribution listen only on loopback, and HOME
# has the cookie with which erl_call controls it. Virtual hosts "/" and "shop"; users guest, app (of shop), reader
# (without permissions there) and stranger (without access to any virtual host).
need_rabbitmq() {
  rabbitmq_server=/usr/lib/rabbitmq/bin/rabbitmq-server
  for program in "$rabbitmq_server" epmd erl erl_call; do need "$program"; done
}

write_rabbitmq_settings() {
  mkdir -m 700 "$folder/rabbitmq"
  cat >"$folder/rabbitmq/rabbitmq.conf" <<END
listeners.tcp.1 = 127.0.0.1:$amqp_port
listeners.ssl.1 = 127.0.0.1:$amqps_port
ssl_options.cacertfile = $folder/tls/ca.pem
ssl_options.certfile = $folder/tls/server.pem
ssl_options.keyfile = $folder/tls/server.key
ssl_options.verify = verify_none
log.console = false
log.file = $folder/log/rabbitmq
log.file.level = info
load_definitions = $folder/rabbitmq/definitions.json
END
  cat >"$folder/rabbitmq/definitions.json" <<'END'
{
  "users": [
    {"name": "guest", "password": "guest", "tags": ""},
    {"name": "app", "password": "s3cret-app", "tags": ""},
    {"name": "reader", "password": "s3cret-reader", "tags": ""},
    {"name": "stranger", "password": "s3cret-stranger", "tags": ""}
  ],
  "vhosts": [{"name": "/"}, {"name": "shop"}],
  "permissions": [
    {"user": "guest", "vhost": "/", "configure": ".*", "write": ".*", "read": ".*"},
    {"user": "app", "vhost": "shop", "configure": ".*", "write": ".*", "read": ".*"},
    {"user": "reader", "vhost": "shop", "configure": "^$", "write": "^$", "read": "^$"}
  ],
  "queues": [
    {"name": "jobs", "vhost": "/", "durable": true, "auto_delete": false, "arguments": {}},
    {"name": "orders", "vhost": "shop", "durable": true, "auto_delete": false, "arguments": {}}
  ],
  "exchanges": [
    {"name": "idle.pidbox", "vhost": "shop", "type": "fanout", "durable": true, "auto_delete": false, "internal": false, "arguments": {}}
  ],
  "bindings": []
}
END
  echo '[].' >"$folder/rabbitmq/plugins"
}

# For a background job, so that no other server sees these settings. It execs the server, which keeps the job's process id.
run_rabbitmq() {
  export HOME="$folder/rabbitmq" ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT="$epmd_port"
  export RABBITMQ_NODENAME="hale-$$@localhost" RABBITMQ_DIST_PORT="$rabbitmq_node_port"
  export RABBITMQ_CONF_ENV_FILE=/dev/null RABBITMQ_CONFIG_FILE="$folder/rabbitmq/rabbitmq.conf"
  export RABBITMQ_MNESIA_BASE="$folder/rabbitmq/mnesia" RABBITMQ_LOG_BASE="$folder/rabbitmq/log"
  export RABBITMQ_ENABLED_PLUGINS_FILE="$folder/rabbitmq/plugins" RABBITMQ_PID_FILE="$folder/rabbitmq/pid"
  # Without it, a shell that handles signals by starting a second Erlang remains as the parent of the server.
  export RABBITMQ_ALLOW_INPUT=1
  export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-noinput -kernel inet_dist_use_interface {127,0,0,1} +S 2:2 +sbwt none"
  exec "$rabbitmq_server"
}

start_rabbitmq() {
  write_rabbitmq_settings
  start epmd epmd -address 127.0.0.1 -port "$epmd_port"
  start rabbitmq-start run_rabbitmq
}
