import { engineError } from '@berth/errors';
import type { PluginMembers } from '@berth/plugins';
import { parseInterfaceAddress } from '../ip/ip-prefix.ts';

/** Whose answer to what is being read. */
export interface AnswerSource {
  readonly plugin: string;
  /** `NetworkDriver.Join` */
  readonly method: string;
}

/** A text of an answer; empty for anything else. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The members of an object in an answer; none for anything else. */
export function membersOf(value: unknown): PluginMembers {
  return typeof value === 'object' && value !== null ? (value as PluginMembers) : {};
}

/** An address or a subnet in CIDR notation. Fails with plugins.failed. */
export function cidrOf(plugin: string, method: string, value: unknown): string {
  const text = textOf(value);
  if (parseInterfaceAddress(text) !== undefined) return text;
  const shown = JSON.stringify(value)?.slice(0, 200);
  throw badAnswer({ plugin, method }, `it gave ${shown}, which is no address with a prefix length`);
}

/** plugins.failed for an answer that cannot be used. */
export function badAnswer({ plugin, method }: AnswerSource, reason: string): Error {
  return engineError('plugins.failed', { plugin, method, reason });
}
