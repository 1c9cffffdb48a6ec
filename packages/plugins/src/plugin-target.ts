import { readFileSync, statSync } from 'node:fs';

/** Where a plug-in listens, as its specification says. */
export type PluginTarget =
  | { readonly kind: 'unix'; readonly path: string }
  | {
      readonly kind: 'tcp';
      readonly host: string;
      readonly port: number;
      /** Absent: plain HTTP. */
      readonly tls?: PluginTls;
    }
  /** A specification that cannot be used; told when the plug-in is called. */
  | { readonly kind: 'invalid'; readonly reason: string };

/** `TLSConfig` of a JSON specification. Paths of PEM files, read at every call: they may be renewed. */
export interface PluginTls {
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
  readonly insecureSkipVerify: boolean;
}

const largestSpecification = 64 << 10;
const none: PluginTls = { insecureSkipVerify: false };

/** Reads `NAME.spec` (a URL) or `NAME.json` (`{"Name", "Addr", "TLSConfig"}`). Never fails. */
export function readSpecification(file: string): PluginTarget {
  try {
    if (statSync(file).size > largestSpecification) throw new Error('it is too long');
    const text = readFileSync(file, 'utf8');
    return file.endsWith('.json') ? targetOfJson(text) : targetOf(text.trim());
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: 'invalid', reason: `its specification ${file} cannot be used: ${reason}` };
  }
}

/** `unix:///path`, `tcp://host:port`, `http://…` or `https://…`. */
export function targetOf(address: string, tls?: PluginTls): PluginTarget {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol === 'unix:' && url.host === '' && url.pathname.length > 1) {
    return { kind: 'unix', path: decodeURIComponent(url.pathname) };
  }
  const secure = url?.protocol === 'https:';
  if (url !== undefined && url.hostname !== '' && (secure || /^(tcp|http):$/.test(url.protocol))) {
    const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    return { kind: 'tcp', host, port, ...(secure ? { tls: tls ?? none } : {}) };
  }
  const forms = 'unix:///path, tcp://host:port or https://host:port';
  throw new Error(`"${address.slice(0, 200)}" is no address of the form ${forms}`);
}

function targetOfJson(text: string): PluginTarget {
  const { Addr: address, TLSConfig: tls } = membersOf(JSON.parse(text));
  if (typeof address !== 'string') throw new Error('it has no "Addr"');
  return targetOf(address, tls === undefined || tls === null ? undefined : tlsOf(membersOf(tls)));
}

function tlsOf(members: Readonly<Record<string, unknown>>): PluginTls {
  const file = (name: string) => {
    const value = members[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const [caFile, certFile, keyFile] = [file('CAFile'), file('CertFile'), file('KeyFile')];
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new Error('"CertFile" and "KeyFile" belong together');
  }
  return {
    insecureSkipVerify: members.InsecureSkipVerify === true,
    ...(caFile === undefined ? {} : { caFile }),
    ...(certFile === undefined ? {} : { certFile }),
    ...(keyFile === undefined ? {} : { keyFile }),
  };
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw new Error('it is not a JSON object');
}
