# Read by scripts that run several checks one after another, whatever becomes of each, and sum them up at the end.

steps_summary=
steps_passed=0
steps_failed=0

# step NAME COMMAND [ARGUMENT]...: runs the command, and notes how it ended and how long it took.
step() {
  step_name=$1
  step_begin=$(date +%s)
  shift
  printf '\n=== %s: %s\n' "$step_name" "$*"
  step_verdict=passed
  "$@" || step_verdict=FAILED
  if [ "$step_verdict" = passed ]; then steps_passed=$((steps_passed + 1)); else steps_failed=$((steps_failed + 1)); fi
  steps_summary="$steps_summary$(printf '%-34s %s, %d s' "$step_name" "$step_verdict" $(($(date +%s) - step_begin)))
"
}

# Prints a line for each step, and the sum; false when one of them failed.
summarize_steps() {
  printf '\n=== summary of %s\n%s%d passed, %d failed\n' "$1" "$steps_summary" "$steps_passed" "$steps_failed"
  [ "$steps_failed" = 0 ]
}
