# shellcheck shell=bash
# What its programs say, to CloudWatch.

# Journal's lines as JSON → "milliseconds<tab>event" of those that are ours: of programs and of boot, of systemd where it says more than
# that something was started, and warnings of the kernel (memory that ran out). Ends early (3) where a batch is full:
# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html. A string stays escaped as journalctl has it, which
# is never shorter than itself. A program may say so much a day; `today` has how much that was, and what was left out.
# shellcheck disable=SC2016 # awk's own $
log_events='
  function string(name) {
    if (!match($0, "\"" name "\":\"")) return ""
    rest = substr($0, RSTART + RLENGTH)
    match(rest, /^([^"\\]|\\.)*/)
    return substr(rest, 1, RLENGTH)
  }
  function message(  bytes, n, at, text) {
    if (!match($0, /"MESSAGE":\[[0-9,]*\]/)) return string("MESSAGE")
    n = split(substr($0, RSTART + 11, RLENGTH - 12), bytes, ",") # not text: a byte that is no letter is a question mark
    for (at = 1; at <= n; at++) text = text (bytes[at] == 34 || bytes[at] == 92 ? "\\" : "") (bytes[at] > 31 && bytes[at] < 127 ? sprintf("%c", bytes[at] + 0) : "?")
    return text
  }
  function emit(time, program, text) {
    printf "%s\t{\"timestamp\":%s,\"message\":\"%s | %s\"}\n", time, time, program, text
    count++
    size += length(program) + length(text) + 29
  }
  BEGIN {
    while ((getline line <today) > 0) {
      split(line, was, " ")
      if (was[1] == day) { said[was[2]] = was[3]; left[was[2]] = was[4] }
      else if (was[4] > 0) { late[was[2]] = was[4] " lines were left out here on " was[1]; kept[was[2]] = line }
    }
  }
  {
    time = substr(string("__REALTIME_TIMESTAMP"), 1, 13)
    unit = string("_SYSTEMD_UNIT")
    level = string("PRIORITY")
    if (unit == "init.scope" && level < 6) unit = string("UNIT")
    if (unit ~ /^bootdev@.*\.service$/) program = substr(unit, 9, length(unit) - 16)
    else if (unit ~ /^bootdev-.*\.service$/) program = "boot"
    else if (unit == "" && string("_TRANSPORT") == "kernel" && level < 5) program = "kernel"
    else program = ""
    text = program == "" ? "" : message()
    if (length(text) > 200000) text = "a line of " length(text) " bytes: the journal on the machine has it"
    if (count == 0) first = last = time
    if (time < first) first = time
    if (time > last) last = time
    if (count > 9000 || size + length(text) > 900000 || last - first > 80000000) { full = 3; exit }
    cursor = string("__CURSOR")
    if (program == "") next
    if (program in late) { emit(time, program, late[program]); delete late[program]; delete kept[program] }
    said[program] += length(text) + 29
    if (said[program] <= most) emit(time, program, text)
    else if (++left[program] == 1) emit(time, program, "more than " most / 1000000 " MB today: the rest is left out here, and is in the journal on the machine")
  }
  END {
    print cursor >reached
    printf "" >(today ".new")
    for (program in said) print day, program, said[program], left[program] + 0 >(today ".new")
    for (program in kept) print kept[program] >(today ".new") # it has said nothing since
    exit full
  }'

# The journal's newest lines that CloudWatch does not have yet, batch by batch. Where it has come to is written down as soon as a batch was
# accepted, so that nothing is sent twice after a restart; what did not arrive is sent the next time.
send_logs() {
  # What is worked on is in memory: a full disk is when the log is needed.
  local folder=$state/logs work=/run/bootdev-logs stream=${BOOTDEV_NAME%%.*} since full batches=0 stop=''
  [ -n "${BOOTDEV_LOG_GROUP:-}" ] || return 0
  mkdir -p $folder $work
  exec 7>$work/lock
  flock -n 7 || return 0
  trap 'stop=1' TERM
  instance=$(metadata meta-data/instance-id)
  stream=${stream:-$BOOTDEV_KIND}/$instance
  touch $folder/today
  while [ -z "$stop" ] && [ $((++batches)) -le 20 ]; do
    if [ -s $folder/cursor ]; then since=--after-cursor=$(<$folder/cursor); else since=--boot; fi
    cp $folder/today $work/today
    full=0
    awk -v day="$(date -u +%F)" -v most="${BOOTDEV_LOG_BYTES:-100000000}" -v today=$work/today -v reached=$work/reached "$log_events" \
      < <(journalctl -q --all -o json --output-fields=MESSAGE,PRIORITY,UNIT,_SYSTEMD_UNIT,_TRANSPORT "$since" 2>/dev/null) >$work/events || full=$?
    [ $full -eq 0 ] || [ $full -eq 3 ] || fail "the journal could not be read: awk ended with $full"
    [ -n "$(<$work/reached)" ] || return 0
    if [ -s $work/events ]; then
      {
        printf '{"logGroupName":"%s","logStreamName":"%s","logEvents":[' "$BOOTDEV_LOG_GROUP" "$stream"
        sort -s -n -k 1,1 $work/events | cut -f 2- | paste -sd, # clocks are set: the journal is not always in order of time
        echo ']}'
      } >$work/batch
      put_logs || return 0
    fi
    cp $work/today.new $folder/today
    cp $work/reached $folder/cursor.new
    mv $folder/cursor.new $folder/cursor
    [ $full -eq 3 ] || return 0
  done
}
# false: not now. What CloudWatch will never take is not sent again.
put_logs() {
  local answer=$work/answer said=0
  logs() { json logs "Logs_20140328.$1" --retry 0 -o $answer "${@:2}" 2>$work/curl; }
  : >$answer
  logs PutLogEvents --data-binary @$work/batch || said=1
  if [ $said -ne 0 ] && grep -q 'log stream does not exist' $answer; then
    said=0
    { logs CreateLogStream --data "{\"logGroupName\":\"$BOOTDEV_LOG_GROUP\",\"logStreamName\":\"$stream\"}" \
      && logs PutLogEvents --data-binary @$work/batch; } || said=1
  fi
  if [ $said -ne 0 ] && ! grep -q InvalidParameterException $answer; then
    say "the log was not accepted: $(cat $answer $work/curl | tr '\n' ' ' | head -c 300)"
    return 1
  fi
  if grep -qE 'InvalidParameterException|rejectedLogEventsInfo' $answer; then
    say "lines were not accepted, and are in the journal alone: $(tr '\n' ' ' <$answer | head -c 300)"
  fi
}
