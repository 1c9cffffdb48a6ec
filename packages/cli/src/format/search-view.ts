import type { ImageSearchResponseItem } from '@berth/engine-api';
import { ellipsis } from './ellipsis.ts';
import type { ListView } from './plain-table.ts';

const descriptionWidth = 45;

/** The columns of `berth search`. */
export function searchView(options: {
  /** Words instead of marks. */
  readonly json: boolean;
  readonly full: boolean;
}): ListView<ImageSearchResponseItem> {
  const mark = (value = false) => (options.json ? String(value) : value ? '[OK]' : '');
  return {
    typeName: '*search.searchContext',
    columns: {
      Description: {
        header: 'DESCRIPTION',
        value: (it) => {
          const text = (it.description ?? '').replace(/\n/g, ' ').replace(/\r/g, ' ').trim();
          return options.full ? text : ellipsis(text, descriptionWidth);
        },
      },
      IsAutomated: { header: 'AUTOMATED', value: (it) => mark(it.is_automated) },
      IsOfficial: { header: 'OFFICIAL', value: (it) => mark(it.is_official) },
      Name: { header: 'NAME', value: (it) => it.name ?? '' },
      StarCount: { header: 'STARS', value: (it) => String(it.star_count ?? 0) },
    },
  };
}
