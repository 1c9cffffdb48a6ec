import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { engineError } from '@berth/errors';
import {
  containerEnvironment,
  execProcessSpec,
  mergeEnvironment,
  type ProcessSpec,
  type ResolvedUser,
  type RuntimeSpec,
  resolveCapabilities,
} from '@berth/runtime';
import type { ContainerContext } from '../container-context.ts';
import type { LiveContainer } from '../live-container.ts';
import { lookUpUser } from '../start/image-user.ts';
import { linkEnvironment, runningLinks } from '../start/links.ts';
import type { ExecRecord } from './exec-record.ts';

export interface ExecTerminal {
  readonly tty: boolean;
  readonly consoleSize?: readonly [rows: number, columns: number];
}

/** The process of an exec. */
export async function execProcess(
  context: ContainerContext,
  exec: ExecRecord,
  live: LiveContainer,
  terminal: ExecTerminal,
): Promise<ProcessSpec> {
  const { body, entry } = exec;
  const { config } = entry.record;
  const cwd = body.WorkingDir || config.WorkingDir || '/';
  if (!path.isAbsolute(cwd)) {
    const reason = 'OCI runtime exec failed: exec failed: Cwd must be an absolute path: unknown';
    throw engineError('containers.exec-start-failed', { reason });
  }
  const user = execUser(context, exec, live);
  const base = containerEnvironment({
    configured: [
      ...linkEnvironment(entry.name, runningLinks(context, entry.record)),
      ...(config.Env ?? []),
    ],
    hostname: config.Hostname ?? '',
    tty: terminal.tty,
    home: user.home,
  });
  return execProcessSpec({
    container: (await live.spec()).process,
    args: body.Cmd ?? [],
    env: mergeEnvironment(base, body.Env ?? []),
    cwd,
    tty: terminal.tty,
    ...(terminal.consoleSize === undefined ? {} : { consoleSize: terminal.consoleSize }),
    user,
    ...(body.Privileged === true ? { privilegedCapabilities: everyCapability(context) } : {}),
  });
}

function everyCapability({ kernel }: ContainerContext): string[] {
  return resolveCapabilities({
    add: [],
    drop: [],
    privileged: true,
    known: kernel.host.kernelCapabilities,
    bounding: kernel.host.boundingCapabilities,
  });
}

/** Looked up in the container's files as they are now; without `--user` it is the container's own user. */
function execUser(context: ContainerContext, exec: ExecRecord, live: LiveContainer): ResolvedUser {
  const { config, hostConfig } = exec.entry.record;
  const user = exec.body.User || config.User || '';
  return lookUpUser(context.kernel, live.rootDirectory, user, hostConfig.GroupAdd ?? []);
}

/** A bundle's config.json: for containers that an earlier daemon started. */
export async function readContainerSpec(specFile: string): Promise<RuntimeSpec> {
  return JSON.parse(await readFile(specFile, 'utf8')) as RuntimeSpec;
}
