import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';

/**
 * A volume plug-in that keeps its volumes as folders: `node volume-plugin-process.ts SOCKET FOLDER`. What it knows lies in
 * `FOLDER/state.json` and outlives it. `FOLDER/behaviour.json` makes methods misbehave: `{"Mount": {"answer": {…}}}`,
 * `{"status": 500, "text": "…"}` or `{"hang": true}`.
 */
interface State {
  volumes: Record<string, { opts: Record<string, string>; mounts: string[] }>;
  calls: string[];
}

interface Behaviour {
  readonly answer?: object;
  readonly status?: number;
  readonly text?: string;
  readonly hang?: boolean;
}

const [socket = '', folder = ''] = process.argv.slice(2);
const stateFile = path.join(folder, 'state.json');
const behaviourFile = path.join(folder, 'behaviour.json');

function load(): State {
  if (!existsSync(stateFile)) return { volumes: {}, calls: [] };
  return JSON.parse(readFileSync(stateFile, 'utf8')) as State;
}

function pathOf(name: string): string {
  return path.join(folder, 'volumes', name);
}

function describe(state: State, name: string): object {
  const volume = state.volumes[name];
  if (volume === undefined) throw new Error(`no volume ${name}`);
  return {
    Name: name,
    Mountpoint: volume.mounts.length > 0 ? pathOf(name) : '',
    CreatedAt: '2024-05-06T07:08:09Z',
    Status: { users: volume.mounts.length, ...volume.opts },
  };
}

interface Body {
  readonly Name: string;
  readonly ID: string;
  readonly Opts?: Record<string, string>;
}

const methods: Readonly<Record<string, (state: State, body: Body) => object>> = {
  'Plugin.Activate': () => ({ Implements: ['VolumeDriver'] }),
  'VolumeDriver.Capabilities': () => ({ Capabilities: { Scope: 'global' } }),
  'VolumeDriver.Create': (state, { Name, Opts = {} }) => {
    mkdirSync(pathOf(Name), { recursive: true });
    state.volumes[Name] ??= { opts: Opts, mounts: [] };
    return {};
  },
  'VolumeDriver.Remove': (state, { Name }) => {
    if ((state.volumes[Name]?.mounts.length ?? 0) > 0) throw new Error('it is mounted');
    rmSync(pathOf(Name), { recursive: true, force: true });
    delete state.volumes[Name];
    return {};
  },
  'VolumeDriver.Mount': (state, { Name, ID }) => {
    const volume = state.volumes[Name];
    if (volume === undefined) throw new Error(`no volume ${Name}`);
    if (!volume.mounts.includes(ID)) volume.mounts.push(ID);
    return { Mountpoint: pathOf(Name) };
  },
  'VolumeDriver.Unmount': (state, { Name, ID }) => {
    const volume = state.volumes[Name];
    if (volume !== undefined) volume.mounts = volume.mounts.filter((id) => id !== ID);
    return {};
  },
  'VolumeDriver.Path': (_, { Name }) => ({ Mountpoint: pathOf(Name) }),
  'VolumeDriver.Get': (state, { Name }) => ({ Volume: describe(state, Name) }),
  'VolumeDriver.List': (state) => ({
    Volumes: Object.keys(state.volumes).map((name) => describe(state, name)),
  }),
};

function answer(method: string, text: string, response: http.ServerResponse): void {
  const behaviours = existsSync(behaviourFile)
    ? (JSON.parse(readFileSync(behaviourFile, 'utf8')) as Record<string, Behaviour>)
    : {};
  const state = load();
  state.calls.push(method);
  const behaviour = behaviours[method.replace('VolumeDriver.', '')];
  let reply = { status: 200, text: '{}' };
  if (behaviour !== undefined) {
    const told = behaviour.text ?? JSON.stringify(behaviour.answer ?? {});
    reply = { status: behaviour.status ?? 200, text: told };
  } else {
    try {
      reply.text = JSON.stringify(methods[method]?.(state, JSON.parse(text || '{}') as Body) ?? {});
    } catch (error) {
      reply = { status: 200, text: JSON.stringify({ Err: (error as Error).message }) };
    }
  }
  writeFileSync(stateFile, JSON.stringify(state));
  if (behaviour?.hang) return;
  response.statusCode = reply.status;
  response.end(reply.text);
}

rmSync(socket, { force: true });
http
  .createServer((request, response) => {
    let text = '';
    request.on('data', (part) => {
      text += part;
    });
    request.on('end', () => answer((request.url ?? '').slice(1), text, response));
  })
  .listen(socket, () => process.stdout.write('ready\n'));
