# make_certificates FOLDER: makes ca.pem of a temporary CA, server.pem with server.key for localhost, 127.0.0.1 and ::1,
# and client.pem, a client certificate with its key.
make_certificates() {
  (
    cd "$1"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 90 -subj "/CN=hale servers CA" \
      -keyout ca.key -out ca.pem
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=localhost" -keyout server.key -out server.csr
    echo "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1" >extensions
    openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 90 -extfile extensions -out server.pem
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=client.test" -keyout client.key -out client.csr
    openssl x509 -req -in client.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 90 -out client.crt
    cat client.crt client.key >client.pem
  ) >"$folder/log/openssl" 2>&1 || fail "openssl cannot make certificates"
}
