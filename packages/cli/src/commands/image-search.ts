import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { type FoundImage, searchView } from '../format/search-view.ts';
import { registryAuthHeader } from '../streams/registry-auth.ts';
import { printList } from './list-command.ts';

const table = 'table {{.Name}}\t{{.Description}}\t{{.StarCount}}\t{{.IsOfficial}}';

/** `berth search` */
export async function searchImages(
  context: CliContext,
  { flags, args }: Invocation,
): Promise<number> {
  const term = args[0] ?? '';
  const filters = flags.filter('filter');
  const limit = flags.number('limit');
  const found = await context.engine.json<FoundImage[]>('GET', '/images/search', {
    query: {
      term,
      limit: limit === 0 ? undefined : limit,
      filters: Object.keys(filters).length > 0 ? filters : undefined,
    },
    headers: { 'X-Registry-Auth': registryAuthHeader(context.config, term) },
  });
  const given = flags.string('format');
  const format = given === '' || given === 'table' ? table : given;
  const json = format === 'json' || format === '{{json .}}';
  const rows = found.sort((a, b) => b.star_count - a.star_count);
  printList(context, searchView({ json, full: flags.boolean('no-trunc') }), rows, format);
  return 0;
}
