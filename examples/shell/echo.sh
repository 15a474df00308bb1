#!/usr/bin/env bash
# One request in the JSON form with nothing but a shell: echo.sh HOST PORT [TEXT]
# In one line, where nc half-closes on -N:
#   printf '\0\0\0\076{"type":"request","id":7,"subject":"gateway.echo","text":"hi"}' | nc -N HOST PORT | tail -c +5
set -euo pipefail
host=${1:?host} port=${2:?port} text=${3:-hello from the shell}
case $text in *[!\ -~]* | *[\"\\]*) echo 'plain ASCII text without " and \ please' >&2; exit 2 ;; esac

body="{\"type\":\"request\",\"id\":7,\"subject\":\"gateway.echo\",\"text\":\"$text\"}"
frame() { # four bytes of length, big-endian, then the body
    printf "$(printf '\\%03o\\%03o\\%03o\\%03o' $((${#body} >> 24 & 255)) $((${#body} >> 16 & 255)) $((${#body} >> 8 & 255)) $((${#body} & 255)))"
    printf '%s' "$body"
}

case $(nc -h 2>&1 || true) in
*-N*) answer=$(frame | nc -N "$host" "$port" | tail -c +5) ;; # -N: half-close at the end of input
*) # bash itself cannot half-close, so it reads the length and then exactly so many bytes
    exec 3<>"/dev/tcp/$host/$port"
    frame >&3
    length=$((16#$(dd bs=1 count=4 <&3 2>/dev/null | od -An -tx1 | tr -d ' \n')))
    answer=$(dd bs=1 count="$length" <&3 2>/dev/null)
    ;;
esac
printf '%s\n' "$answer"
case $answer in *'"type":"response"'*) ;; *) exit 1 ;; esac
