import { hostname } from 'node:os';
import { redact } from '@berth/errors';
import type { EventDraft } from '@berth/events';
import { type DaemonConfig, optionKeys, optionOf } from './option-table.ts';

/** The event of a reload: every setting that can be reloaded, as it is now. */
export function reloadEvent(daemonId: string, config: DaemonConfig): EventDraft {
  const settings = optionKeys
    .filter((key) => optionOf(key).reloadable === true)
    .map((key) => [key, textOf(config[key])]);
  return {
    type: 'daemon',
    action: 'reload',
    actorId: daemonId,
    attributes: { ...Object.fromEntries(settings), name: hostname() },
  };
}

function textOf(value: unknown): string {
  // Addresses of mirrors and proxies may hold passwords.
  return redact(typeof value === 'object' ? JSON.stringify(value) : String(value));
}
