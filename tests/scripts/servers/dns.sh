# A name server that is authoritative for example.com and forwards nothing. Prints the path of the settings file.
dns_settings() {
  {
    echo "port=$dns_port
listen-address=127.0.0.1
bind-interfaces
no-daemon
no-resolv
no-hosts
user=$(id -un)
pid-file=
local-ttl=300
local=/example.com/
host-record=web.example.com,192.0.2.10,2001:db8::10
host-record=pool.example.com,192.0.2.22
host-record=pool.example.com,192.0.2.21
cname=www.example.com,web.example.com
mx-host=example.com,mail.example.com,10
mx-host=example.com,backup.example.com,20
srv-host=_ldap._tcp.example.com,ldap.example.com,389,1,5
txt-record=example.com,v=spf1 -all
caa-record=example.com,0,issue,ca.example.net"
    # NS and SOA records in hexadecimal, because dnsmasq has no option for them: ns.example.com, hostmaster.example.com, 2026112001 7200 900 1209600 300.
    echo "dns-rr=example.com,2,026e73076578616d706c6503636f6d00
dns-rr=example.com,6,026e73076578616d706c6503636f6d000a686f73746d6173746572076578616d706c6503636f6d0078c4040100001c2000000384001275000000012c"
    # Too long for UDP.
    for number in 1 2 3 4 5 6 7 8; do
      echo "txt-record=big.example.com,$number$(printf '%0100d' 0)"
    done
  } >"$folder/dnsmasq.conf"
  echo "$folder/dnsmasq.conf"
}
