import type { EngineClient } from '@berth/engine-client';
import { nearestWords } from '../nearest-words.ts';

/** What can be done about a failure, found by its text; may ask the daemon. */
interface HintRule {
  readonly pattern: RegExp;
  readonly hint: (match: RegExpExecArray, engine: EngineClient) => Promise<string> | string;
}

const dockerHub = 'registry-1.docker.io';

const rules: readonly HintRule[] = [
  {
    pattern: /No such container: (\S+)/,
    hint: async ([, name = ''], engine) =>
      meant(name, await containerNames(engine), '"berth ps -a" lists all containers.'),
  },
  {
    pattern: /No such image: (\S+)/,
    hint: async ([, name = ''], engine) =>
      meant(
        name,
        await imageNames(engine),
        `"berth pull ${name}" fetches it, if there is one; "berth images" lists those that are here.`,
      ),
  },
  {
    pattern: /pull access denied for ([^\s,]+)/,
    hint: async ([, name = ''], engine) =>
      meant(name, await imageNames(engine), '"berth images" lists the images that are here.'),
  },
  {
    pattern: /manifest for (\S+) not found/,
    hint: async ([, name = ''], engine) =>
      meant(name, await imageNames(engine), 'The registry has no such tag of it.'),
  },
  {
    pattern: /"https?:\/\/([^/"]+)\/v2\/(\S+)\/manifests\/([^/"\s]+)": dial tcp: lookup/,
    hint: async ([, registry = '', path = '', tag = ''], engine) =>
      meant(
        `${registry === dockerHub ? path.replace(/^library\//, '') : `${registry}/${path}`}:${tag}`,
        await imageNames(engine),
        `The daemon's host cannot look up ${registry}: is it online, and does its name server answer?`,
      ),
  },
  {
    pattern: /No such object: (\S+)/,
    hint: async ([, name = ''], engine) =>
      meant(
        name,
        await objectNames(engine),
        '"berth ps -a", "berth images" and the like list what there is.',
      ),
  },
  {
    pattern: /network (\S+) not found/,
    hint: async ([, name = ''], engine) =>
      meant(name, await networkNames(engine), '"berth network ls" lists the networks.'),
  },
  {
    pattern: /get (\S+): no such volume/,
    hint: async ([, name = ''], engine) =>
      meant(name, await volumeNames(engine), '"berth volume ls" lists the volumes.'),
  },
  {
    pattern: /The container name "\/?([^"]+)" is already in use by container/,
    hint: ([, name = '']) => `Remove that one with "berth rm -f ${name}", or choose another name.`,
  },
  {
    pattern: /:(\d+) failed: port is already allocated/,
    hint: async ([, port = ''], engine) => publisherOf(Number(port), engine),
  },
  {
    pattern: /failed to bind host port for \S+?:(\d+):.*address already in use/,
    hint: ([, port = '']) =>
      `Another program of the daemon's host has the port; "ss -lptun sport = :${port}" there shows which.`,
  },
  {
    pattern: /container is (?:running|paused): stop the container before removing or force remove/,
    hint: () => 'Add -f to kill and remove it.',
  },
];

/**
 * A line that tells what to do about a failure, or undefined. Never fails: a daemon that does not answer now
 * gives no hint.
 */
export async function errorHint(text: string, engine: EngineClient): Promise<string | undefined> {
  for (const { pattern, hint } of rules) {
    const match = pattern.exec(text);
    if (match === null) continue;
    try {
      return await hint(match, engine);
    } catch {
      return undefined;
    }
  }
  return undefined;
}

function meant(name: string, known: readonly string[], otherwise: string): string {
  const near = nearestWords(name, known);
  return near.length === 0 ? otherwise : `Did you mean ${near.join(' or ')}?`;
}

async function containerNames(engine: EngineClient): Promise<string[]> {
  const containers = await engine.containers.list({ all: true });
  return containers.flatMap(({ Names }) => (Names ?? []).map((name) => name.replace(/^\//, '')));
}

async function imageNames(engine: EngineClient): Promise<string[]> {
  const images = await engine.images.list();
  const tags = images.flatMap(({ RepoTags }) => RepoTags ?? []);
  return [...tags, ...tags.map((tag) => tag.replace(/:latest$/, ''))];
}

async function networkNames(engine: EngineClient): Promise<string[]> {
  const networks = await engine.networks.list();
  return networks.map(({ Name }) => Name ?? '');
}

async function volumeNames(engine: EngineClient): Promise<string[]> {
  const { Volumes } = await engine.volumes.list();
  return (Volumes ?? []).map(({ Name }) => Name ?? '');
}

async function objectNames(engine: EngineClient): Promise<string[]> {
  const kinds = [containerNames, imageNames, networkNames, volumeNames];
  return (await Promise.all(kinds.map((names) => names(engine)))).flat();
}

async function publisherOf(port: number, engine: EngineClient): Promise<string> {
  const containers = await engine.containers.list();
  const owner = containers.find(({ Ports }) =>
    (Ports ?? []).some(({ PublicPort }) => PublicPort === port),
  );
  const name = owner?.Names?.[0]?.replace(/^\//, '');
  return name === undefined
    ? 'Choose another host port.'
    : `The container "${name}" publishes it; stop that one or choose another host port.`;
}
