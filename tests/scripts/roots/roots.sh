# Functions to run hale in a new root file system and check its output. Sourced by the scripts in this directory, which set `binary`.

work=$(mktemp -d "${TMPDIR:-/tmp}/hale-roots-XXXXXX")
chmod 755 "$work"
trap 'umount "$work"/*/dev/null 2>/dev/null || :; rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
failed=0
user_ids=0:0

# root NAME: creates a root that contains only hale and /dev/null.
root() {
  case_name=$1
  root=$work/$1
  user_ids=0:0
  mkdir -p "$root/dev"
  cp "$binary" "$root/hale"
  : >"$root/dev/null"
  mount --bind /dev/null "$root/dev/null"
}

# expect_output 'EXIT_CODE FIRST LINE' ARGUMENT...: runs hale in the root and checks its exit code and first line of output.
# $environment has the environment variables of hale, $user_ids its user and group.
expect_output() {
  expected=$1
  shift
  code=0
  # shellcheck disable=SC2086
  actual=$(env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin $environment chroot --userspec="$user_ids" "$root" /hale "$@" 2>&1) || code=$?
  actual="$code $(echo "$actual" | head -n 1 | sed -E 's/(master,|PostgreSQL|hale) [0-9]+\.[0-9.]+/\1 VERSION/')"
  [ "$actual" != "$expected" ] || return 0
  printf '%s: hale %s\n  expected: %s\n  actual:   %s\n' "$case_name" "$*" "$expected" "$actual" >&2
  failed=1
}
environment=
