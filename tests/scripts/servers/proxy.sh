# An HTTP proxy and a SOCKS proxy; both require a login.
write_proxy_settings() {
  cat >"$folder/tinyproxy.conf" <<END
Listen 127.0.0.1
Port $proxy_port
Timeout 30
LogLevel Warning
BasicAuth me s3cret-proxy
END
}
