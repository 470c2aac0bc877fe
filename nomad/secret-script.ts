/**
 * What a secret generator's task runs. Each file of secrets/wanted is a variable as the templates found it; lines that start with `@` are what is
 * missing. Neither the token nor a value becomes an argument of a process.
 */
export const generatorScript = `#!/bin/sh
# Adds what is missing to Nomad variables, through the task API, with the identity of this task. Safe to run again.
set -eu
umask 077
socket="\${NOMAD_SECRETS_DIR}/api.sock"
body="\${NOMAD_SECRETS_DIR}/body"
answer="\${NOMAD_SECRETS_DIR}/answer"
header="\${NOMAD_SECRETS_DIR}/header"
printf 'X-Nomad-Token: %s\\n' "\${NOMAD_TOKEN:?the task has no identity in its environment}" >"$header"
trap 'rm -f "$body" "$answer" "$header"' EXIT

random() { head -c "$1" /dev/urandom | base64 | tr '+/' '-_' | tr -d '=\\n'; }

failed=0
for file in "\${NOMAD_SECRETS_DIR}"/wanted/*; do
  read -r path index <"$file"
  if ! grep -q '^@' "$file"; then
    echo "kept $path"
    continue
  fi
  {
    printf '{"Path": "%s", "Items": ' "$path"
    sed 1d "$file" | while IFS= read -r line; do
      case $line in
        '@random '*) printf '"%s"\\n' "$(random "\${line#* }")" ;;
        '@text '*) printf '%s\\n' "\${line#* }" ;;
        *) printf '%s\\n' "$line" ;;
      esac
    done
    printf '}\\n'
  } >"$body"
  status=$(curl --silent --show-error --max-time 20 --unix-socket "$socket" --request PUT --header "@$header" \\
    --data-binary "@$body" --output "$answer" --write-out '%{http_code}' \\
    "http://nomad/v1/var/$path?cas=$index&namespace=$NOMAD_NAMESPACE") || status=none
  if [ "$status" = 200 ]; then
    echo "wrote $path"
  else
    # 409: somebody else wrote it meanwhile. The restarted task finds that.
    echo "could not write $path: HTTP $status: $(head -c 200 "$answer" 2>/dev/null || true)" >&2
    failed=1
  fi
done
exit "$failed"
`
