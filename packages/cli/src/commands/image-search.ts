import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { searchView } from '../format/search-view.ts';
import { registryAuthHeader } from '../streams/registry-auth.ts';
import { printList } from './list-command.ts';

const table = 'table {{.Name}}\t{{.Description}}\t{{.StarCount}}\t{{.IsOfficial}}';

/** `berth search` */
export async function searchImages(
  context: CliContext,
  { flags, args }: Invocation,
): Promise<number> {
  const term = args[0] ?? '';
  const limit = flags.number('limit');
  const found = await context.engine.images.search(
    { term, limit: limit === 0 ? undefined : limit, filters: flags.filter('filter') },
    { headers: { 'X-Registry-Auth': registryAuthHeader(context.config, term) } },
  );
  const given = flags.string('format');
  const format = given === '' || given === 'table' ? table : given;
  const json = format === 'json' || format === '{{json .}}';
  const rows = found.toSorted((a, b) => (b.star_count ?? 0) - (a.star_count ?? 0));
  await printList(context, searchView({ json, full: flags.boolean('no-trunc') }), rows, format);
  return 0;
}
