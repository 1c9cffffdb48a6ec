import { engineError } from '@berth/errors';
import type { EngineEvent, EventBus, EventFilters } from '@berth/events';
import type { ApiHandler } from '../http/api-request.ts';
import { parseTimestamp } from '../http/timestamp-parameter.ts';
import { eventFormat } from '../versions/event-formats.ts';
import { hasLegacyEventFields } from '../versions/version-gates.ts';

export const systemEvents: ApiHandler<'SystemEvents'> = (request, { events }) => {
  const { since, until, filters } = request.query;
  const sinceNano = parseTimestamp('since', since);
  const untilNano = parseTimestamp('until', until);
  if (sinceNano !== undefined && untilNano !== undefined && sinceNano > untilNano) {
    throw engineError('api.since-after-until', { since: since ?? '', until: until ?? '' });
  }
  const legacy = hasLegacyEventFields(request.version);
  return {
    kind: 'messages',
    ...eventFormat(request.version, request.headers.accept),
    messages: follow(events, { sinceNano, untilNano, filters, signal: request.signal }, legacy),
  };
};

interface FollowOptions {
  readonly sinceNano: bigint | undefined;
  readonly untilNano: bigint | undefined;
  readonly filters: EventFilters;
  readonly signal: AbortSignal;
}

/** Subscribes at once, so that nothing published after the answer's head is missed. */
function follow(bus: EventBus, options: FollowOptions, legacy: boolean): AsyncIterable<object> {
  const { sinceNano, untilNano, filters } = options;
  const deadline = new AbortController();
  const timer = endAt(untilNano, deadline);
  const subscription = bus.subscribe({
    filters,
    signal: AbortSignal.any([options.signal, deadline.signal]),
    ...(untilNano === undefined ? {} : { sinceNano: 0n, untilNano }),
    ...(sinceNano === undefined ? {} : { sinceNano }),
  });
  return (async function* () {
    try {
      for await (const event of subscription) yield eventMessage(event, legacy);
    } finally {
      clearTimeout(timer);
    }
  })();
}

const longestTimer = 2 ** 31 - 1;

/** Aborts when the clock has passed `untilNano`; at once for a time in the past. */
function endAt(
  untilNano: bigint | undefined,
  deadline: AbortController,
): NodeJS.Timeout | undefined {
  if (untilNano === undefined) return undefined;
  const milliseconds = Number(untilNano / 1_000_000n) - Date.now();
  if (milliseconds > 0) {
    return setTimeout(() => deadline.abort(), Math.min(milliseconds, longestTimer));
  }
  deadline.abort();
  return undefined;
}

/** The event as the API prints it. Nanoseconds exceed what a number holds, so they are written raw. */
export function eventMessage(event: EngineEvent, legacy: boolean): object {
  return {
    ...(legacy ? legacyFields(event) : {}),
    Type: event.type,
    Action: event.action,
    Actor: { ID: event.actorId, Attributes: event.attributes },
    scope: event.scope,
    time: Number(event.timeNano / 1_000_000_000n),
    timeNano: rawJson.rawJSON(event.timeNano.toString()),
  };
}

const rawJson = JSON as unknown as { rawJSON(text: string): object };

function legacyFields(event: EngineEvent): object {
  if (event.type !== 'container' && event.type !== 'image') return {};
  const from = event.type === 'container' ? event.attributes.image : undefined;
  return {
    status: event.action,
    id: event.actorId,
    ...(from === undefined || from === '' ? {} : { from }),
  };
}
