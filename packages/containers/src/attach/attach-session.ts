import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { engineError } from '@berth/errors';
import type { ContainerContext } from '../container-context.ts';
import type { ContainerEntry } from '../container-entry.ts';
import { publishContainerEvent } from '../container-events.ts';
import { openLogs } from '../container-logs.ts';
import type { AttachOptions, StreamSession } from '../container-service.ts';
import { verdictOf } from '../container-state.ts';
import type { LiveContainer } from '../live-container.ts';
import { parseDetachKeys } from './detach-keys.ts';
import { pipeSession } from './pipe-session.ts';

/**
 * An attach to a running container, or to one that will be started: such a session is connected before
 * the first byte of the next run. The shim's stream is opened here, so nothing is missed between this
 * call and `run`.
 */
export async function attachContainer(
  context: ContainerContext,
  name: string,
  options: AttachOptions,
): Promise<StreamSession> {
  const entry = context.store.find(name);
  if (!options.stream && !options.logs) throw engineError('containers.attach-streams', {});
  const verdict = verdictOf('attach', entry.state);
  if (verdict !== 'proceed') throw engineError(verdict as 'containers.attach-paused', { id: name });
  const detachKeys = parseDetachKeys(options.detachKeys);
  const tty = entry.record.config.Tty === true;
  const stdin = options.stdin && entry.record.config.OpenStdin === true;
  const connection = options.stream ? connect(entry, { ...options, stdin }) : undefined;
  await connection?.ready;
  publishContainerEvent(context, entry.record, 'attach');
  return {
    tty,
    async run(client) {
      if (options.logs) await replayLogs(entry, options, client);
      if (connection === undefined) {
        client.end();
        return;
      }
      const stream = await nextStream(connection, client);
      if (stream === undefined) {
        client.end();
        return;
      }
      const keys = tty && stdin ? { detachKeys } : {};
      const end = await pipeSession(client, stream, { stdin, ...keys });
      if (end === 'detached') publishContainerEvent(context, entry.record, 'detach');
    },
  };
}

interface Connection {
  /** Settles when the stream is open, or at once for a container that is yet to be started. */
  readonly ready: Promise<unknown>;
  /** The shim's stream; undefined when the start failed. */
  readonly stream: Promise<Duplex | undefined>;
  /** Gives up waiting for a start. */
  abandon(): void;
}

function connect(
  entry: ContainerEntry,
  options: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean },
): Connection {
  const streams = { stdin: options.stdin, stdout: options.stdout, stderr: options.stderr };
  if (entry.running && entry.live !== undefined) {
    const stream = entry.live.shim.attach(streams);
    return { ready: stream, stream, abandon: () => undefined };
  }
  const { promise, resolve } = Promise.withResolvers<Duplex | undefined>();
  const begin = async (live: LiveContainer | undefined): Promise<void> => {
    resolve(live === undefined ? undefined : await live.shim.attach(streams));
  };
  entry.pendingSessions.add(begin);
  const stopListening = entry.onEnd((event) => {
    if (event === 'removed') abandon();
  });
  const abandon = () => {
    stopListening();
    entry.pendingSessions.delete(begin);
    resolve(undefined);
  };
  void promise.finally(stopListening);
  return { ready: Promise.resolve(), stream: promise, abandon };
}

/** The stream, or undefined when the client left before the container was started. */
async function nextStream(connection: Connection, client: Duplex): Promise<Duplex | undefined> {
  const left = () => connection.abandon();
  client.once('close', left);
  client.once('error', left);
  try {
    return await connection.stream;
  } finally {
    client.off('close', left);
    client.off('error', left);
  }
}

async function replayLogs(
  entry: ContainerEntry,
  options: AttachOptions,
  client: Duplex,
): Promise<void> {
  const logs = openLogs(entry, {
    follow: false,
    stdout: options.stdout,
    stderr: options.stderr,
    timestamps: false,
    details: false,
  });
  for await (const chunk of logs) {
    if (client.destroyed) return;
    if (!client.write(chunk)) await Promise.race([once(client, 'drain'), once(client, 'close')]);
  }
}
