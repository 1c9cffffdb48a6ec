import type {
  ContainerSummary,
  ImageSummary,
  Network,
  VolumeListResponse,
} from '@berth/engine-api';
import type { CliContext } from '../cli-context.ts';
import type { CompletionSource } from '../command-table/command-definition.ts';
import { ContextStore } from '../contexts/context-store.ts';
import type { Candidate } from './complete-line.ts';

/** How long the daemon may take before the shell goes without names, in milliseconds. */
const patience = 2000;

/** The names that there are now. Nothing for what is not known; a daemon that does not answer is none. */
export async function liveNames(
  context: CliContext,
  source: CompletionSource,
): Promise<Candidate[]> {
  try {
    return await lookUp[source](context);
  } catch {
    return [];
  }
}

type LookUp = (context: CliContext) => Promise<Candidate[]>;

const lookUp: Readonly<Record<CompletionSource, LookUp>> = {
  containers: (context) => containers(context, true),
  'running-containers': (context) => containers(context, false),
  'container-paths': async (context) =>
    (await containers(context, true)).map(({ value, help }) => ({ value: `${value}:`, help })),
  images,
  volumes,
  networks,
  objects: async (context) => {
    const kinds = [containers(context, true), images(context), networks(context), volumes(context)];
    return (await Promise.all(kinds)).flat();
  },
  contexts: async ({ configFolder }) => {
    const stored = new ContextStore(configFolder).list();
    return ['default', ...stored.map(({ Name }) => Name)].map((value) => ({ value, help: '' }));
  },
  shells: async () => ['bash', 'zsh', 'fish'].map((value) => ({ value, help: '' })),
  files: async () => [],
};

function get<T>({ engine }: CliContext, path: string, query = {}): Promise<T> {
  return engine.json<T>('GET', path, { query, signal: AbortSignal.timeout(patience) });
}

async function containers(context: CliContext, all: boolean): Promise<Candidate[]> {
  const found = await get<ContainerSummary[]>(context, '/containers/json', { all });
  return found.flatMap(({ Names, Image, Status }) =>
    (Names ?? []).map((name) => ({ value: name.slice(1), help: `${Image}, ${Status}` })),
  );
}

async function images(context: CliContext): Promise<Candidate[]> {
  const found = await get<ImageSummary[]>(context, '/images/json');
  const tags = found.flatMap(({ RepoTags }) => RepoTags ?? []);
  const names = tags.flatMap((tag) =>
    tag.endsWith(':latest') ? [tag.slice(0, -':latest'.length), tag] : [tag],
  );
  return names.map((value) => ({ value, help: 'image' }));
}

async function volumes(context: CliContext): Promise<Candidate[]> {
  const { Volumes } = await get<VolumeListResponse>(context, '/volumes');
  return (Volumes ?? []).map(({ Name, Driver }) => ({ value: Name, help: `${Driver} volume` }));
}

async function networks(context: CliContext): Promise<Candidate[]> {
  const found = await get<Network[]>(context, '/networks');
  return found.map(({ Name, Driver }) => ({ value: Name ?? '', help: `${Driver} network` }));
}
