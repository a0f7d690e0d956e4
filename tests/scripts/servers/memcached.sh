# One open server, one on a unix socket, one that requires a login.
start_memcached() {
  echo "app:s3cret-app" >"$folder/memcached-logins"
  chmod 644 "$folder/memcached-logins"
  start memcached memcached -u nobody -l 127.0.0.1 -p "$memcached_port" -U 0 -m 8
  start memcached-socket memcached -u nobody -s "$folder/memcached/socket" -a 777 -m 8
  start memcached-auth memcached -u nobody -l 127.0.0.1 -p "$memcached_auth_port" -U 0 -m 8 -Y "$folder/memcached-logins"
}
