# Read by scripts that run several checks, whatever becomes of each, and sum them up at the end.

steps_summary=
steps_passed=0
steps_failed=0

# note_step NAME passed|FAILED SECONDS
note_step() {
  if [ "$2" = passed ]; then steps_passed=$((steps_passed + 1)); else steps_failed=$((steps_failed + 1)); fi
  steps_summary="$steps_summary$(printf '%-34s %s, %d s' "$1" "$2" "$3")
"
}

# step NAME COMMAND [ARGUMENT]...: runs the command, and notes how it ended and how long it took.
step() {
  step_name=$1
  step_begin=$(date +%s)
  shift
  printf '\n=== %s: %s\n' "$step_name" "$*"
  step_verdict=passed
  "$@" || step_verdict=FAILED
  note_step "$step_name" "$step_verdict" $(($(date +%s) - step_begin))
}

# begin_step NAME COMMAND [ARGUMENT]...: runs the command beside the steps that follow, until finish_step. One at a time.
# A build fills the processors while tests wait for their servers.
begin_step() {
  side_name=$1
  side_begin=$(date +%s)
  side_log=$(mktemp)
  shift
  printf '\n=== %s, beside the next steps: %s\n' "$side_name" "$*"
  # The time it took is its last line.
  { "$@" && side_end=passed || side_end=FAILED; echo "$side_end $(($(date +%s) - side_begin))"; } >"$side_log" 2>&1 &
  side_id=$!
}

# finish_step: waits for what begin_step began, shows what it wrote, and notes how it ended.
finish_step() {
  wait "$side_id" || :
  printf '\n=== %s, which ran beside the steps above\n' "$side_name"
  sed '$d' "$side_log"
  # shellcheck disable=SC2046
  note_step "$side_name" $(tail -n 1 "$side_log")
  rm -f "$side_log"
}

# Prints a line for each step, and the sum; false when one of them failed.
summarize_steps() {
  printf '\n=== summary of %s\n%s%d passed, %d failed\n' "$1" "$steps_summary" "$steps_passed" "$steps_failed"
  [ "$steps_failed" = 0 ]
}
