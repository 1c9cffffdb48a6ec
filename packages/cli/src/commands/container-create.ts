import { closeSync, existsSync, openSync, unlinkSync, writeSync } from 'node:fs';
import type { ContainerCreateResponse } from '@berth/engine-api';
import { isOlderApiVersion } from '@berth/engine-api/api-version.ts';
import { isApiError } from '@berth/engine-client';
import { parseAnyReference } from '@berth/oci';
import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { type ContainerSpec, containerSpec } from '../container-options/container-spec.ts';
import { platformOption, wantedPlatform } from '../container-options/platform-option.ts';
import { specForVersion } from '../container-options/spec-for-version.ts';
import type { ParsedFlags } from '../flags/parsed-flags.ts';
import { goErrorText } from '../format/go-error-text.ts';
import { familiarImageName } from '../format/image-name.ts';
import { pullImage } from '../streams/image-pull.ts';
import { CommandError, ValueError } from '../usage-error.ts';

/** `berth create` */
export async function createContainer(
  context: CliContext,
  invocation: Invocation,
): Promise<number> {
  const { flags, args } = invocation;
  const spec = specFrom(context, flags, args, 'create');
  context.terminal.print(await sendCreate(context, flags, spec));
  return 0;
}

/** The container that the command line describes; a bad option ends with exit code 125. */
export function specFrom(
  context: CliContext,
  flags: ParsedFlags,
  args: readonly string[],
  command: 'create' | 'run',
): ContainerSpec {
  const [image = '', ...rest] = args;
  checkFlagPlatforms({ flags });
  try {
    checkPullPolicy(flags.string('pull'));
    const spec = containerSpec(flags, { image, args: rest });
    const { rows, columns } = context.terminal.size();
    spec.HostConfig.ConsoleSize = [rows, columns];
    return withProxies(context, spec);
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    throw withHelp(error.message, command, 125);
  }
}

const windowsFlags = ['cpu-count', 'cpu-percent', 'io-maxbandwidth', 'io-maxiops'] as const;

/** Refuses flags that only a daemon on Windows knows. */
export function checkFlagPlatforms({ flags }: { readonly flags: ParsedFlags }): void {
  const given = windowsFlags.filter((name) => flags.has(name));
  if (given.length === 0) return;
  const reason =
    'is only supported on a Docker daemon running on windows, but the Docker daemon is running on linux';
  throw new CommandError(given.map((name) => `"--${name}" ${reason}`).join('\n'));
}

/** An error of `run` or `create` with the advice that Docker adds. */
export function withHelp(
  message: string,
  command: string,
  exitCode: number,
  hint?: string,
): CommandError {
  const text = `berth: ${message}\n\nRun 'berth ${command} --help' for more information`;
  return new CommandError(text, hint === undefined ? { exitCode } : { exitCode, hint });
}

/** Throws ValueError unless the policy is one of `--pull`. */
export function checkPullPolicy(policy: string): void {
  if (['always', 'missing', 'never', ''].includes(policy)) return;
  throw new ValueError(
    `invalid pull option: '${policy}': must be one of "always", "missing" or "never"`,
  );
}

const proxyVariables = {
  httpProxy: 'HTTP_PROXY',
  httpsProxy: 'HTTPS_PROXY',
  noProxy: 'NO_PROXY',
  ftpProxy: 'FTP_PROXY',
  allProxy: 'ALL_PROXY',
} as const;

/** Adds the proxies of the client configuration, below what the command line sets. */
function withProxies(context: CliContext, spec: ContainerSpec): ContainerSpec {
  const proxies = context.config.proxies;
  const settings = proxies?.[context.endpoint.host] ?? proxies?.default;
  if (settings === undefined) return spec;
  const own = (spec.Env as readonly string[] | null) ?? [];
  const names = new Set(own.map((pair) => pair.split('=')[0]));
  const added = Object.entries(proxyVariables).flatMap(([key, name]) => {
    const value = settings[key as keyof typeof proxyVariables];
    if (!value) return [];
    return [name, name.toLowerCase()].filter((it) => !names.has(it)).map((it) => `${it}=${value}`);
  });
  return added.length === 0 ? spec : { ...spec, Env: [...added, ...own] };
}

