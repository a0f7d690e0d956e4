# bash completion for hale, written by `hale --completion bash`

_hale() {
  local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} words=''
  # bash makes three words of --format=json.
  if [[ $current == '=' ]]; then
    current=''
  elif [[ $before == '=' ]]; then
    before=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  COMPREPLY=()
  case $before in
    --format) words='table json nagios health+json' ;;
    --for) words='shell docker nagios kubernetes' ;;
    --color) words='auto always never' ;;
    --completion) words='bash zsh fish' ;;
    --health) words='auto off strict' ;;
    --http-version) words='1.1 2' ;;
    --tls-min) words='1.2 1.3' ;;
    --starttls) words='smtp imap pop3 postgres' ;;
    --migrations) words='django: alembic: rails: flyway: liquibase: prisma: golang-migrate: goose: sqlx: diesel: efcore: knex: typeorm: ecto: dbmate:'; compopt -o nospace 2>/dev/null ;;
    --type) words='A AAAA CNAME MX NS TXT PTR SRV SOA CAA' ;;
    -h|--help) words='http grpc tcp tls postgres redis memcached amqp celery dns exec' ;;
    --netrc|--cacert|--cert|--key) compopt -o default; return ;;
    -t|--timeout|-w|--warning|-c|--critical|-e|--expect|--prefer|--name|--deadline|--method|--header|--data|--user|--bearer|--unix-socket|--connect-to|--proxy|--follow|--server-name|--send|--banner|--query|--migrations-table|--sentinel-password|--queue|--password|--worker|--global-keyprefix|--control-exchange|--fanout-prefix|--master-name|--http|--grpc|--tcp|--tls|--postgres|--redis|--memcached|--amqp|--celery|--dns|--exec) return ;;
  esac
  if [[ -z $words && $current == -* ]]; then
    words='-t --timeout -w --warning -c --critical -e --expect --prefer --name -4 --ipv4 -6 --ipv6 --each-address --deadline --format --for -v --verbose -q --quiet --color -h --help -V --version --manual --completion --health --method --header --data --user --bearer --netrc --unix-socket --connect-to --proxy --http-version --follow --cacert --insecure --cert --key --tls-min --server-name --send --banner --starttls --query --migrations --migrations-table --sentinel-password --read-only --queue --password --worker --global-keyprefix --control-exchange --fanout-prefix --master-name --type --http --grpc --tcp --tls --postgres --redis --memcached --amqp --celery --dns --exec'
  elif [[ -z $words ]]; then
    words='http: https: grpc: grpcs: tcp: tls: postgres: postgresql: redis: rediss: redis+unix: redis+sentinel: memcached: memcached+unix: amqp: amqps: celery+redis: celery+rediss: celery+redis+unix: celery+redis+socket: celery+redis+sentinel: celery+sentinel: celery+amqp: celery+amqps: dns: exec:'
    compopt -o nospace 2>/dev/null
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}

complete -F _hale hale check_hale
