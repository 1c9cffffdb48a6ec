import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { type Connection, openConnection } from './connection.ts';
import type { LogSender, LogSource, SenderSystem } from './log-sender.ts';
import { parseRemoteAddress, type RemoteAddress } from './remote-address.ts';
import {
  formatSyslog,
  frameSyslog,
  type SyslogFormat,
  syslogFacility,
  syslogFormats,
} from './syslog-format.ts';

type Options = Readonly<Record<string, string>>;

const protocols = ['udp', 'tcp', 'tcp+tls', 'unix', 'unixgram'] as const;

/** What the syslog driver has to do; throws an Error for options that cannot be understood. */
export function parseSyslogOptions(options: Options): {
  readonly address: RemoteAddress;
  readonly facility: number;
  readonly format: SyslogFormat;
} {
  const given = options['syslog-address'] || 'unixgram:///dev/log';
  const address = parseRemoteAddress('syslog-address', given, protocols, 514);
  const facility = syslogFacility(options['syslog-facility'] ?? '');
  if (facility === undefined) throw new Error('invalid syslog facility');
  const format = syslogFormats.find((known) => known === (options['syslog-format'] ?? ''));
  if (format === undefined) throw new Error('Invalid syslog format');
  return { address, facility, format };
}

/** Opens the way to a syslog receiver. The options were checked. */
export async function openSyslogSender(
  options: Options,
  source: LogSource,
  system: SenderSystem,
): Promise<LogSender> {
  const { address, facility, format } = parseSyslogOptions(options);
  const connection: Connection = await openConnection(address, system, tlsOptions(options));
  const counted = address.protocol === 'tcp+tls' && format.startsWith('rfc5424');
  const { tag, hostname } = source;
  const named = { facility, tag, hostname, pid: process.pid };
  return {
    send: (records, progress) =>
      connection.write(
        records.map((record) => frameSyslog(formatSyslog(record, format, named), counted)),
        progress,
      ),
    close: () => connection.close(),
  };
}

function tlsOptions(options: Options): ConnectionOptions {
  const file = (name: string) => (options[name] ? readFileSync(options[name]) : undefined);
  const [ca, cert, key] = ['ca-cert', 'cert', 'key'].map((name) => file(`syslog-tls-${name}`));
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(options['syslog-tls-skip-verify'] ? { rejectUnauthorized: false } : {}),
  };
}
