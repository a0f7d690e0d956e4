# Functions to run several checks, continue after failures and print a summary at the end. Sourced by other scripts.

steps_summary=
steps_passed=0
steps_failed=0

# note_step NAME passed|FAILED SECONDS: adds a step to the summary.
note_step() {
  if [ "$2" = passed ]; then steps_passed=$((steps_passed + 1)); else steps_failed=$((steps_failed + 1)); fi
  steps_summary="$steps_summary$(printf '%-34s %s, %d s' "$1" "$2" "$3")
"
}

# step NAME COMMAND [ARGUMENT]...: runs the command and records its result and duration.
step() {
  step_name=$1
  step_begin=$(date +%s)
  shift
  printf '\n=== %s: %s\n' "$step_name" "$*"
  step_result=passed
  "$@" || step_result=FAILED
  note_step "$step_name" "$step_result" $(($(date +%s) - step_begin))
}

# begin_step NAME COMMAND [ARGUMENT]...: runs the command in the background until finish_step. Only one can run at a time.
# Use it for a build that can use the CPU while tests wait for their servers.
begin_step() {
  background_name=$1
  background_begin=$(date +%s)
  background_log=$(mktemp)
  shift
  printf '\n=== %s, in the background: %s\n' "$background_name" "$*"
  # The last line of the log has the result and the duration.
  {
    "$@" && background_result=passed || background_result=FAILED
    echo "$background_result $(($(date +%s) - background_begin))"
  } >"$background_log" 2>&1 &
  background_pid=$!
}

# finish_step: waits for the background step, prints its output and records its result.
finish_step() {
  wait "$background_pid" || :
  printf '\n=== %s, output of the background step\n' "$background_name"
  sed '$d' "$background_log"
  # shellcheck disable=SC2046
  note_step "$background_name" $(tail -n 1 "$background_log")
  rm -f "$background_log"
}

# summarize_steps NAME: prints one line per step and the totals. Returns 1 if a step failed.
summarize_steps() {
  printf '\n=== summary of %s\n%s%d passed, %d failed\n' "$1" "$steps_summary" "$steps_passed" "$steps_failed"
  [ "$steps_failed" = 0 ]
}
