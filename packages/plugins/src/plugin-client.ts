import { setTimeout as delay } from 'node:timers/promises';
import { engineError, errnoOf } from '@berth/errors';
import { exchange, type PluginAnswer } from './plugin-exchange.ts';
import type { PluginTarget } from './plugin-target.ts';

export type PluginMembers = Readonly<Record<string, unknown>>;

/** How long a plug-in is waited for, in milliseconds. */
export interface PluginPatience {
  /** For an answer. */
  readonly answer: number;
  /** For one that has answered before and does not listen: it may be starting anew. */
  readonly restart: number;
  /** For an answer to what only tidies up, which nobody should have to wait for. */
  readonly farewell: number;
}

export const defaultPatience: PluginPatience = { answer: 30_000, restart: 0, farewell: 10_000 };
const retryInterval = 100;
const notListening = ['ECONNREFUSED', 'ENOENT'];
const longestReason = 1000;

/** Speaks Docker's plug-in protocol (JSON over HTTP POST) with one plug-in, which may be hostile, slow or gone. */
export class PluginClient {
  readonly name: string;
  readonly target: PluginTarget;
  readonly #patience: PluginPatience;
  #answered = false;
  #implements: Promise<readonly string[]> | undefined;

  constructor(name: string, target: PluginTarget, patience = defaultPatience) {
    this.name = name;
    this.target = target;
    this.#patience = patience;
  }

  /** What the plug-in is good for: `NetworkDriver`, `IpamDriver` … Asked once. */
  implements(): Promise<readonly string[]> {
    this.#implements ??= this.#post('Plugin.Activate', {}, this.#patience.answer).then((answer) => {
      const list = this.#membersOf('Plugin.Activate', answer).Implements;
      return Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [];
    });
    this.#implements.catch(() => {
      this.#implements = undefined;
    });
    return this.#implements;
  }

  /**
   * Calls a method such as `NetworkDriver.CreateNetwork`. Fails with plugins.failed when the plug-in says so or answers
   * nonsense, and with plugins.unreachable when it gives no answer within `patience` milliseconds.
   */
  async call(
    method: string,
    body: object,
    patience = this.#patience.answer,
  ): Promise<PluginMembers> {
    return await this.callFor(method.split('.')[0] ?? '', method, body, patience);
  }

  /** As `call`, for methods that are not named after their interface: those of `authz` are `AuthZPlugin.…`. */
  async callFor(
    subject: string,
    method: string,
    body: object,
    patience = this.#patience.answer,
  ): Promise<PluginMembers> {
    await this.#check(method, subject);
    return this.#membersOf(method, await this.#post(method, body, patience));
  }

  /** As `call`, for methods that plug-ins need not have: undefined when it has none (status 404). */
  async callOptional(method: string, body: object): Promise<PluginMembers | undefined> {
    await this.#check(method);
    const answer = await this.#post(method, body, this.#patience.answer);
    return answer.status === 404 ? undefined : this.#membersOf(method, answer);
  }

  /** As `call`, for what tidies up: one that does not listen is not waited for. */
  async callOnce(method: string, body: object): Promise<void> {
    let answer: PluginAnswer;
    try {
      answer = await exchange(this.target, method, JSON.stringify(body), this.#patience.farewell);
    } catch (error) {
      throw this.#unreachable(method, error);
    }
    if (answer.status !== 404) this.#membersOf(method, answer);
  }

  async #check(method: string, subject = method.split('.')[0] ?? ''): Promise<void> {
    if ((await this.implements()).includes(subject)) return;
    throw this.#failed(method, `it does not implement ${subject}`);
  }

  async #post(method: string, body: object, patience: number): Promise<PluginAnswer> {
    const { restart } = this.#patience;
    const giveUp = this.#answered ? Date.now() + Math.min(patience, restart) : 0;
    for (;;) {
      try {
        const answer = await exchange(this.target, method, JSON.stringify(body), patience);
        this.#answered = true;
        return answer;
      } catch (error) {
        const starting = notListening.includes(errnoOf(error) ?? '') && Date.now() < giveUp;
        if (!starting) throw this.#unreachable(method, error);
        await delay(retryInterval);
      }
    }
  }

  /** The members of a good answer. */
  #membersOf(method: string, { status, text }: PluginAnswer): PluginMembers {
    const members = parsed(text);
    const failure = members?.Err ?? members?.Error;
    if (typeof failure === 'string' && failure !== '') throw this.#failed(method, failure);
    if (status !== 200) throw this.#failed(method, `it answers with status ${status}`);
    if (members === undefined) throw this.#failed(method, 'its answer is not a JSON object');
    return members;
  }

  #failed(method: string, reason: string): Error {
    const details = { plugin: this.name, method, reason: printable(reason) };
    return engineError('plugins.failed', details);
  }

  #unreachable(method: string, error: unknown): Error {
    const details = { plugin: this.name, method, reason: printable(messageOf(error)) };
    return engineError('plugins.unreachable', details);
  }
}

function messageOf(error: unknown): string {
  if (notListening.includes(errnoOf(error) ?? '')) return `it is not there (${String(error)})`;
  return error instanceof Error ? error.message : String(error);
}

/** A plug-in's words in one line that a terminal can show. */
function printable(text: string): string {
  const line = text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return line.length > longestReason ? `${line.slice(0, longestReason)}…` : line;
}

function parsed(text: string): PluginMembers | undefined {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as PluginMembers)
      : undefined;
  } catch {
    return undefined;
  }
}
