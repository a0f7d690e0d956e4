# Read by the scripts of this folder, which set `binary`: a new root for each case, and what hale should say in it.

work=$(mktemp -d "${TMPDIR:-/tmp}/hale-roots-XXXXXX")
chmod 755 "$work"
trap 'umount "$work"/*/dev/null 2>/dev/null || :; rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
failed=0
as=0:0

# root NAME: an empty root with hale in it, and the one device that every container has.
root() {
  case_name=$1
  root=$work/$1
  as=0:0
  mkdir -p "$root/dev"
  cp "$binary" "$root/hale"
  : >"$root/dev/null"
  mount --bind /dev/null "$root/dev/null"
}

# says 'EXIT_CODE FIRST LINE' ARGUMENT...: how hale ends in the root and what it prints first; $variables is its environment.
says() {
  expected=$1
  shift
  code=0
  # shellcheck disable=SC2086
  said=$(env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin $variables chroot --userspec="$as" "$root" /hale "$@" 2>&1) || code=$?
  said="$code $(echo "$said" | head -n 1 | sed -E 's/(master,|PostgreSQL|hale) [0-9]+\.[0-9.]+/\1 VERSION/')"
  [ "$said" != "$expected" ] || return 0
  printf '%s: hale %s\n  expected: %s\n  said:     %s\n' "$case_name" "$*" "$expected" "$said" >&2
  failed=1
}
variables=
