import type { OCIPlatform } from '@berth/engine-api';
import { ApiError } from '@berth/engine-client';
import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { platformQuery } from '../container-options/platform-option.ts';
import { CommandError } from '../usage-error.ts';
import { type InspectedObject, inspectEach, UnknownReference } from './inspect-each.ts';

export type ObjectKind = 'container' | 'image' | 'network' | 'volume';

const paths: Readonly<Record<ObjectKind, (name: string) => string>> = {
  container: (name) => `/containers/${name}/json`,
  image: (name) => `/images/${name}/json`,
  network: (name) => `/networks/${name}`,
  volume: (name) => `/volumes/${name}`,
};

const kindNames = [
  'config',
  'container',
  'image',
  'network',
  'node',
  'plugin',
  'secret',
  'service',
  'task',
  'volume',
] as const;

interface LookupOptions {
  readonly size?: boolean;
  readonly platform?: OCIPlatform;
  readonly verbose?: boolean;
}

async function lookUp(
  context: CliContext,
  kind: ObjectKind,
  reference: string,
  options: LookupOptions = {},
): Promise<InspectedObject> {
  if (reference === '') throw new ApiError(404, `no such ${kind}: `);
  const name =
    kind === 'image'
      ? encodeURIComponent(reference).replaceAll('%2F', '/')
      : encodeURIComponent(reference);
  const query = {
    size: (kind === 'container' && options.size) || undefined,
    platform: options.platform || undefined,
    verbose: (kind === 'network' && options.verbose) || undefined,
  };
  return { kind, json: await context.engine.text('GET', paths[kind](name), { query }) };
}

export function inspectContainers(context: CliContext, invocation: Invocation): Promise<number> {
  const size = invocation.flags.boolean('size');
  return inspectEach(context, invocation, (reference) =>
    lookUp(context, 'container', reference, { size }),
  );
}

export function inspectImages(context: CliContext, invocation: Invocation): Promise<number> {
  const platform = platformQuery(invocation.flags.string('platform'));
  return inspectEach(context, invocation, (reference) =>
    lookUp(context, 'image', reference, platform === undefined ? {} : { platform }),
  );
}

export function inspectNetworks(context: CliContext, invocation: Invocation): Promise<number> {
  const verbose = invocation.flags.boolean('verbose');
  return inspectEach(context, invocation, (reference) =>
    lookUp(context, 'network', reference, { verbose }),
  );
}

export function inspectVolumes(context: CliContext, invocation: Invocation): Promise<number> {
  return inspectEach(context, invocation, (reference) => lookUp(context, 'volume', reference));
}

/** `berth inspect`: tries every kind of object in turn, or only that of --type. */
export async function inspectObjects(context: CliContext, invocation: Invocation): Promise<number> {
  const { flags } = invocation;
  const type = flags.string('type');
  const size = flags.boolean('size');
  if (flags.has('type') && type === '') {
    throw new CommandError(
      'type is empty: must be one of "config", "container", "image", "network", "node", "plugin", "secret", "service", "task", "volume"',
    );
  }
  const kinds = Object.keys(paths) as ObjectKind[];
  const wanted = kinds.find((kind) => kind === type);
  if (type !== '' && wanted === undefined) throw unknownType(type);
  return inspectEach(context, invocation, async (reference) => {
    for (const kind of wanted === undefined ? kinds : [wanted]) {
      try {
        const found = await lookUp(context, kind, reference, { size });
        if (size && kind !== 'container')
          context.terminal.warn(`WARNING: --size ignored for ${kind}`);
        return found;
      } catch (error) {
        if (wanted !== undefined || !isSkippable(error)) throw error;
      }
    }
    throw new UnknownReference(`Error: No such object: ${reference}`);
  });
}

function unknownType(type: string): CommandError {
  if ((kindNames as readonly string[]).includes(type)) {
    return new CommandError(`berth: inspecting objects of type '${type}' is not implemented yet`);
  }
  const names = kindNames.map((name) => `"${name}"`).join(', ');
  return new CommandError(`unknown type: ${JSON.stringify(type)}: must be one of ${names}`);
}

function isSkippable(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  return error.status === 404 || /not supported|invalid reference format/.test(error.message);
}
