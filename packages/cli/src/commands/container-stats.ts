import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { formatList } from '../format/list-format.ts';
import { type StatsRow, statsRow, statsTable, statsView } from '../format/stats-view.ts';
import { movesCursor } from '../terminal/abilities.ts';

/** How often the live table is drawn. */
const refreshMilliseconds = 500;

/** `berth stats` */
export async function showStats(context: CliContext, { flags, args }: Invocation): Promise<number> {
  const given = flags.string('format') || context.config.statsFormat || '';
  const format = given === '' || given === 'table' ? statsTable : given;
  const view = statsView(!flags.boolean('no-trunc'));
  const names = args.length > 0 ? args : await runningNames(context, flags.boolean('all'));
  const text = (rows: readonly StatsRow[]) => formatList(view, rows, { format });
  if (flags.boolean('no-stream')) {
    const rows = await Promise.all(names.map((name) => measureOnce(context, name)));
    context.terminal.write(text(rows));
    return 0;
  }
  return showLive(context, {
    names,
    all: flags.boolean('all'),
    followNew: args.length === 0,
    text,
  });
}

async function runningNames(context: CliContext, all: boolean): Promise<string[]> {
  const containers = await context.engine.containers.list({ all: all || undefined });
  return containers.map((container) => container.Id ?? '');
}

async function measureOnce(context: CliContext, name: string): Promise<StatsRow> {
  const stats = await context.engine.containers.stats(name, { stream: false });
  return statsRow(name, await stats.first());
}

interface LiveOptions {
  readonly names: readonly string[];
  readonly all: boolean;
  readonly followNew: boolean;
  readonly text: (rows: readonly StatsRow[]) => string;
}

/** Draws until interrupted, or until every container that was named has gone. */
async function showLive(context: CliContext, options: LiveOptions): Promise<number> {
  const rows = new Map<string, StatsRow>();
  const failures: string[] = [];
  const followed = options.names.map((name) => follow(context, name, rows, failures));
  const draw = () => {
    const clear = context.terminal.outputIsTerminal && movesCursor() ? '\x1b[H\x1b[J' : '';
    context.terminal.write(clear + options.text([...rows.values()]));
  };
  const timer = setInterval(draw, refreshMilliseconds);
  try {
    if (options.followNew) {
      await followStarts(context, options.all, (id) => {
        if (!rows.has(id)) void follow(context, id, rows, []);
      });
      return 0;
    }
    await Promise.all(followed);
  } finally {
    clearInterval(timer);
  }
  if (failures.length > 0) context.terminal.warn(failures.join('\n'));
  return failures.length > 0 ? 1 : 0;
}

async function follow(
  context: CliContext,
  name: string,
  rows: Map<string, StatsRow>,
  failures: string[],
): Promise<void> {
  rows.set(name, statsRow(name, undefined));
  try {
    const records = await context.engine.containers.stats(name, { stream: true });
    for await (const stats of records) rows.set(name, statsRow(name, stats));
  } catch (error) {
    failures.push((error as Error).message);
  }
  rows.delete(name);
}

/** Ends with the daemon; throws when the connection breaks. */
async function followStarts(
  context: CliContext,
  all: boolean,
  onStart: (id: string) => void,
): Promise<void> {
  const event = all ? ['create', 'start'] : ['start'];
  const events = await context.engine.system.events({ filters: { type: 'container', event } });
  for await (const message of events) onStart(message.Actor?.ID ?? '');
}
