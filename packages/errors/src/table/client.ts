import type { ErrorTable } from '../error-definition.ts';

/** Errors met by a client of the Engine API before a daemon answers. */
export const clientErrors = {
  'client.unreachable': {
    kind: 'unavailable',
    message: 'Cannot connect to the Berth daemon at {host}. Is the berth daemon running?',
    hint: 'Start it with "berthd" (or "systemctl start berthd"), or name another daemon with -H or BERTH_HOST.',
  },
  'client.permission': {
    kind: 'forbidden',
    message:
      'permission denied while trying to connect to the Berth daemon socket at {host}: connect: permission denied',
    hint: 'Run the command as root, or join {group} and log in again.',
  },
  'client.bad-host': {
    kind: 'invalid-argument',
    message: 'unable to parse docker host `{host}`',
    hint: 'A host is unix:///path/to.sock, tcp://name:port or ssh://user@name.',
  },
  'client.bad-ssh-host': {
    kind: 'invalid-argument',
    message: 'unable to parse ssh host `{host}`',
    hint: 'Such a host is ssh://[user@]name[:port][/path/of/the.sock]. Passwords cannot be part of it: use a key.',
  },
  'client.ssh-missing': {
    kind: 'unavailable',
    message: 'cannot start ssh to reach {host}: {reason}',
    hint: 'Install the ssh client (package openssh-client).',
  },
  'client.ssh-failed': {
    kind: 'unavailable',
    message: 'cannot reach the daemon at {host}: {reason}',
    hint: 'Try the same host with ssh itself; berth or docker has to be on the PATH of a login there.',
  },
  'client.transport-not-implemented': {
    kind: 'not-implemented',
    message: 'hosts of the form {scheme}:// are not implemented by this version of Berth ({host})',
  },
  'client.tls-file': {
    kind: 'invalid-argument',
    message: 'could not read {what} {path}: {reason}',
    hint: 'Set DOCKER_CERT_PATH to the folder with ca.pem, cert.pem and key.pem, or pass --tlscacert, --tlscert and --tlskey.',
  },
  'client.tls-handshake': {
    kind: 'unavailable',
    message: 'the TLS connection to {host} failed: {reason}',
    hint: 'Check that the certificate was made for that host name (subjectAltName) and is signed by the CA in use.',
  },
  'client.plain-to-tls': {
    kind: 'unavailable',
    message: 'the daemon at {host} did not answer in HTTP; does it expect TLS?',
    hint: 'Try --tlsverify, or set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH.',
  },
  'client.bad-response': {
    kind: 'internal',
    message: 'the daemon at {host} sent an answer that is not valid HTTP: {reason}',
  },
  'client.connection-lost': {
    kind: 'unavailable',
    message: 'the connection to {host} was lost: {reason}',
    hint: 'Is the daemon still running? Its log tells why it closed the connection.',
  },
  'client.timeout': {
    kind: 'deadline-exceeded',
    message: 'the daemon at {host} did not answer within {seconds} s',
    hint: 'Raise the time limit of the call, or look into the log of the daemon for what it waits for.',
  },
  'client.stream-failed': {
    kind: 'internal',
    message: 'error from daemon in stream: {reason}',
  },
  'client.context-not-found': {
    kind: 'not-found',
    message: 'context "{name}": context not found: open {path}: no such file or directory',
    hint: 'Unset DOCKER_CONTEXT, or use -H to name the daemon.',
  },
  'client.bad-config': {
    kind: 'invalid-argument',
    message: 'Loading config file: {path}: {reason}',
  },
  'client.credentials': {
    kind: 'unauthorized',
    message: 'error {doing} credentials - err: {reason}, out: `{output}`',
    hint: 'Check "credsStore" and "credHelpers" in the client configuration file.',
  },
} as const satisfies ErrorTable;
