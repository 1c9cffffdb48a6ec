import type { Mount } from '@berth/engine-api';
import { cut } from '../flags/flag-types.ts';
import type { ParsedFlags } from '../flags/parsed-flags.ts';
import { ValueError } from '../usage-error.ts';
import { endpointsConfig } from './endpoints.ts';
import { healthcheck } from './healthcheck.ts';
import { hostConfig } from './host-config.ts';
import { pairsToMap, readKeyValueFile } from './key-value-file.ts';
import { checkMacAddress } from './mac-address.ts';
import { parseNetworkOption } from './network-option.ts';
import { type PortBindingSpec, parseExpose, parsePublish } from './port-option.ts';
import { parseVolumeOption } from './volume-option.ts';

/** The body of ContainerCreate, with every field that Docker's client sends. */
export interface ContainerSpec {
  readonly Image: string;
  readonly Tty: boolean;
  readonly OpenStdin: boolean;
  AttachStdin: boolean;
  AttachStdout: boolean;
  AttachStderr: boolean;
  StdinOnce: boolean;
  readonly HostConfig: HostConfigSpec;
  readonly [field: string]: unknown;
}

export interface HostConfigSpec {
  readonly AutoRemove: boolean;
  readonly ContainerIDFile: string;
  readonly NetworkMode: string;
  Mounts?: Mount[];
  ConsoleSize: [number, number];
  readonly [field: string]: unknown;
}

export interface ImageCommand {
  readonly image: string;
  readonly args: readonly string[];
}

/**
 * The container that the flags describe. Reads the files that flags name (env, labels, seccomp). Throws
 * ValueError with Docker's text.
 */
export function containerSpec(flags: ParsedFlags, command: ImageCommand): ContainerSpec {
  const mac = flags.string('mac-address');
  if (mac !== '') checkMacAddress(mac);
  const ports = publishedPorts(flags);
  const volumes = volumeOptions(flags);
  const networks = flags.list('network').map(parseNetworkOption);
  const health = healthcheck(flags);
  const host = hostConfig(flags, { binds: volumes.binds, bindings: ports.bindings, networks });
  const endpoints = endpointsConfig(flags, networks);
  const mainMac = endpoints[networkName(host.NetworkMode)]?.MacAddress ?? mac;
  const attached = attachedStreams(flags);
  return {
    Hostname: flags.string('hostname'),
    Domainname: flags.string('domainname'),
    User: flags.string('user'),
    ...attached,
    ...(Object.keys(ports.exposed).length === 0 ? {} : { ExposedPorts: ports.exposed }),
    Tty: flags.boolean('tty'),
    OpenStdin: flags.boolean('interactive'),
    StdinOnce: flags.boolean('interactive') && attached.AttachStdin,
    Env: nullIfEmpty(environment(flags)),
    Cmd: nullIfEmpty(command.args),
    ...(health === undefined ? {} : { Healthcheck: health }),
    Image: command.image,
    Volumes: volumes.anonymous,
    WorkingDir: flags.string('workdir'),
    Entrypoint: entrypoint(flags),
    ...(mainMac === '' ? {} : { MacAddress: mainMac }),
    OnBuild: null,
    Labels: pairsToMap([
      ...fileLines(flags.list('label-file'), () => undefined),
      ...flags.list('label'),
    ]),
    ...(flags.string('stop-signal') === '' ? {} : { StopSignal: flags.string('stop-signal') }),
    ...(flags.has('stop-timeout') ? { StopTimeout: flags.number('stop-timeout') } : {}),
    HostConfig: host,
    NetworkingConfig: { EndpointsConfig: endpoints },
  };
}

/** The network whose endpoint belongs to a network mode. */
function networkName(mode: string): string {
  return mode.startsWith('container:') ? 'container' : mode;
}

function attachedStreams(flags: ParsedFlags) {
  const streams = flags.list('attach');
  return {
    AttachStdin: streams.includes('stdin') || flags.boolean('interactive'),
    AttachStdout: streams.length === 0 || streams.includes('stdout'),
    AttachStderr: streams.length === 0 || streams.includes('stderr'),
  };
}

function entrypoint(flags: ParsedFlags): string[] | null {
  return flags.has('entrypoint') ? [flags.string('entrypoint')] : null;
}

/** Variables of `--env-file` and `--env`, in that order. */
export function environment(flags: ParsedFlags): string[] {
  return [...fileLines(flags.list('env-file'), (name) => process.env[name]), ...flags.list('env')];
}

function fileLines(
  paths: readonly string[],
  lookUp: (name: string) => string | undefined,
): string[] {
  return paths.flatMap((path) => readKeyValueFile(path, lookUp));
}

function publishedPorts(flags: ParsedFlags) {
  const exposed: Record<string, object> = {};
  const bindings: Record<string, PortBindingSpec[]> = {};
  for (const { port, binding } of flags.list('publish').flatMap(parsePublish)) {
    exposed[port] = {};
    bindings[port] = [...(bindings[port] ?? []), binding];
  }
  for (const port of flags.list('expose').flatMap(parseExpose)) exposed[port] = {};
  return { exposed, bindings };
}

function volumeOptions(flags: ParsedFlags) {
  const anonymous: Record<string, object> = {};
  const binds: string[] = [];
  for (const text of new Set(flags.list('volume'))) {
    const option = parseVolumeOption(text);
    if ('bind' in option) binds.push(option.bind);
    else anonymous[option.anonymous] = {};
  }
  return { anonymous, binds };
}

/** Go sends lists without values as null. */
export function nullIfEmpty<T>(list: readonly T[]): readonly T[] | null {
  return list.length === 0 ? null : list;
}

/** `name[:count]` of `--restart`. */
export function restartPolicy(text: string): { Name: string; MaximumRetryCount: number } {
  const [name, count] = cut(text, ':');
  if (count !== undefined && name === '') {
    throw new ValueError('invalid restart policy format: no policy provided before colon');
  }
  if (count && !/^[+-]?\d{1,18}$/.test(count)) {
    throw new ValueError('invalid restart policy format: maximum retry count must be an integer');
  }
  return { Name: name, MaximumRetryCount: count ? Number(count) : 0 };
}
