import type { ErrorTable } from '../error-definition.ts';

/** Errors of the daemon's start: command line, configuration, sockets and locks. */
export const daemonErrors = {
  'daemon.metrics-address': {
    kind: 'invalid-argument',
    message: 'cannot serve metrics on {address}: {reason}',
    hint: 'Give --metrics-addr an address and a free port, such as 127.0.0.1:9323.',
  },
  'daemon.unknown-flag': {
    kind: 'invalid-argument',
    message: 'unknown flag: {flag}',
    hint: "See 'berthd --help'.",
  },
  'daemon.flag-needs-value': {
    kind: 'invalid-argument',
    message: 'flag needs an argument: {flag}',
    hint: "See 'berthd --help'.",
  },
  'daemon.invalid-flag': {
    kind: 'invalid-argument',
    message: 'invalid argument "{value}" for "{flag}" flag: {reason}',
    hint: "See 'berthd --help'.",
  },
  'daemon.unexpected-argument': {
    kind: 'invalid-argument',
    message: '"berthd" accepts no arguments, but got "{argument}"',
    hint: "See 'berthd --help'.",
  },
  'daemon.config-file': {
    kind: 'invalid-argument',
    message: 'unable to configure the Berth daemon with file {path}: {reason}',
  },
  'daemon.config-not-object': {
    kind: 'invalid-argument',
    message: 'the configuration is not a JSON object',
  },
  'daemon.config-both-spellings': {
    kind: 'invalid-argument',
    message: 'cannot specify both "{older}" and "{newer}" config file options',
  },
  'daemon.config-unknown-keys': {
    kind: 'invalid-argument',
    message: "the following directives don't match any configuration option: {keys}",
  },
  'daemon.config-wrong-type': {
    kind: 'invalid-argument',
    message: 'the directive {key} must be a {expected}, not a {found}',
  },
  'daemon.config-conflict': {
    kind: 'invalid-argument',
    message:
      'unable to configure the Berth daemon with file {path}: the following directives are specified both as a flag and in the configuration file: {conflicts}',
  },
  'daemon.option-not-implemented': {
    kind: 'not-implemented',
    message: '{option} (set to {value}) is not implemented by this version of Berth: {reason}',
    hint: 'Leave it out.',
  },
  'daemon.invalid-option': {
    kind: 'invalid-argument',
    message: 'invalid value "{value}" for {key}: {reason}',
  },
  'daemon.bridge-with-bip': {
    kind: 'invalid-argument',
    message: 'You specified -b & --bip, mutually exclusive options. Please specify only one',
  },
  'daemon.invalid-host': {
    kind: 'invalid-argument',
    message: 'unable to parse listening address {host}: {reason}',
    hint: 'Use unix:///path, tcp://address:port or fd://.',
  },
  'daemon.insecure-tcp': {
    kind: 'forbidden',
    message: 'refusing to listen on {host} without TLS: whoever reaches it is root on this machine',
    hint: 'Set --tlsverify with --tlscacert, --tlscert and --tlskey, or state --allow-insecure-tcp.',
  },
  'daemon.tls-file': {
    kind: 'invalid-argument',
    message: 'could not read TLS file {path}: {reason}',
  },
  'daemon.socket-in-use': {
    kind: 'conflict',
    message: 'a daemon is answering on {host} already',
    hint: 'Stop it, or choose another socket with -H.',
  },
  'daemon.not-a-socket': {
    kind: 'failed-precondition',
    message: '{path} exists and is not a socket',
    hint: 'Move it away, or choose another socket with -H.',
  },
  'daemon.listen-failed': {
    kind: 'unavailable',
    message: 'cannot listen on {host}: {reason}',
  },
  'daemon.no-descriptors': {
    kind: 'failed-precondition',
    message: 'fd:// is given but no socket was passed by the service manager',
    hint: 'Start berthd by its socket unit, or listen on unix:///path.',
  },
  'daemon.already-running': {
    kind: 'conflict',
    message: '{path} is in use by another berthd (process {pid})',
    hint: 'Stop that daemon, or choose another --data-root, --exec-root and --pidfile.',
  },
  'daemon.folder-unusable': {
    kind: 'failed-precondition',
    message: 'the folder {path} cannot be used: {reason}',
  },
  'daemon.no-runtime': {
    kind: 'failed-precondition',
    message: 'neither crun nor runc is installed',
    hint: 'Install one of them, or name another OCI runtime with --add-runtime.',
  },
  'daemon.not-root': {
    kind: 'forbidden',
    message: 'berthd needs to be started by root',
  },
} as const satisfies ErrorTable;
