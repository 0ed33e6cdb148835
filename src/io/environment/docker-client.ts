import { home } from './home.ts';

/** What leads to the engine and to registries, and what programs need to run at all. */
const kept = [
  /^(?:PATH|USER|LOGNAME|TMPDIR|TZ|TERM|LANG|LC_\w+|XDG_\w+|SSL_CERT_(?:FILE|DIR))$/,
  /^(?:https?|ftp|all|no)_proxy$/i,
  /^DOCKER_(?:HOST|CONTEXT|CONFIG|CERT_PATH|TLS|TLS_VERIFY|API_VERSION|CUSTOM_HEADERS)$/,
  // Of ssh, and of the programs that keep passwords of registries (docker-credential-…).
  /^(?:SSH_\w+|DBUS_SESSION_BUS_ADDRESS|DISPLAY|WAYLAND_DISPLAY|GNUPGHOME|PASSWORD_STORE_\w+)$/,
  /^(?:AWS|AZURE|CLOUDSDK|GOOGLE|WSL)_\w+$/,
];

/**
 * The environment of the docker client. Nothing else of the user's shell: a variable there would win over the env file's of the same name
 * (SOLR_VERSION), or change what compose and buildx do (COMPOSE_PROFILES, DOCKER_DEFAULT_PLATFORM, BUILDX_BUILDER).
 */
export function clientEnvironment(shell: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const own = Object.entries(shell).filter(([name]) => kept.some((pattern) => pattern.test(name)));
  return { ...Object.fromEntries(own), HOME: home() };
}
