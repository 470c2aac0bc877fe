/** Where things are, and how the network is reached: proxies, certificates, registries. */
const KEPT = [
  /^(HOME|PATH|CI|SHOAL_CACHE|SHOAL_STATE|SHOAL_RELEASES_URL|XDG_CACHE_HOME|CNI_PATH|TF_CLI_CONFIG_FILE)$/,
  /^(https?|no|all)_proxy$/i,
  /^(NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|SSL_CERT_DIR|GOPROXY|GONOSUMDB|GOSUMDB)$/,
  /^(npm_config_registry|pip_index_url|pip_cert)$/i,
]

/** What of a user's environment goes through sudo, as `NAME=value`. */
export const kept = (env: NodeJS.ProcessEnv): string[] =>
  Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && KEPT.some((one) => one.test(name)) ? [`${name}=${value}`] : [],
  )
