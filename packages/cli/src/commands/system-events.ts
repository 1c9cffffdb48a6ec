import type { EventMessage } from '@berth/engine-api';
import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { eventStruct } from '../format/event-view.ts';
import { apiTimestamp } from '../format/timestamps.ts';
import { parseTemplate, type Template } from '../go-template/template.ts';
import { TemplateError } from '../go-template/template-error.ts';
import { CommandError, ValueError } from '../usage-error.ts';

/** `berth events`: goes on until --until is reached or it is interrupted. */
export async function showEvents(context: CliContext, { flags }: Invocation): Promise<number> {
  const template = eventTemplate(flags.string('format'));
  const filters = flags.filter('filter');
  const now = Date.now();
  const events = await context.engine.system.events({
    since: timestamp(flags.string('since'), now),
    until: timestamp(flags.string('until'), now),
    filters,
  });
  for await (const event of events) {
    const line = template === undefined ? eventLine(event) : template.execute(eventStruct(event));
    context.terminal.print(line);
  }
  return 0;
}

function timestamp(text: string, now: number): string | undefined {
  if (text === '') return undefined;
  try {
    return apiTimestamp(text, now);
  } catch (error) {
    if (error instanceof ValueError) throw new CommandError(error.message);
    throw error;
  }
}

/** The template, tried on an empty event so that a wrong field is told at once. */
function eventTemplate(format: string): Template | undefined {
  if (format === '') return undefined;
  try {
    const template = parseTemplate(format === 'json' ? '{{json .}}' : format);
    template.execute(eventStruct({}));
    return template;
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new CommandError(`Error parsing format: ${error.message}`, { exitCode: 64 });
  }
}

/** `2026-01-02T15:04:05.000000000Z container start ID (image=busybox, name=web)` */
function eventLine(event: EventMessage): string {
  const attributes = Object.entries(event.Actor?.Attributes ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`);
  const suffix = attributes.length === 0 ? '' : ` (${attributes.join(', ')})`;
  const head = `${event.Type ?? ''} ${event.Action ?? ''} ${event.Actor?.ID ?? ''}`;
  return `${eventTime(event)}${head}${suffix}`;
}

function eventTime(event: EventMessage): string {
  const nano = event.timeNano === undefined ? 0n : BigInt(event.timeNano);
  const seconds = nano === 0n ? (event.time ?? 0) : Number(nano / 1_000_000_000n);
  if (seconds === 0) return '';
  const offset = -new Date(seconds * 1000).getTimezoneOffset();
  const local = new Date((seconds + offset * 60) * 1000).toISOString().slice(0, 19);
  const two = (value: number) => String(value).padStart(2, '0');
  const size = Math.abs(offset);
  const zone =
    offset === 0 ? 'Z' : `${offset < 0 ? '-' : '+'}${two(Math.trunc(size / 60))}:${two(size % 60)}`;
  return `${local}.${String(nano % 1_000_000_000n).padStart(9, '0')}${zone} `;
}
