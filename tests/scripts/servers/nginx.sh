# One server with http, https and a unix socket, and a path for each kind of answer; one that requires a client
# certificate; one with no TLS version above 1.2.
write_nginx_settings() {
  # Else the workers would drop root and could not read the folder.
  user=
  if [ "$(id -u)" = 0 ]; then user="user root;"; fi
  head -c 2097152 /dev/zero | tr '\0' 'x' >"$folder/www/big"
  echo "app:$(openssl passwd -apr1 s3cret-app)" >"$folder/nginx/passwords"
  cat >"$folder/nginx/nginx.conf" <<END
$user
daemon off;
worker_processes 1;
pid $folder/nginx/pid;
events { worker_connections 16384; }
http {
  access_log $folder/log/nginx-access;
  client_body_temp_path $folder/nginx/body;
  proxy_temp_path $folder/nginx/proxy;
  fastcgi_temp_path $folder/nginx/fastcgi;
  uwsgi_temp_path $folder/nginx/uwsgi;
  scgi_temp_path $folder/nginx/scgi;
  default_type text/plain;
  server {
    listen 127.0.0.1:$http_port;
    listen 127.0.0.1:$https_port ssl http2;
    listen unix:$folder/nginx/socket;
    listen unix:$folder/nginx/socket-h2c http2;
    server_name localhost;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_certificate $folder/tls/server.pem;
    ssl_certificate_key $folder/tls/server.key;
    root $folder/www;
    location = /health { return 200 "healthy\n"; }
    location = /sick {
      default_type application/json;
      return 200 '{"status":"DOWN","components":{"db":{"status":"DOWN","error":"no connection left"},"disk":{"status":"UP"}}}\n';
    }
    location = /json {
      default_type application/json;
      return 200 '{"status":"pass","queue":{"depth":7},"name":"demo"}';
    }
    location = /redirect { return 302 /health; }
    location = /busy { return 429 "slow down\n"; }
    location = /broken { return 503 "the database is away\n"; }
    location = /secret {
      auth_basic "hale";
      auth_basic_user_file $folder/nginx/passwords;
      try_files /secret.txt =500;
    }
    location = /method { return 200 "\$request_method\n"; }
    location = /header { return 200 "\$http_x_hale\n"; }
    location = /big { }
  }
  server {
    listen 127.0.0.1:$https_mtls_port ssl;
    ssl_certificate $folder/tls/server.pem;
    ssl_certificate_key $folder/tls/server.key;
    ssl_client_certificate $folder/tls/ca.pem;
    ssl_verify_client on;
    location = /health { return 200 "healthy\n"; }
  }
  server {
    listen 127.0.0.1:$https_1_2_port ssl;
    ssl_certificate $folder/tls/server.pem;
    ssl_certificate_key $folder/tls/server.key;
    ssl_protocols TLSv1.2;
    location = /health { return 200 "healthy\n"; }
  }
}
END
  echo "for your eyes only" >"$folder/www/secret.txt"
}