/** Creates the container, pulling its image as `--pull` says, and returns its ID. */
export async function sendCreate(
  context: CliContext,
  flags: ParsedFlags,
  spec: ContainerSpec,
): Promise<string> {
  if (flags.boolean('use-api-socket')) addApiSocket(context, spec);
  const cidFile = openCidFile(spec.HostConfig.ContainerIDFile);
  try {
    const answer = await createOrPull(context, flags, spec);
    for (const warning of answer.Warnings ?? []) context.terminal.warn(`WARNING: ${warning}`);
    cidFile?.write(answer.Id);
    return answer.Id;
  } finally {
    cidFile?.close();
  }
}

async function createOrPull(
  context: CliContext,
  flags: ParsedFlags,
  spec: ContainerSpec,
): Promise<ContainerCreateResponse> {
  const quiet = flags.boolean('quiet');
  const pull = { platform: wantedPlatform(context, flags), quiet, to: 'error' as const };
  const policy = flags.string('pull');
  parseAnyReference(spec.Image);
  const version = await context.engine.apiVersion();
  if (pull.platform !== '' && !isOlderApiVersion(version, '1.41')) {
    platformOption(pull.platform, 'error parsing specified platform: ');
  }
  const body = specForVersion(spec, version);
  const create = () =>
    context.engine.containers.create(body, {
      name: flags.string('name') || undefined,
      platform: pull.platform || undefined,
    });
  if (policy === 'always') await pullImage(context, spec.Image, pull);
  try {
    return await create();
  } catch (error) {
    if (!isApiError(error, 404) || policy !== 'missing' || isImageId(spec.Image)) throw error;
    if (!quiet) {
      const name = familiarImageName(spec.Image);
      context.terminal.warn(`Unable to find image '${name}' locally`);
    }
    await pullImage(context, spec.Image, pull);
    return create();
  }
}

function isImageId(image: string): boolean {
  return /^(sha256:)?[0-9a-f]{64}$/.test(image);
}

interface CidFile {
  write(id: string): void;
  close(): void;
}

/** The file of `--cidfile`; it must be new, and is removed again when no container came about. */
function openCidFile(path: string): CidFile | undefined {
  if (path === '') return undefined;
  if (existsSync(path)) {
    throw new CommandError(
      `container ID file found, make sure the other container isn't running or delete ${path}`,
      { exitCode: 125 },
    );
  }
  let descriptor: number;
  try {
    descriptor = openSync(path, 'wx', 0o666);
  } catch (error) {
    const reason = goErrorText(error, 'open', path);
    // As Docker: the words of the failure make the exit code, as if a program had not been found.
    const exitCode = reason.includes('no such file or directory') ? 127 : 125;
    throw new CommandError(`failed to create the container ID file: ${reason}`, { exitCode });
  }
  let written = false;
  return {
    write(id) {
      writeSync(descriptor, id);
      written = true;
    },
    close() {
      closeSync(descriptor);
      if (!written) unlinkSync(path);
    },
  };
}

/** `--use-api-socket`: the socket of the daemon in use, at Docker's place in the container. */
function addApiSocket(context: CliContext, spec: ContainerSpec): void {
  const { host } = context.endpoint;
  if (!host.startsWith('unix://')) {
    throw new CommandError(
      `flag --use-api-socket can only be used with unix sockets: docker endpoint ${host} incompatible`,
      { exitCode: 125 },
    );
  }
  spec.HostConfig.Mounts = [
    ...(spec.HostConfig.Mounts ?? []),
    {
      Type: 'bind',
      Source: host.slice('unix://'.length),
      Target: '/var/run/docker.sock',
      BindOptions: {},
    },
  ];
}
